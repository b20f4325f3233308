import { resolve } from 'node:path'
import { withLock } from '../cache/lock.ts'
import { step } from '../cache/step.ts'
import type { Report } from '../cache/step.ts'
import { isRunning } from '../process/process-identity.ts'
import { deleteState, openState } from '../state/state-file.ts'
import { endProcesses } from './run-server.ts'

export interface StopOptions {
  readonly stateDir: string
  /** Data, logs and ports stay for the next start. */
  readonly keep: boolean
  readonly report: Report
  readonly signal?: AbortSignal
}

/** Ends the servers of a state folder by their recorded pids, whoever has started them. */
export async function stopServers({ stateDir: given, keep, report, signal }: StopOptions): Promise<void> {
  const stateDir = resolve(given)
  const waiting = (pid: number): void => report(`process ${pid} is starting or stopping these servers, waiting`)
  await withLock(`${stateDir}.lock`, stop, { signal, waiting })

  async function stop(): Promise<void> {
    const state = openState(stateDir)
    const ending = state.names.map(async (name) => {
      const processes = state.here(name)?.processes.filter(isRunning) ?? []
      if (processes.length > 0) await step(report, `${name}: end`, undefined, () => endProcesses(processes, 'SIGTERM'))
    })
    if (ending.length === 0) report('nothing runs here')
    await Promise.all(ending)
    if (!keep) await deleteState(stateDir)
  }
}
