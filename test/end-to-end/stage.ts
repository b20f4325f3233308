import { afterEach, beforeAll, inject } from 'vitest'
import { Cluster } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import type { LaxKubernetes } from './lax-kubernetes.ts'
import { removeFeeds } from './remove-feeds.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

export interface Stage {
  readonly cluster: Cluster
  readonly host: FeedServer
  readonly worker: TestWorker
}

export interface StageOptions {
  /** Feeds go after each test, or all of them at the end. @default 'each' */
  readonly clear?: 'each' | 'all'
  /** An API server of the file's own, in place of the run's. */
  readonly kubernetes?: () => Promise<LaxKubernetes>
}

/** A cluster, a feed's host and the real worker for the tests of one file: open before the first, closed after the last. */
export function setStage(opened: (stage: Stage) => void, { clear = 'each', kubernetes }: StageOptions = {}): void {
  let clearAfterEach = (): Promise<void> => Promise.resolve()
  beforeAll(async () => {
    const own = await kubernetes?.()
    const cluster = await Cluster.open({ ...inject('servers'), ...(own === undefined ? {} : { KUBECONFIG: own.kubeconfig }) })
    const host = await openFeedServer()
    const worker = await startWorker(cluster)
    if (clear === 'each') clearAfterEach = () => removeFeeds(cluster)
    opened({ cluster, host, worker })
    return async () => {
      await removeFeeds(cluster)
      await worker.shutdown()
      await cluster.close()
      await host.close()
      await own?.stop()
    }
  })
  afterEach(() => clearAfterEach())
}
