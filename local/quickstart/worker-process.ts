import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PACKAGE_ROOT } from '../package-root.ts'
import { freePorts } from '../process/free-port.ts'
import { logTail } from '../process/log-tail.ts'
import { endProcess, isRunning } from '../process/process-identity.ts'
import { supervisedLauncher } from '../process/supervised-launcher.ts'

/** What runs the worker, after the runtime's own path: Deno runs the sources, with the permissions that deno.json gives the worker and no others. */
const PROGRAM = 'Deno' in globalThis ? ['run', '--no-prompt', '-P=worker', 'worker/main.ts'] : [join(PACKAGE_ROOT, 'dist/worker/main.js')]
/** It connects, loads the workflow bundle and checks the indices: seconds, on a busy machine ten times that. */
const READY_MS = 60_000
const POLL_MS = 200
/** Of the 30 s that Ctrl-C may take; the servers have the rest. */
const GRACE_MS = 15_000

export interface WorkerProcess {
  readonly logFile: string
  /** @throws when it has ended by itself, with the end of its log. */
  check(): Promise<void>
  stop(): Promise<void>
}

/**
 * The worker as users run it, in a process of its own that ends with this one, however this one ends. Resolves when it is ready.
 * @param settings its environment beside this process's own.
 */
export async function startWorker(settings: Readonly<Record<string, string>>, logFile: string, signal: AbortSignal): Promise<WorkerProcess> {
  const [port] = await freePorts(1)
  const launcher = supervisedLauncher([])
  const environment = Object.entries({ ...settings, HEALTH_PORT: String(port) }).map(([name, value]) => `${name}=${value}`)
  const command = { name: 'worker', program: 'env', args: [...environment, process.execPath, ...PROGRAM], cwd: PACKAGE_ROOT, logFile }
  try {
    const identity = await launcher.launch(command)
    const worker: WorkerProcess = {
      logFile,
      async check() {
        if (!isRunning(identity)) throw new Error(`the worker has ended; ${logFile} ends with:\n${await logTail(logFile)}`)
      },
      async stop() {
        await endProcess(identity, 'SIGTERM', GRACE_MS)
        await launcher.close(true)
      },
    }
    await untilReady(worker, `http://127.0.0.1:${port}/readyz`, signal)
    return worker
  } catch (error) {
    await launcher.close(true)
    throw error
  }
}

async function untilReady(worker: WorkerProcess, url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + READY_MS
  for (;;) {
    await worker.check()
    const ready = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(1_000)]) }).then(({ ok }) => ok, () => false)
    if (ready) return
    signal.throwIfAborted()
    if (Date.now() > until) throw new Error(`the worker is not ready after ${READY_MS / 1000} s; ${worker.logFile} ends with:\n${await logTail(worker.logFile)}`)
    await sleep(POLL_MS, undefined, { signal })
  }
}
