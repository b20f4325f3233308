import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../adapters/settings/settings-reader.ts'

/** Where `npm run local -- up` leaves the settings of the servers it started, `NAME=value` a line, below the package. */
const FILE = join('.local', 'env')
/** An address of a real server: where none is given the local one is meant. */
const ADDRESSES = ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL'] as const

/**
 * The environment, with the local servers' settings for each address that it lacks. Loopback is allowed to feeds only when at least
 * one local server is used, and inside a cluster nothing is filled in.
 */
export function withLocalServers(environment: Environment, packageRoot: string): Environment {
  const profile = environment['TEMPORAL_CONFIG_FILE'] ?? environment['TEMPORAL_PROFILE']
  const missing = ADDRESSES.filter((name) => !environment[name] && !(name === 'TEMPORAL_ADDRESS' && profile))
  if (missing.length === 0 || environment['KUBERNETES_SERVICE_HOST']) return environment
  const local = readLines(join(packageRoot, FILE))
  const found = missing.filter((name) => local[name])
  if (found.length === 0) return environment
  const filled = Object.fromEntries(found.map((name) => [name, local[name]]))
  return { FEED_ALLOWED_RANGES: local['FEED_ALLOWED_RANGES'], ...environment, ...filled }
}

function readLines(path: string): Environment {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return {}
  }
  const pairs = text.split('\n').map((line) => /^(?:export )?([A-Z_]+)=(.*)$/.exec(line.trim()))
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', unquoted(pair[2] ?? '')]] : [])))
}

/** As a shell would read what `local -- env` prints. */
function unquoted(value: string): string {
  return value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1).replaceAll(`'\\''`, "'") : value
}
