import { join } from 'node:path'
import type { ServerName } from '../server.ts'
import type { OpenState } from '../state/state-file.ts'
import type { Environment } from '../tools/find-executable.ts'
import { settingsFor } from './settings.ts'

const VARIABLES: Readonly<Record<ServerName, string>> = {
  temporal: 'TEMPORAL_ADDRESS',
  kubernetes: 'KUBECONFIG',
  elasticsearch: 'ELASTICSEARCH_URL',
}

/**
 * The environment without the addresses of the servers that run here: after `eval "$(npm run --silent local -- env)"` they are still ours.
 * @throws when a variable names another server than the one that runs here.
 */
export function withoutOwn(environment: Environment, stateDir: string, state: OpenState, running: ReadonlySet<ServerName>): Environment {
  const others: Record<string, string | undefined> = { ...environment }
  // Nobody else writes this file, so it says nothing even when the server is gone.
  if (others['KUBECONFIG'] === join(stateDir, 'kubernetes', 'kubeconfig')) others['KUBECONFIG'] = undefined
  for (const name of running) {
    const variable = VARIABLES[name]
    const value = others[variable]
    const own = settingsFor({ [name]: state.address(name) })[variable]
    if (value && value !== own) {
      throw new Error(`${variable}=${value} names another server than the one that runs here (${own}): unset it, or end this one first (npm run local -- down)`)
    }
    others[variable] = undefined
  }
  return others
}
