import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PACKAGE_ROOT } from '../package-root.ts'
import type { Launcher } from './launcher.ts'
import { identifyStarted } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

const SUPERVISOR = join(PACKAGE_ROOT, 'local/process/supervisor.mjs')

interface Waiting {
  readonly resolve: (identity: ProcessIdentity) => void
  readonly reject: (error: Error) => void
}

/**
 * Servers that end with this process, however it ends. It is the supervisor that starts them, so there is no moment at which a
 * server runs that nobody would end.
 * @param paths deleted after the servers have ended, the last only if it is empty by then.
 */
export function supervisedLauncher(paths: readonly string[]): Launcher {
  // In a session of its own: what ends this process's group must not end the supervisor before the servers.
  const supervisor = spawn(process.execPath, [SUPERVISOR, ...paths], { cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(supervisor, 'exit')
  // Servers that nobody stops must not keep this process from ending; an answer that is awaited must.
  const holdOn = (hold: boolean): void => {
    for (const pipe of [supervisor.stdin, supervisor.stdout]) if (pipe instanceof Socket) pipe[hold ? 'ref' : 'unref']()
  }
  supervisor.unref()
  holdOn(false)
  supervisor.stdin.on('error', () => undefined)

  const waiting = new Map<number, Waiting>()
  let lastId = 0
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    const { id, pid, error } = JSON.parse(line) as { id: number; pid?: number; error?: string }
    const request = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) holdOn(false)
    if (pid !== undefined) request?.resolve(identifyStarted(pid))
    else request?.reject(new Error(error))
  })
  void ended.then(() => {
    for (const request of waiting.values()) request.reject(new Error('the supervisor of the servers has ended'))
    waiting.clear()
  })

  return {
    launch(command) {
      const id = ++lastId
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        holdOn(true)
        supervisor.stdin.write(`${JSON.stringify({ id, command })}\n`)
      })
    },
    async close(keep) {
      supervisor.ref()
      if (keep) supervisor.stdin.write(`${JSON.stringify({ keep })}\n`)
      supervisor.stdin.end()
      if (supervisor.exitCode === null && supervisor.signalCode === null) await ended
    },
  }
}
