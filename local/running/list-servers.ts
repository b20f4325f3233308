import { resolve } from 'node:path'
import { isRunning } from '../process/process-identity.ts'
import { SERVER_NAMES } from '../server.ts'
import type { ServerAddresses, ServerName } from '../server.ts'
import { openState } from '../state/state-file.ts'
import { settingsFor } from './settings.ts'

export interface ServerStatus {
  readonly name: ServerName
  readonly state: 'running' | 'given by the environment' | 'not running'
  readonly address: string
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly logFile: string }[]
}

/** What the state folder knows, and whether it is still so. */
export function listServers(stateDir: string): readonly ServerStatus[] {
  const state = openState(resolve(stateDir))
  return SERVER_NAMES.map((name) => {
    const record = state.here(name)
    const address = state.address(name)
    const shown = address === undefined ? '' : show({ [name]: address })
    if (record === undefined) return { name, state: address === undefined ? 'not running' : 'given by the environment', address: shown, processes: [] }
    const processes = record.processes.filter(isRunning)
    return { name, state: processes.length === record.processes.length ? 'running' : 'not running', address: shown, processes }
  })
}

/** The settings that reach the servers which can be used. @throws when there are none. */
export function usableSettings(stateDir: string): Readonly<Record<string, string>> {
  const state = openState(resolve(stateDir))
  const usable = listServers(stateDir).filter((server) => server.state !== 'not running')
  if (usable.length === 0) throw new Error('no server runs here: npm run local -- up')
  return settingsFor(Object.fromEntries(usable.map(({ name }) => [name, state.address(name)])))
}

function show({ temporal, kubernetes, elasticsearch }: Partial<ServerAddresses>): string {
  if (temporal) return temporal.uiUrl === undefined ? temporal.address : `${temporal.address}, UI ${temporal.uiUrl}`
  return kubernetes ? `${kubernetes.url}, kubeconfig ${kubernetes.kubeconfig}` : (elasticsearch?.url ?? '')
}
