import { randomBytes } from 'node:crypto'
import type { Client as TemporalClient } from '@temporalio/client'
import type { Logger } from '@temporalio/worker'
import { createRequestSteps } from '../activities/answer-requests.ts'
import { BlobCollector } from '../activities/collect-blobs.ts'
import { createDisableFeed } from '../activities/disable-feed.ts'
import { withFailures } from '../activities/failures.ts'
import { createLoadState } from '../activities/load-state.ts'
import { createObserveFeed } from '../activities/observe-feed.ts'
import { createParseFeed } from '../activities/parse-feed.ts'
import { createPullFeed } from '../activities/pull-feed.ts'
import { createReadPushedSet } from '../activities/read-pushed-set.ts'
import { createRemoveFeed } from '../activities/remove-feed.ts'
import { createReportStatus } from '../activities/report-status.ts'
import { createSearchBackward } from '../activities/search-backward.ts'
import { createSearchForward } from '../activities/search-forward.ts'
import { createSearchTools, type SearchPorts } from '../activities/search/search-ports.ts'
import { createStoreSet } from '../activities/store-set.ts'
import { createSyncNetworkSet } from '../activities/sync-network-set.ts'
import { createWatchFeeds } from '../activities/watch-feeds.ts'
import { elasticsearchBlobCollection } from '../adapters/elasticsearch/blob-collection.ts'
import { elasticsearchBlobReferences } from '../adapters/elasticsearch/blob-references.ts'
import { elasticsearchBlobStore } from '../adapters/elasticsearch/blob-store.ts'
import type { elasticsearchClient } from '../adapters/elasticsearch/client.ts'
import { elasticsearchEventStore } from '../adapters/elasticsearch/event-store.ts'
import { type IndexNames, indexNames } from '../adapters/elasticsearch/indices.ts'
import { elasticsearchLogStore } from '../adapters/elasticsearch/log-store.ts'
import { elasticsearchPullRecords } from '../adapters/elasticsearch/pull-records.ts'
import { elasticsearchRejectionReports } from '../adapters/elasticsearch/rejection-reports.ts'
import { elasticsearchSetStore } from '../adapters/elasticsearch/set-store.ts'
import { elasticsearchStateStore } from '../adapters/elasticsearch/state-store.ts'
import { elasticsearchWindowStore } from '../adapters/elasticsearch/window-store.ts'
import { createAddressPolicy } from '../adapters/http/address-policy.ts'
import { createFeedHost } from '../adapters/http/feed-host.ts'
import type { ApiServer } from '../adapters/kubernetes/api-server.ts'
import { KubernetesFeedApi } from '../adapters/kubernetes/feed-api.ts'
import { KubernetesFeedEvents } from '../adapters/kubernetes/feed-events.ts'
import { KubernetesFeedWatch } from '../adapters/kubernetes/feed-watch.ts'
import { KubernetesHeaderSource } from '../adapters/kubernetes/header-source.ts'
import { KubernetesNetworkSetApi } from '../adapters/kubernetes/network-set-api.ts'
import { KubernetesNetworkSetOwners } from '../adapters/kubernetes/network-set-owners.ts'
import { ResourceGroups } from '../adapters/kubernetes/resource-groups.ts'
import { TemporalAskedRuns } from '../adapters/temporal/asked-runs.ts'
import { TemporalFeedRuns } from '../adapters/temporal/feed-runs.ts'
import { taskQueue } from '../domain/run/names.ts'
import type { RequestSteps } from '../domain/run/requests.ts'
import type { ControllerSteps, FeedSteps } from '../domain/run/steps.ts'
import type { WorkerConfig } from './config.ts'
import { logUnexpected } from './log-unexpected.ts'
import { VERSION } from './package-root.ts'

/** What is connected to. */
export interface Connections {
  readonly client: TemporalClient
  readonly store: ReturnType<typeof elasticsearchClient>
  readonly kubernetes: ApiServer
  /** Whether Temporal has our search attributes now. */
  readonly searchAttributes: () => boolean
  readonly logger: Logger
}

export interface Composition {
  readonly steps: FeedSteps
  readonly controllerSteps: ControllerSteps & RequestSteps
}

export function indexNamesOf({ cluster, indices }: Pick<WorkerConfig, 'cluster' | 'indices'>): IndexNames {
  const { IPSet, DomainNameSet, events } = indices
  return indexNames(cluster, { sets: { IPSet, DomainNameSet }, events })
}

/** Puts steps and adapters together: the one place that knows both. */
export function compose(config: WorkerConfig, connections: Connections): Composition {
  const { client, store, kubernetes, searchAttributes, logger } = connections
  const names = indexNamesOf(config)
  const groups = new ResourceGroups(kubernetes)
  const feeds = new KubernetesFeedApi(kubernetes, groups)
  const headers = new KubernetesHeaderSource(kubernetes, config.headerNamespace)
  const blobs = elasticsearchBlobStore(store, names)
  const sets = elasticsearchSetStore(store, names)
  const states = elasticsearchStateStore(store, names)
  const pulls = elasticsearchPullRecords(store, names)
  const reports = elasticsearchRejectionReports(store, names)
  const stored = { sets, states, pulls, reports }
  const searching: SearchPorts = {
    windows: elasticsearchWindowStore(store, names),
    logs: elasticsearchLogStore(store, { flow: config.indices.flows, dns: config.indices.dns }),
    events: elasticsearchEventStore(store, names),
    blobs,
    clock: () => performance.now(),
    now: () => new Date(),
    random: () => randomBytes(4).toString('hex'),
  }
  // One cut, one digest and one copy of a set for both searches of all feeds.
  const tools = createSearchTools(searching)
  const { searchIntervalMs, lookbackMs, continueAfterEvents } = config

  const steps: FeedSteps = {
    loadState: createLoadState({ feeds, ...stored }),
    observeFeed: createObserveFeed({ feeds, headers, settings: () => ({ searchIntervalMs, lookbackMs, continueAfterEvents, searchAttributes: searchAttributes() }) }),
    pullFeed: createPullFeed({
      feeds,
      headers,
      host: feedHost(config),
      sets,
      blobs,
      pulls,
      limits: { attemptMs: config.http.attemptMs, streamBytes: config.http.bodyBytes, jsonBytes: config.http.jsonBytes },
    }),
    parseFeed: createParseFeed({ feeds, blobs, sets, states, reports }),
    readPushedSet: createReadPushedSet({ feeds, blobs, sets, states, reports }),
    storeSet: createStoreSet({ feeds, sets, blobs, states, pulls, now: () => new Date() }),
    syncNetworkSet: createSyncNetworkSet({ feeds, networkSets: new KubernetesNetworkSetApi(kubernetes, groups), blobs }),
    searchForward: createSearchForward(searching, tools),
    searchBackward: createSearchBackward(searching, tools),
    reportStatus: createReportStatus({ feeds, events: feedEvents(config, kubernetes, logger), states, now: Date.now }),
    removeFeed: createRemoveFeed(stored),
    disableFeed: createDisableFeed({ feeds }),
  }
  const runs = new TemporalFeedRuns(client, { taskQueue: taskQueue(config.cluster), searchAttributes })
  const controllerSteps: ControllerSteps & RequestSteps = {
    ...createRequestSteps({ feeds, runs, asked: new TemporalAskedRuns(client) }),
    watchFeeds: createWatchFeeds({
      watch: new KubernetesFeedWatch(kubernetes, groups, {
        namespace: config.headerNamespace,
        onFailure: (resource, failure) => {
          logger.warn('a watch broke off and is started again', { resource, reason: failure.message })
        },
      }),
      runs,
      states,
      pulls,
      reports,
      networkSets: new KubernetesNetworkSetOwners(kubernetes, groups),
      collector: new BlobCollector({
        collection: elasticsearchBlobCollection(store, names),
        references: elasticsearchBlobReferences(store, names),
        now: () => new Date(),
      }),
    }),
  }
  return { steps: withFailures(logUnexpected(steps, logger)), controllerSteps: withFailures(logUnexpected(controllerSteps, logger)) }
}

function feedEvents({ identity }: WorkerConfig, kubernetes: ApiServer, logger: Logger): KubernetesFeedEvents {
  return new KubernetesFeedEvents(kubernetes, {
    identity,
    now: () => new Date(),
    onFailure: (failure) => {
      logger.warn('no events are recorded on feeds', { reason: failure.message })
    },
  })
}

function feedHost({ http }: WorkerConfig) {
  return createFeedHost({
    userAgent: `threatfeed/${VERSION}`,
    policy: createAddressPolicy({ allowed: http.allowed, denied: http.denied }),
    limits: http.limits,
    proxies: http.proxies,
    extraCa: http.extraCa,
  })
}
