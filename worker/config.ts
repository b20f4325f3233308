import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { delimiter } from 'node:path'
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig'
import type { WorkerDeploymentVersion } from '@temporalio/common'
import type { LogLevel } from '@temporalio/worker'
import { type HttpSettings, readHttpSettings } from '../adapters/http/settings.ts'
import type { ElasticsearchSettings } from '../adapters/elasticsearch/client.ts'
import type { KubernetesSettings } from '../adapters/kubernetes/connect.ts'
import { certificates } from '../adapters/settings/certificates.ts'
import { type Environment, SettingsReader } from '../adapters/settings/settings-reader.ts'
import { deploymentVersion } from './deployment-version.ts'
import { ConfigError } from './environment.ts'
import { SETTINGS, type WorkerSettings } from './settings.ts'

export interface WorkerConfig {
  readonly cluster: string
  /** `host:port` is in `connectionOptions.address`. */
  readonly temporal: ClientConnectConfig
  readonly kubernetes: KubernetesSettings
  readonly elasticsearch: ElasticsearchSettings
  readonly indices: {
    readonly IPSet: string
    readonly DomainNameSet: string
    readonly events: string
    readonly flows: string
    readonly dns: string
  }
  readonly headerNamespace: string
  readonly http: HttpSettings
  readonly searchIntervalMs: number
  readonly lookbackMs: number
  readonly continueAfterEvents: number
  readonly healthPort: number
  readonly logLevel: LogLevel
  readonly identity: string
  /** null: workers have no versions, and any of them may go on with any run. */
  readonly deployment: WorkerDeploymentVersion | null
}

const SECOND = 1000
const HOUR = 3_600_000
const LOG_LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']
const OR_LOCAL = 'is not set: set it, or run `npm run local -- up` and start again'

/**
 * Reads all settings once.
 * @param environment the process's, filled up with those of the local servers (`local-settings.ts`).
 * @throws ConfigError with every problem there is. No value is repeated in it.
 */
export function readConfig(environment: Environment): WorkerConfig {
  const read = new SettingsReader(environment, SETTINGS)
  const cluster = clusterName(read)
  const config: WorkerConfig = {
    cluster,
    temporal: temporal(read, environment),
    kubernetes: kubernetes(read, environment),
    elasticsearch: elasticsearch(read),
    indices: {
      IPSet: indexName(read, 'IPSET_INDEX', cluster),
      DomainNameSet: indexName(read, 'DOMAINNAMESET_INDEX', cluster),
      events: indexName(read, 'EVENTS_INDEX', cluster),
      flows: indexName(read, 'FLOWS_INDEX_PATTERN', cluster),
      dns: indexName(read, 'DNS_INDEX_PATTERN', cluster),
    },
    headerNamespace: namespace(read),
    http: readHttpSettings(read),
    searchIntervalMs: read.duration('SEARCH_INTERVAL', 10 * SECOND, 24 * HOUR),
    lookbackMs: read.duration('SEARCH_LOOKBACK', 0, 10 * 365 * 24 * HOUR),
    // Below 50 a run would do little but begin again; the server refuses a history of 51,200 events.
    continueAfterEvents: read.integer('CONTINUE_AFTER_EVENTS', 50, 40_000),
    healthPort: read.integer('HEALTH_PORT', 0, 65_535),
    logLevel: logLevel(read),
    identity: read.text('HOSTNAME') ?? hostname(),
    deployment: deploymentVersion(read, cluster),
  }
  if (read.problems.length > 0) throw new ConfigError(read.problems)
  return config
}

function clusterName(read: WorkerSettings): string {
  const name = read.value('CLUSTER_NAME')
  // What an index name may hold (lower case, no spaces or \/*?"<>|,#:), short enough for the longest of ours within 255 bytes.
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) return name
  read.problem('CLUSTER_NAME', 'is not a name for an index: lower-case letters, digits, ".", "-" and "_", at most 100, a letter or digit first')
  // So that the names made of it are not further problems.
  return 'cluster'
}

function temporal(read: WorkerSettings, environment: Environment): ClientConnectConfig {
  const given = Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  try {
    const loaded = loadClientConnectConfig({ overrideEnvVars: given })
    if (!loaded.connectionOptions.address) read.problem('TEMPORAL_ADDRESS', OR_LOCAL)
    return { ...loaded, namespace: loaded.namespace ?? 'default' }
  } catch {
    // The reason may quote the file.
    read.problem('TEMPORAL_*', 'cannot be read: a file that they name is missing or not what it should be')
    return { connectionOptions: {} }
  }
}

function kubernetes(read: WorkerSettings, environment: Environment): KubernetesSettings {
  const kubeconfig = read.text('KUBECONFIG')
  if (kubeconfig === undefined) {
    if (!environment['KUBERNETES_SERVICE_HOST']) read.problem('KUBECONFIG', OR_LOCAL)
    return { kubeconfig: null }
  }
  if (!kubeconfig.split(delimiter).some((file) => existsSync(file))) read.problem('KUBECONFIG', 'names no file that exists')
  return { kubeconfig }
}

function elasticsearch(read: WorkerSettings): ElasticsearchSettings {
  const url = read.text('ELASTICSEARCH_URL') ?? ''
  if (url === '') read.problem('ELASTICSEARCH_URL', OR_LOCAL)
  else if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) read.problem('ELASTICSEARCH_URL', 'is not an http or https url')
  else if (new URL(url).username !== '' || new URL(url).password !== '') {
    read.problem('ELASTICSEARCH_URL', 'holds a user or a password: set ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD instead')
  }
  const apiKey = read.text('ELASTICSEARCH_API_KEY')
  const username = read.text('ELASTICSEARCH_USERNAME')
  const password = read.text('ELASTICSEARCH_PASSWORD')
  if (apiKey !== undefined && username !== undefined) read.problem('ELASTICSEARCH_API_KEY', 'and ELASTICSEARCH_USERNAME are both set: one is enough')
  if ((username === undefined) !== (password === undefined)) {
    read.problem('ELASTICSEARCH_USERNAME', 'and ELASTICSEARCH_PASSWORD go together: one of them is not set')
  }
  const ca = certificates(read, 'ELASTICSEARCH_CA')
  return {
    url,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  }
}

function indexName(read: WorkerSettings, name: Parameters<WorkerSettings['value']>[0], cluster: string): string {
  const value = read.value(name).replaceAll('<cluster>', cluster)
  const pattern = name.endsWith('_PATTERN')
  // A pattern may name several, or another cluster's of a cross-cluster search (with a colon); what is written to is one name.
  const fits = pattern ? /^[a-z0-9.][a-z0-9._:*,-]{0,999}$/.test(value) : /^[a-z0-9.][a-z0-9._-]{0,254}$/.test(value)
  if (!fits) read.problem(name, `is not ${pattern ? 'a pattern of index names' : 'the name of an index'}`)
  return value
}

function namespace(read: WorkerSettings): string {
  const name = read.value('HEADER_NAMESPACE')
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) read.problem('HEADER_NAMESPACE', 'is not the name of a namespace')
  return name
}

function logLevel(read: WorkerSettings): LogLevel {
  const level = read.value('LOG_LEVEL').toUpperCase()
  if (!LOG_LEVELS.includes(level)) read.problem('LOG_LEVEL', 'is not trace, debug, info, warn or error')
  return level as LogLevel
}
