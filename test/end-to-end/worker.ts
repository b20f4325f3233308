import { DefaultLogger } from '@temporalio/worker'
import type { LogEntry } from '@temporalio/worker'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'
import type { RunningWorker } from '../../worker/worker.ts'
import type { Cluster } from './cluster.ts'

export interface TestWorker extends RunningWorker {
  /** What it logged so far, a line an entry. */
  readonly log: string[]
}

/** The real worker in this process, searching every second. */
export async function startWorker(cluster: Cluster): Promise<TestWorker> {
  const log: string[] = []
  const logger = new DefaultLogger('DEBUG', ({ level, message, meta }: LogEntry) => log.push(`${level} ${message} ${JSON.stringify(meta ?? {})}`))
  const running = await runWorker(readConfig(cluster.env), { logger, searchIntervalMs: 1000, fromSources: true })
  return { ...running, log }
}
