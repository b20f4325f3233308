import type { Environment } from '../adapters/settings/settings-reader.ts'
import { SETTINGS } from './settings.ts'

/** curl's spelling of the proxies, which wins over the table's (`SettingsReader.eitherCase`). */
const LOWER_CASE = ['http_proxy', 'https_proxy', 'no_proxy'] as const
/** What a pod is told of its API server. */
const IN_CLUSTER = ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'] as const
/** What `@temporalio/envconfig` takes beside the table: certificates as values in place of files, and metadata of each request, whose names are free. */
const OF_TEMPORAL = ['TEMPORAL_TLS_CLIENT_CERT_DATA', 'TEMPORAL_TLS_CLIENT_KEY_DATA', 'TEMPORAL_TLS_SERVER_CA_CERT_DATA', 'TEMPORAL_GRPC_META_*'] as const
/** Below these, and nowhere that the environment names, Temporal's own file of profiles lies where no `TEMPORAL_CONFIG_FILE` says otherwise. */
export const HOMES = ['HOME', 'XDG_CONFIG_HOME'] as const

/** Every variable that the worker asks its environment for; a `*` at the end stands for any rest. Deno's permission to read them is made of it (`deno.json`). */
export const ENVIRONMENT_NAMES: readonly string[] = [...SETTINGS.map(({ name }) => name), ...LOWER_CASE, ...IN_CLUSTER, ...OF_TEMPORAL, ...HOMES]

const NAMES = ENVIRONMENT_NAMES.filter((name) => !name.endsWith('*'))
const FAMILIES = ENVIRONMENT_NAMES.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))

/** The named part of an environment: nothing else of it is read, kept or handed on. */
export function namedEnvironment(environment: Environment): Environment {
  const members = Object.keys(environment).filter((name) => FAMILIES.some((family) => name.startsWith(family)))
  const found = [...NAMES, ...members].map((name) => [name, environment[name]] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}
