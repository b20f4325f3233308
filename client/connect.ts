import { Client, Connection } from '@temporalio/client'
import { elasticsearchClient } from '../adapters/elasticsearch/client.ts'
import { elasticsearchEventReader } from '../adapters/elasticsearch/event-reader.ts'
import { indexNames } from '../adapters/elasticsearch/indices.ts'
import { elasticsearchRejectionReports } from '../adapters/elasticsearch/rejection-reports.ts'
import { elasticsearchStateStore } from '../adapters/elasticsearch/state-store.ts'
import { elasticsearchWindowStore } from '../adapters/elasticsearch/window-store.ts'
import { connectToKubernetes } from '../adapters/kubernetes/connect.ts'
import { KubernetesFeedResources } from '../adapters/kubernetes/feed-resources.ts'
import { ResourceGroups } from '../adapters/kubernetes/resource-groups.ts'
import { TemporalFeedRuns } from '../adapters/temporal/feed-runs.ts'
import { taskQueue } from '../domain/run/names.ts'
import type { ClientConfig } from './config.ts'
import { FeedClient } from './feed-client.ts'
import { temporalRuns } from './temporal-runs.ts'

export interface ConnectedClient {
  readonly feeds: FeedClient
  close(): Promise<void>
}

/** A client of the servers that a configuration names. Connects when it is first used; what cannot be reached is told then. */
export function connect({ cluster, temporal, kubeconfig, elasticsearch, eventsIndex }: ClientConfig): ConnectedClient {
  const connection = Connection.lazy(temporal.connectionOptions)
  const client = new Client({ connection, ...(temporal.namespace === undefined ? {} : { namespace: temporal.namespace }) })
  // Search attributes are set by the run itself where the server has them; a start that named one it lacks would be refused.
  const starter = new TemporalFeedRuns(client, { taskQueue: taskQueue(cluster), searchAttributes: () => false })
  const server = connectToKubernetes({ kubeconfig })
  const store = elasticsearchClient(elasticsearch)
  const names = indexNames(cluster, eventsIndex === undefined ? {} : { events: eventsIndex })
  const states = elasticsearchStateStore(store, names)
  const reports = elasticsearchRejectionReports(store, names)
  const windows = elasticsearchWindowStore(store, names)

  const feeds = new FeedClient({
    cluster,
    resources: new KubernetesFeedResources(server, new ResourceGroups(server)),
    runs: temporalRuns({ client, cluster, starter }),
    records: {
      state: (feed, signal) => states.read(feed, signal),
      rejections: (feed, signal) => reports.read(feed, signal),
      newestWindow: async (kind, signal) => (await windows.newest(kind, signal))?.number ?? null,
    },
    events: elasticsearchEventReader(store, names),
  })
  return {
    feeds,
    async close() {
      await Promise.all([connection.close(), store.close()])
    },
  }
}
