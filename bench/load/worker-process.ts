import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PACKAGE_ROOT } from '../../worker/package-root.ts'

const READY_MS = 120_000

/** The worker as users run it (`dist/`, which `npm ci` builds), ready to work. */
export async function startWorker(settings: Readonly<Record<string, string>>, healthPort: number, logFile: string): Promise<ChildProcess> {
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, [join(PACKAGE_ROOT, 'dist/worker/main.js')], {
    cwd: PACKAGE_ROOT,
    env: { ...process.env, ...settings, HEALTH_PORT: String(healthPort) },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  for (const until = Date.now() + READY_MS; ; await sleep(200)) {
    const isReady = await fetch(`http://127.0.0.1:${healthPort}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false)
    if (isReady) return child
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the worker did not come up; see ${logFile}`)
  }
}

export async function endWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
