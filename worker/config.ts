import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { delimiter } from 'node:path'
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig'
import type { WorkerDeploymentVersion } from '@temporalio/common'
import type { LogLevel } from '@temporalio/worker'
import { type AddressRange, parseRanges } from '../adapters/http/address-policy.ts'
import type { HttpLimits } from '../adapters/http/limits.ts'
import { parseProxy, type ProxySettings } from '../adapters/http/proxy.ts'
import type { ElasticsearchSettings } from '../adapters/elasticsearch/client.ts'
import type { KubernetesSettings } from '../adapters/kubernetes/connect.ts'
import { certificates } from './certificates.ts'
import { deploymentVersion } from './deployment-version.ts'
import { ConfigError, type Environment, SettingsReader } from './environment.ts'

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
  readonly http: {
    readonly limits: HttpLimits
    /** Milliseconds and bytes that a step passes with each request (contract P-07). */
    readonly attemptMs: number
    readonly bodyBytes: number
    readonly jsonBytes: number
    readonly allowed: readonly AddressRange[]
    readonly denied: readonly AddressRange[]
    readonly proxies: ProxySettings
    /** Authorities accepted beside Node's own, PEM; undefined when there are none. */
    readonly extraCa: string | undefined
  }
  readonly searchIntervalMs: number
  readonly lookbackMs: number
  readonly continueAfterEvents: number
  readonly healthPort: number
  readonly logLevel: LogLevel
  readonly identity: string
  /** null: workers have no versions, and any of them may go on with any run. */
  readonly deployment: WorkerDeploymentVersion | null
}

const MIB = 1024 * 1024
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
  const read = new SettingsReader(environment)
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
    http: {
      limits: {
        connectMs: read.duration('FEED_CONNECT_TIMEOUT', 100, 5 * 60 * SECOND),
        firstByteMs: read.duration('FEED_FIRST_BYTE_TIMEOUT', 100, 5 * 60 * SECOND),
        // A gigabyte each is more than one set may hold (contract N-06) ten times over.
        wireBytes: read.integer('FEED_MAX_WIRE_MIB', 1, 1024) * MIB,
        redirects: read.integer('FEED_MAX_REDIRECTS', 0, 20),
      },
      // The step itself has six minutes (workflows/steps.ts).
      attemptMs: read.duration('FEED_ATTEMPT_TIMEOUT', SECOND, 5 * 60 * SECOND),
      bodyBytes: read.integer('FEED_MAX_BODY_MIB', 1, 4096) * MIB,
      // V8 holds no text over 512 MiB.
      jsonBytes: read.integer('FEED_MAX_JSON_MIB', 1, 256) * MIB,
      allowed: ranges(read, 'FEED_ALLOWED_RANGES'),
      denied: ranges(read, 'FEED_DENIED_RANGES'),
      proxies: proxies(read),
      extraCa: feedAuthorities(read),
    },
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

function clusterName(read: SettingsReader): string {
  const name = read.value('CLUSTER_NAME')
  // What an index name may hold (lower case, no spaces or \/*?"<>|,#:), short enough for the longest of ours within 255 bytes.
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) return name
  read.problem('CLUSTER_NAME', 'is not a name for an index: lower-case letters, digits, ".", "-" and "_", at most 100, a letter or digit first')
  // So that the names made of it are not further problems.
  return 'cluster'
}

function temporal(read: SettingsReader, environment: Environment): ClientConnectConfig {
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

function kubernetes(read: SettingsReader, environment: Environment): KubernetesSettings {
  const kubeconfig = read.text('KUBECONFIG')
  if (kubeconfig === undefined) {
    if (!environment['KUBERNETES_SERVICE_HOST']) read.problem('KUBECONFIG', OR_LOCAL)
    return { kubeconfig: null }
  }
  if (!kubeconfig.split(delimiter).some((file) => existsSync(file))) read.problem('KUBECONFIG', 'names no file that exists')
  return { kubeconfig }
}

function elasticsearch(read: SettingsReader): ElasticsearchSettings {
  const url = read.text('ELASTICSEARCH_URL') ?? ''
  if (url === '') read.problem('ELASTICSEARCH_URL', OR_LOCAL)
  else if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) read.problem('ELASTICSEARCH_URL', 'is not an http or https url')
  else if (new URL(url).username !== '') {
    read.problem('ELASTICSEARCH_URL', 'holds a user: set ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD instead')
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

/** Node reads NODE_EXTRA_CA_CERTS itself, but only for connections that name no authorities; those of feeds do once FEED_CA is set. */
function feedAuthorities(read: SettingsReader): string | undefined {
  const own = certificates(read, 'FEED_CA')
  return own === undefined ? undefined : `${own}\n${certificates(read, 'NODE_EXTRA_CA_CERTS') ?? ''}`
}

function indexName(read: SettingsReader, name: Parameters<SettingsReader['value']>[0], cluster: string): string {
  const value = read.value(name).replaceAll('<cluster>', cluster)
  const pattern = name.endsWith('_PATTERN')
  // A pattern may name several, or another cluster's of a cross-cluster search (with a colon); what is written to is one name.
  const fits = pattern ? /^[a-z0-9.][a-z0-9._:*,-]{0,999}$/.test(value) : /^[a-z0-9.][a-z0-9._-]{0,254}$/.test(value)
  if (!fits) read.problem(name, `is not ${pattern ? 'a pattern of index names' : 'the name of an index'}`)
  return value
}

function namespace(read: SettingsReader): string {
  const name = read.value('HEADER_NAMESPACE')
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) read.problem('HEADER_NAMESPACE', 'is not the name of a namespace')
  return name
}

function ranges(read: SettingsReader, name: 'FEED_ALLOWED_RANGES' | 'FEED_DENIED_RANGES'): readonly AddressRange[] {
  const parsed = parseRanges(read.value(name))
  for (const problem of parsed.problems) read.problem(name, `holds something else than prefixes: ${problem}`)
  return parsed.ranges
}

function proxies(read: SettingsReader): ProxySettings {
  const httpProxy = read.eitherCase('HTTP_PROXY')
  const httpsProxy = read.eitherCase('HTTPS_PROXY')
  if (httpProxy !== undefined && !parseProxy(httpProxy)) read.problem('HTTP_PROXY', 'is not the http or https url of a proxy')
  if (httpsProxy !== undefined && !parseProxy(httpsProxy)) read.problem('HTTPS_PROXY', 'is not the http or https url of a proxy')
  return { httpProxy, httpsProxy, noProxy: read.eitherCase('NO_PROXY') }
}

function logLevel(read: SettingsReader): LogLevel {
  const level = read.value('LOG_LEVEL').toUpperCase()
  if (!LOG_LEVELS.includes(level)) read.problem('LOG_LEVEL', 'is not trace, debug, info, warn or error')
  return level as LogLevel
}
