import { isRunning } from '../../local/process/process-identity.ts'
import type { ProcessIdentity } from '../../local/process/process-identity.ts'
import { openState } from '../../local/state/state-file.ts'

/** The processes of all servers of a state folder, by the name of each. */
export function recordedProcesses(stateDir: string): Readonly<Record<string, ProcessIdentity>> {
  const state = openState(stateDir)
  const processes = state.names.flatMap((name) => state.here(name)?.processes ?? [])
  return Object.fromEntries(processes.map(({ name, pid, startedAt }) => [name, { pid, startedAt }]))
}

export function stillRunning(processes: Readonly<Record<string, ProcessIdentity>>): readonly string[] {
  return Object.keys(processes).filter((name) => processes[name] !== undefined && isRunning(processes[name]))
}
