import { setTimeout as sleep } from 'node:timers/promises'
import type { Launcher, ServerCommand } from '../process/launcher.ts'
import { logTail } from '../process/log-tail.ts'
import { endProcess, isRunning } from '../process/process-identity.ts'
import type { ProcessIdentity } from '../process/process-identity.ts'
import type { Server } from '../server.ts'

export interface RunningProcess extends ProcessIdentity {
  readonly name: string
  readonly logFile: string
}

/** Ten times what the slowest of them took on 2 busy cores. */
const READY_MS = 120_000
const PROBE_MS = 10_000
const POLL_MS = 100
/** `down` has 30 s for all servers; they end side by side, etcd after the API server. */
const GRACE_MS = 8_000

export interface LaunchOptions {
  readonly launcher: Launcher
  /** Called after each start, before anything else happens. */
  readonly started: (processes: readonly RunningProcess[]) => void
  readonly signal?: AbortSignal | undefined
}

/** A server that did not come up, with the reason and the end of its log. */
export class ServerFailed extends Error {
  override readonly name = 'ServerFailed'
}

/** Starts a server's processes and waits until it serves. @throws ServerFailed, with nothing left running. */
export async function runServer(server: Server, { launcher, started, signal }: LaunchOptions): Promise<void> {
  await server.prepare()
  const processes: RunningProcess[] = []
  try {
    for (const command of server.commands) {
      signal?.throwIfAborted()
      processes.push({ ...(await launcher.launch(command)), name: command.name, logFile: command.logFile })
      started([...processes])
    }
    await untilReady(server, processes, signal)
  } catch (error) {
    await endProcesses(processes, 'SIGKILL')
    throw error
  }
}

/** Ends processes in the opposite order of their start; resolves when they are gone. */
export async function endProcesses(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): Promise<void> {
  for (const process of [...processes].reverse()) await endProcess(process, signal, GRACE_MS)
}

/** One look: is it there and does it serve? */
export async function serves(server: Pick<Server, 'probe'>, signal?: AbortSignal): Promise<boolean> {
  try {
    await probe(server, signal)
    return true
  } catch {
    return false
  }
}

async function untilReady(server: Server, processes: readonly RunningProcess[], signal: AbortSignal | undefined): Promise<void> {
  const until = Date.now() + READY_MS
  for (;;) {
    signal?.throwIfAborted()
    const ended = processes.find((process) => !isRunning(process))
    if (ended !== undefined) throw await failure(`${ended.name} ended while it was starting`, [ended])
    try {
      return await probe(server, signal)
    } catch (error) {
      if (Date.now() > until) throw await failure(`${server.name} does not serve after ${READY_MS / 1000} s: ${reason(error)}`, processes)
    }
    await sleep(POLL_MS, undefined, { signal })
  }
}

async function probe(server: Pick<Server, 'probe'>, signal: AbortSignal | undefined): Promise<void> {
  const timeout = AbortSignal.timeout(PROBE_MS)
  await server.probe(signal === undefined ? timeout : AbortSignal.any([signal, timeout]))
}

async function failure(what: string, of: readonly Pick<ServerCommand, 'name' | 'logFile'>[]): Promise<ServerFailed> {
  const logs = await Promise.all(of.map(async ({ logFile }) => `${logFile} ends with:\n${await logTail(logFile)}`))
  return new ServerFailed([what, ...logs].join('\n'))
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
