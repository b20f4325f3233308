import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { isClusterName } from '../domain/run/names.ts'
import { ClientError } from './client-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ClientConfig {
  /** As workflow ids and index names spell it. */
  readonly cluster: string
  readonly temporal: ReturnType<typeof loadClientConnectConfig>
  /** Files as KUBECONFIG lists them; null for the account of the pod. */
  readonly kubeconfig: string | null
  readonly elasticsearch: {
    readonly url: string
    readonly apiKey?: string
    readonly username?: string
    readonly password?: string
    /** PEM. */
    readonly ca?: string
  }
  /** Index or alias of security events; absent: that of the cluster's name. */
  readonly eventsIndex?: string
}

/** The address of each server: where one is absent the local server is meant, unless a profile of Temporal is named, which holds an address. */
const ADDRESSES = ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL'] as const

/**
 * The client's settings, by the names of README's table. Outside a cluster an address that is absent is taken from the settings that
 * `npm run local -- up` and the quickstart leave beside the sources, so that the command works there without any.
 * @throws ClientError `invalid`, with all problems, naming variables and never their values.
 */
export function readConfig(environment: Environment, localSettings: Environment): ClientConfig {
  const given = withoutEmpty(environment)
  const inPod = given['KUBERNETES_SERVICE_HOST'] !== undefined
  const hasProfile = given['TEMPORAL_CONFIG_FILE'] !== undefined || given['TEMPORAL_PROFILE'] !== undefined
  const filled = ADDRESSES.filter((name) => !(name === 'TEMPORAL_ADDRESS' && hasProfile))
  const settings: Environment = inPod ? given : { ...withoutEmpty(pick(localSettings, filled)), ...given }
  const problems: string[] = []
  const cluster = settings['CLUSTER_NAME'] ?? 'cluster'
  if (!isClusterName(cluster)) problems.push('CLUSTER_NAME is not a name for an index: lower-case letters, digits, ".", "-" and "_", at most 100')

  const url = settings['ELASTICSEARCH_URL']
  if (url === undefined) problems.push('ELASTICSEARCH_URL is missing')
  else if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) problems.push('ELASTICSEARCH_URL must be an http or https url')

  const kubeconfig = settings['KUBECONFIG'] ?? null
  if (kubeconfig === null && !inPod) problems.push('KUBECONFIG is missing')

  const temporal = readTemporal(settings, problems)
  if (temporal !== null && !temporal.connectionOptions.address) problems.push('TEMPORAL_ADDRESS is missing')
  const ca = readCa(settings['ELASTICSEARCH_CA'], problems)
  if (problems.length > 0 || url === undefined || temporal === null) {
    throw new ClientError('invalid', `${problems.join('; ')} (set them, or start local servers: npm run local -- up)`)
  }
  return {
    cluster,
    temporal,
    kubeconfig,
    elasticsearch: {
      url,
      ...optional('apiKey', settings['ELASTICSEARCH_API_KEY']),
      ...optional('username', settings['ELASTICSEARCH_USERNAME']),
      ...optional('password', settings['ELASTICSEARCH_PASSWORD']),
      ...optional('ca', ca),
    },
    ...optional('eventsIndex', settings['EVENTS_INDEX']),
  }
}

/** The file of local settings beside the sources or dist/, or {} when there is none. */
export function readLocalSettings(): Environment {
  try {
    return parseSettings(readFileSync(join(packageRoot(), '.local', 'env'), 'utf8'))
  } catch {
    return {}
  }
}

/** Lines of `NAME=value`, with or without `export` and single quotes, as a shell reads them; other lines are left out. */
export function parseSettings(text: string): Environment {
  const settings: [string, string][] = []
  for (const line of text.split('\n')) {
    const [, name, value] = /^(?:export )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim()) ?? []
    if (name !== undefined && value !== undefined) settings.push([name, unquoted(value)])
  }
  return Object.fromEntries(settings)
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1).replaceAll("'\\''", "'") : value
}

function packageRoot(): string {
  const folder = dirname(dirname(fileURLToPath(import.meta.url)))
  return folder.endsWith('dist') ? dirname(folder) : folder
}

function readTemporal(settings: Environment, problems: string[]): ClientConfig['temporal'] | null {
  const overrideEnvVars = Object.fromEntries(Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined))
  try {
    return loadClientConnectConfig({ overrideEnvVars })
  } catch {
    problems.push('the settings of Temporal cannot be read (TEMPORAL_ADDRESS, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the like)')
    return null
  }
}

function readCa(file: string | undefined, problems: string[]): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch {
    problems.push('ELASTICSEARCH_CA cannot be read')
    return undefined
  }
}

function pick(environment: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(names.map((name) => [name, environment[name]]))
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
}

function optional<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, string>)
}
