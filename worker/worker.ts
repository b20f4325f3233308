import { getHeapStatistics } from 'node:v8'
import { Client, Connection } from '@temporalio/client'
import { type Logger, NativeConnection, Worker } from '@temporalio/worker'
import { elasticsearchClient } from '../adapters/elasticsearch/client.ts'
import { ensureIndices } from '../adapters/elasticsearch/indices.ts'
import { clusterUid } from '../adapters/kubernetes/cluster-uid.ts'
import { connectToKubernetes } from '../adapters/kubernetes/connect.ts'
import { controlTaskQueue, taskQueue } from '../domain/run/names.ts'
import { controlCapacity, feedCapacity } from './capacity.ts'
import { compose, indexNamesOf } from './compose.ts'
import type { WorkerConfig } from './config.ts'
import { CONTROLLER_IS, FEEDS_ARE, sayIfNotCurrent, versioning } from './deployment-version.ts'
import { keepController } from './keep-controller.ts'
import { type HealthServer, serveHealth } from './health.ts'
import { Readiness } from './readiness.ts'
import { SearchAttributes } from './search-attributes.ts'
import { EVERY_MS, PATIENCE_MS, waitFor } from './wait-for.ts'
import { workflowSource } from './workflow-source.ts'

export interface RunOptions {
  readonly logger: Logger
  /** Milliseconds to wait for each server before giving up. @default 5 minutes */
  readonly patienceMs?: number
  /** Milliseconds, for tests only: the configuration takes 10 s and more. */
  readonly searchIntervalMs?: number
  /** Ends the start; once it has started, `shutdown` does. */
  readonly signal?: AbortSignal
  /** Called as soon as the health server answers, before anything is connected to. */
  readonly onHealth?: (url: string) => void
  /** Bundle the workflows from the sources even where dist/ holds a bundle. @default false */
  readonly fromSources?: boolean
  /** Path of a bundle of the workflows to take in place of the build's, for tests. */
  readonly workflowBundle?: string
}

export interface RunningWorker {
  readonly healthUrl: string
  /** Resolves when both task queues' workers have ended; rejects when one broke. */
  readonly done: Promise<void>
  /** Drains, ends, closes; a second call waits for the first. Within 15 s. */
  shutdown(): Promise<void>
}

/**
 * Connects to the three servers, waiting for those that are not up yet, and runs the cluster's feeds and its controller until it is
 * shut down.
 * @throws ForeignClusterError when the cluster's name is another's; FeedFailure when a server does not come or refuses.
 */
export async function runWorker(config: WorkerConfig, options: RunOptions): Promise<RunningWorker> {
  const readiness = new Readiness()
  const health = await serveHealth(config.healthPort, readiness)
  options.onHealth?.(health.url)
  options.logger.info('health is served', { url: health.url })
  const closers: (() => Promise<unknown>)[] = []
  try {
    return await start(config, options, readiness, health, closers)
  } catch (error) {
    await closeAll(closers)
    await health.close()
    throw error
  }
}

async function start(
  config: WorkerConfig,
  options: RunOptions,
  readiness: Readiness,
  health: HealthServer,
  closers: (() => Promise<unknown>)[],
): Promise<RunningWorker> {
  const { logger } = options
  const stopping = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal
  const patience = { patienceMs: options.patienceMs ?? PATIENCE_MS, everyMs: EVERY_MS }
  const { cluster } = config
  const namespace = config.temporal.namespace ?? 'default'

  const address = config.temporal.connectionOptions.address ?? ''
  const native = await waitFor({ what: `Temporal at ${address}`, ...patience }, logger, signal, () =>
    NativeConnection.connect(config.temporal.connectionOptions),
  )
  closers.push(() => native.close())
  const { tls, apiKey, metadata } = config.temporal.connectionOptions
  const connection = await Connection.connect({ address, ...defined({ tls, apiKey, metadata }) })
  closers.push(() => connection.close())
  const client = new Client({ connection, namespace, identity: config.identity })

  const store = elasticsearchClient(config.elasticsearch)
  closers.push(() => store.close())
  await waitFor({ what: `Elasticsearch at ${new URL(config.elasticsearch.url).host}`, ...patience }, logger, signal, () =>
    ensureIndices(store, indexNamesOf(config), signal),
  )
  const kubernetes = connectToKubernetes(config.kubernetes)
  const uid = await waitFor({ what: 'the Kubernetes API server', ...patience }, logger, signal, () => clusterUid(kubernetes, signal))
  const attributes = new SearchAttributes(connection, namespace, logger)
  await waitFor({ what: `the Temporal namespace ${namespace}`, ...patience }, logger, signal, () => attributes.ensure())

  const searchIntervalMs = options.searchIntervalMs ?? config.searchIntervalMs
  const { steps, controllerSteps } = compose({ ...config, searchIntervalMs }, { client, store, kubernetes, searchAttributes: () => attributes.there, logger })
  const shared = {
    connection: native,
    namespace,
    identity: config.identity,
    ...(options.workflowBundle === undefined ? await workflowSource(options.fromSources ?? false, logger) : { workflowBundle: { codePath: options.workflowBundle } }),
  }
  const heap = getHeapStatistics().heap_size_limit
  const { deployment } = config
  const feeds = await Worker.create({
    ...shared,
    ...feedCapacity(heap),
    ...versioning(deployment, FEEDS_ARE),
    taskQueue: taskQueue(cluster),
    activities: steps,
  })
  const control = await Worker.create({
    ...shared,
    ...controlCapacity(),
    ...versioning(deployment, CONTROLLER_IS),
    taskQueue: controlTaskQueue(cluster),
    activities: controllerSteps,
  })
  readiness.workers = { feeds, control }

  const controller = await keepController(client, { cluster, uid }, { logger, readiness, signal, onAnother: () => attributes.ensure() })
  const running = Promise.all([feeds.run(), control.run()])
  const end = endOnce([feeds, control], stopping)
  // One that breaks, or a controller of another cluster, takes all of it down.
  const ended = Promise.all([running, controller.done]).finally(end)
  const done = ended.then(() => undefined).finally(async () => {
    await Promise.allSettled([running])
    await closeAll(closers)
    await health.close()
  })
  done.catch(() => undefined)
  if (deployment !== null) await sayIfNotCurrent(client, deployment, logger)
  logger.info('the worker runs', { cluster, taskQueues: [taskQueue(cluster), controlTaskQueue(cluster)], identity: config.identity })
  return {
    healthUrl: health.url,
    done,
    shutdown: () => {
      end()
      return done
    },
  }
}

/** Without the keys that have no value: the connection tells absent from undefined. */
function defined<T extends Record<string, unknown>>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }
}

function endOnce(workers: readonly Worker[], stopping: AbortController): () => void {
  let ended = false
  return () => {
    if (ended) return
    ended = true
    stopping.abort(new Error('the worker is shutting down'))
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
}

async function closeAll(closers: (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close().catch(() => undefined)
}
