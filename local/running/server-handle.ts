import type { Launcher } from '../process/launcher.ts'
import { detachedLauncher } from '../process/launcher.ts'
import type { Server, ServerAddresses, ServerName } from '../server.ts'
import { deleteState } from '../state/state-file.ts'
import type { HereRecord, OpenState } from '../state/state-file.ts'
import { buildServer } from './build-server.ts'
import { endProcesses, runServer } from './run-server.ts'
import { settingsFor } from './settings.ts'

/** The servers that were asked for, and the ways to disturb them. */
export type RunningServers<Name extends ServerName = ServerName> = Pick<ServerAddresses, Name> & {
  /** The settings a process needs to speak to these servers. */
  readonly env: Readonly<Record<string, string>>
  /** Ends what this call has started, and deletes its data unless it is kept. */
  stop(options?: { readonly keep?: boolean }): Promise<void>
  /** Ends the processes of one server and leaves its data. @default SIGTERM */
  kill(server: Name, signal?: NodeJS.Signals): Promise<void>
  /** Starts it again, on the same ports with the same data; ends it before if it runs. Resolves when it serves. */
  restart(server: Name): Promise<void>
}

export interface HandleOptions {
  readonly state: OpenState
  readonly stateDir: string
  readonly names: readonly ServerName[]
  /** Those that ran before: they are left running. */
  readonly found: ReadonlyMap<ServerName, Server>
  readonly launcher: Launcher
  readonly owned: boolean
}

export interface ServerHandle<Name extends ServerName> {
  running(): RunningServers<Name>
  /** Ends what was started so far; its data and logs stay when it is not owned. */
  end(): Promise<void>
}

export function serverHandle<Name extends ServerName>({ state, stateDir, names, found, launcher, owned }: HandleOptions): ServerHandle<Name> {
  const started = (): readonly ServerName[] => names.filter((name) => !found.has(name) && state.here(name) !== undefined)

  const kill = async (name: ServerName, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    await endProcesses(recordOf(state, name).processes, signal)
  }
  const restart = async (name: ServerName): Promise<void> => {
    const record = recordOf(state, name)
    await endProcesses(record.processes, 'SIGTERM')
    const server = await buildServer(name, { ...record, stateDir })
    await runServer(server, {
      launcher: found.has(name) ? detachedLauncher : launcher,
      started: (processes) => state.set(name, { ...record, processes }),
    })
  }
  const endAll = async (keep: boolean): Promise<void> => {
    const mine = started()
    await Promise.all(mine.map((name) => kill(name)))
    await launcher.close(keep)
    if (keep) return
    for (const name of mine) state.remove(name)
    if (state.isEmpty()) await deleteState(stateDir)
  }

  return {
    running() {
      const addresses: Partial<ServerAddresses> = Object.fromEntries(names.map((name) => [name, state.address(name)]))
      return {
        ...(addresses as Pick<ServerAddresses, Name>),
        env: settingsFor(addresses),
        stop: ({ keep = false } = {}) => endAll(keep),
        kill,
        restart,
      }
    },
    end: () => endAll(!owned),
  }
}

function recordOf(state: OpenState, name: ServerName): HereRecord {
  const record = state.here(name)
  if (record === undefined) throw new Error(`${name} was given by the environment: it is not ours to end or to start`)
  return record
}
