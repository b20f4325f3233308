import { dirname } from 'node:path'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import type { LogEntry } from '@temporalio/worker'
import { inject } from 'vitest'
import { serviceAccountKubeconfig } from '../../local/index.ts'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'
import type { RunningWorker } from '../../worker/worker.ts'
import type { Cluster } from './cluster.ts'

export interface TestWorker extends RunningWorker {
  /** What it logged so far, a line an entry. */
  readonly log: string[]
  /** What Temporal's own code in this process logged so far, workflows and core included; the workers of one process share it. */
  readonly temporalLog: readonly string[]
}

/** Of the worker's account (deploy/rbac). */
const NAMESPACE = 'tigera-intrusion-detection'

const temporalLog: string[] = []
let installed = false

/** There is one runtime in a process, and it has to be told before the first worker. */
function listenToTemporal(): void {
  if (installed) return
  installed = true
  const logger = loggerInto(temporalLog)
  Runtime.install({ logger, telemetryOptions: { logging: { forward: {}, filter: { core: 'INFO', other: 'WARN' } } } })
}

function loggerInto(lines: string[]): DefaultLogger {
  return new DefaultLogger('DEBUG', ({ level, message, meta }: LogEntry) => lines.push(`${level} ${message} ${text(meta)}`))
}

/** Errors too, with all that hangs on them: JSON alone shows nothing of them. */
function text(meta: unknown): string {
  return JSON.stringify(meta ?? {}, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    if (value instanceof Error) return { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause }
    return value
  })
}

/**
 * The real worker in this process, searching every second, with the rights that deploy/rbac gives it and no others.
 * @param account a kubeconfig of its account, such as one that goes through a proxy. @default one that is made for it
 */
export async function startWorker(cluster: Pick<Cluster, 'env'>, account?: string): Promise<TestWorker> {
  listenToTemporal()
  const log: string[] = []
  const admin = cluster.env['KUBECONFIG'] ?? ''
  const kubeconfig = account ?? await serviceAccountKubeconfig({ kubeconfig: admin, namespace: NAMESPACE, name: 'threatfeed', folder: dirname(admin) })
  const running = await runWorker(readConfig({ ...cluster.env, KUBECONFIG: kubeconfig }), { logger: loggerInto(log), searchIntervalMs: 1000, workflowBundle: inject('workflowBundle') })
  return { ...running, log, temporalLog }
}
