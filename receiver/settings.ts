import { type Environment, type Setting, SettingsReader } from '../adapters/settings/settings-reader.ts'
import { ClientError } from '../client/client-error.ts'
import { type Content, CONTENTS } from '../domain/feed/content.ts'
import type { Problem as FieldProblem } from '../domain/feed/feed.ts'
import { feedNameProblem } from '../domain/feed/feed-name.ts'
import { Fields } from '../domain/feed/fields.ts'
import { canBeToken } from './bearer.ts'
import type { ReceiverLimits } from './limits.ts'
import type { StoreSettings } from './set-documents.ts'
import { edgeClient, type TemporalSettings } from './temporal-refresh.ts'
import { fromBase64 } from './webhook.ts'

/** Everything that the receiver reads from its environment, or from the bindings of its platform. */
export const RECEIVER_SETTINGS = [
  { name: 'RECEIVER_FEEDS', default: null, meaning: 'the feeds that are received, JSON (below)' },
  { name: 'CLUSTER_NAME', default: 'cluster', meaning: 'what the cluster is called in index names and workflow ids' },
  { name: 'IPSET_INDEX', default: '.tigera.ipset.<cluster>', meaning: 'index of IPSet documents' },
  { name: 'DOMAINNAMESET_INDEX', default: '.tigera.domainnameset.<cluster>', meaning: 'index of DomainNameSet documents' },
  { name: 'ELASTICSEARCH_URL', default: null, meaning: 'http or https url without credentials' },
  { name: 'ELASTICSEARCH_API_KEY', default: null, meaning: 'API key in its encoded form', secret: true },
  { name: 'ELASTICSEARCH_USERNAME', default: null, meaning: 'user, where there is no API key' },
  { name: 'ELASTICSEARCH_PASSWORD', default: null, meaning: 'and password', secret: true },
  { name: 'TEMPORAL_HTTP_URL', default: null, meaning: 'url of Temporal’s HTTP API, such as `https://temporal.example:7243`; needed where a feed has webhookSecrets' },
  { name: 'TEMPORAL_NAMESPACE', default: 'default', meaning: 'Temporal namespace' },
  { name: 'TEMPORAL_API_KEY', default: null, meaning: 'API key of Temporal', secret: true },
  { name: 'RECEIVER_MAX_WIRE_MIB', default: '100', meaning: 'body as sent, MiB' },
  { name: 'RECEIVER_MAX_BODY_MIB', default: '512', meaning: 'body unpacked, MiB' },
  { name: 'RECEIVER_MAX_JSON_MIB', default: '64', meaning: 'json body unpacked, MiB: it is held as one document' },
  { name: 'RECEIVER_BODY_TIMEOUT', default: '5m', meaning: 'the whole body' },
  { name: 'RECEIVER_IDLE_TIMEOUT', default: '30s', meaning: 'between two pieces of a body' },
  { name: 'RECEIVER_PUSHES', default: '4', meaning: 'bodies that are read at once by a process or isolate, for one feed one less, where there are several; more are answered 503' },
  { name: 'RECEIVER_PORT', default: '8080', meaning: 'port to listen on, where it is Node that serves; 0: any free one' },
] as const satisfies readonly Setting[]

type ReceiverReader = SettingsReader<(typeof RECEIVER_SETTINGS)[number]['name']>

/** What a sender shows: by its digest, lower-case hex, or as the platform keeps it. */
export type Token = { readonly sha256: string } | { readonly secret: string }

export interface ReceivedFeed {
  readonly name: string
  readonly content: Content
  readonly tokens: readonly Token[]
  /** Keys that a provider's webhook is signed with; none: there is no webhook. */
  readonly webhookSecrets: readonly Uint8Array<ArrayBuffer>[]
}

export interface ReceiverSettings {
  readonly feeds: ReadonlyMap<string, ReceivedFeed>
  readonly store: StoreSettings
  /** null where it is not needed. */
  readonly temporal: TemporalSettings | null
  readonly limits: ReceiverLimits
  readonly port: number
}

export type ReadReceiverSettings = { readonly ok: true; readonly settings: ReceiverSettings } | { readonly ok: false; readonly problems: readonly string[] }

const MIB = 1024 * 1024
const MINUTE = 60_000
/** Tokens and their number: enough to change one without a gap, few enough to compare all of them. */
const MAX_TOKENS = 8
/** Of a token that is kept as it is. Who finds a digest must not be able to guess what it is of, and shorter ones can be. */
const MIN_SECRET = 24

/** Reads all settings once. @returns every problem there is; no value is repeated in it. */
export function readReceiverSettings(environment: Environment): ReadReceiverSettings {
  const read = new SettingsReader(environment, RECEIVER_SETTINGS)
  const cluster = clusterName(read)
  const feeds = readFeeds(read, environment)
  const settings: ReceiverSettings = {
    feeds,
    temporal: readTemporal(read, cluster, feeds),
    store: {
      url: readUrl(read),
      authorization: readAuthorization(read),
      indices: { IPSet: indexName(read, 'IPSET_INDEX', cluster), DomainNameSet: indexName(read, 'DOMAINNAMESET_INDEX', cluster) },
    },
    limits: {
      wireBytes: read.integer('RECEIVER_MAX_WIRE_MIB', 1, 1024) * MIB,
      streamBytes: read.integer('RECEIVER_MAX_BODY_MIB', 1, 4096) * MIB,
      jsonBytes: read.integer('RECEIVER_MAX_JSON_MIB', 1, 64) * MIB,
      bodyMs: read.duration('RECEIVER_BODY_TIMEOUT', 1, 60 * MINUTE),
      idleMs: read.duration('RECEIVER_IDLE_TIMEOUT', 1, 60 * MINUTE),
      pushes: read.integer('RECEIVER_PUSHES', 1, 1000),
    },
    port: read.integer('RECEIVER_PORT', 0, 65_535),
  }
  return read.problems.length === 0 ? { ok: true, settings } : { ok: false, problems: read.problems }
}

function readFeeds(read: ReceiverReader, environment: Environment): ReadonlyMap<string, ReceivedFeed> {
  const given = parse(read.text('RECEIVER_FEEDS'))
  const problems: FieldProblem[] = []
  const all = new Fields(given, '', problems)
  const feeds = new Map(all.keys().map((name) => [name, readFeed(all, name, environment)]))
  if (feeds.size === 0) read.problem('RECEIVER_FEEDS', 'must be a JSON object with a feed under each name, such as {"deny-list":{"content":"IPSet","tokens":[{"sha256":"…"}]}}')
  for (const { field, message } of problems) read.problem('RECEIVER_FEEDS', `at ${field} ${message}`)
  return feeds
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function readFeed(all: Fields, name: string, environment: Environment): ReceivedFeed {
  const problem = feedNameProblem(name)
  if (problem !== null) all.refuse(name.slice(0, 64), problem)
  const feed = all.child(name)
  if (feed === undefined) return { name, content: 'IPSet', tokens: [], webhookSecrets: [] }
  if (!feed.has('content')) feed.refuse('content', `is required: ${CONTENTS.join(' or ')}`)
  const content = feed.choice('content', CONTENTS, 'IPSet')
  const tokens = feed.items('tokens', MAX_TOKENS).flatMap((token) => readToken(token, environment))
  const listed = feed.raw('tokens') ?? []
  if (Array.isArray(listed) && listed.length === 0) feed.refuse('tokens', 'is required: without a token nobody may write')
  const webhookSecrets = feed.items('webhookSecrets', MAX_TOKENS).flatMap((secret) => readWebhookSecret(secret, environment))
  return { name, content, tokens, webhookSecrets }
}

/** As Standard Webhooks writes them, `whsec_` and base64; another text is taken as it is. */
function readWebhookSecret(field: Fields, environment: Environment): readonly Uint8Array<ArrayBuffer>[] {
  const secret = readSecret(field, environment)
  if (secret === null) return []
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1]
  return [base64 === undefined || base64.length % 4 !== 0 ? new TextEncoder().encode(secret) : fromBase64(base64)]
}

/** null, and a problem, where there is none to be had. */
function readSecret(field: Fields, environment: Environment): string | null {
  const name = field.text('secretName')
  if (name === undefined) field.refuse('secretName', 'is required: the name of a variable or secret of the platform')
  const secret = environment[name ?? '']?.trim() ?? ''
  if (secret.length >= MIN_SECRET) return secret
  if (name !== undefined) field.refuse('secretName', secret === '' ? 'names a variable or secret that is not set' : `names a secret with fewer than ${MIN_SECRET} characters`)
  return null
}

function readTemporal(read: ReceiverReader, cluster: string, feeds: ReadonlyMap<string, ReceivedFeed>): TemporalSettings | null {
  if (![...feeds.values()].some(({ webhookSecrets }) => webhookSecrets.length > 0)) return null
  const url = read.text('TEMPORAL_HTTP_URL') ?? ''
  const temporal = { url, namespace: read.value('TEMPORAL_NAMESPACE'), cluster, apiKey: read.text('TEMPORAL_API_KEY') ?? null }
  if (url === '') read.problem('TEMPORAL_HTTP_URL', 'is not set, and a feed has webhookSecrets')
  else noteFault(read, temporal)
  return temporal
}

/** Which setting an option of the client comes from. */
const VARIABLES = { url: 'TEMPORAL_HTTP_URL', namespace: 'TEMPORAL_NAMESPACE', apiKey: 'TEMPORAL_API_KEY' } as const

/** The client says itself what it cannot be made with; its message begins with the option. */
function noteFault(read: ReceiverReader, temporal: TemporalSettings): void {
  try {
    edgeClient(temporal)
  } catch (error) {
    const message = error instanceof ClientError ? error.message : ''
    const found = Object.entries(VARIABLES).find(([option]) => message.startsWith(`${option} `))
    if (found === undefined) throw error
    const [option, variable] = found
    read.problem(variable, message.slice(option.length + 1))
  }
}

function readToken(token: Fields, environment: Environment): readonly Token[] {
  if (token.has('sha256') === token.has('secretName')) {
    token.refuseSelf('must have exactly one of sha256 (hex digits) and secretName (a variable or secret of the platform)')
    return []
  }
  if (token.has('sha256')) {
    const digits = token.text('sha256')?.toLowerCase() ?? ''
    if (/^[0-9a-f]{64}$/.test(digits)) return [{ sha256: digits }]
    token.refuse('sha256', 'must be the SHA-256 of a token, 64 hexadecimal digits')
    return []
  }
  const secret = readSecret(token, environment)
  if (secret === null) return []
  if (!canBeToken(secret)) token.refuse('secretName', 'names a secret that cannot be sent as a bearer token: letters, digits and "-._~+/" are wanted, at most 1,024, and "=" at the end')
  return [{ secret }]
}

function clusterName(read: ReceiverReader): string {
  const name = read.value('CLUSTER_NAME')
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) return name
  read.problem('CLUSTER_NAME', 'is not a name for an index: lower-case letters, digits, ".", "-" and "_", at most 100, a letter or digit first')
  return 'cluster'
}

function indexName(read: ReceiverReader, name: 'IPSET_INDEX' | 'DOMAINNAMESET_INDEX', cluster: string): string {
  const value = read.value(name).replaceAll('<cluster>', cluster)
  if (!/^[a-z0-9.][a-z0-9._-]{0,254}$/.test(value)) read.problem(name, 'is not the name of an index')
  return value
}

function readUrl(read: ReceiverReader): string {
  const text = read.text('ELASTICSEARCH_URL') ?? ''
  const url = URL.canParse(text) ? new URL(text) : null
  if (text === '') read.problem('ELASTICSEARCH_URL', 'is not set')
  else if (url === null || !/^https?:$/.test(url.protocol)) read.problem('ELASTICSEARCH_URL', 'is not an http or https url')
  else if (url.username !== '' || url.password !== '') read.problem('ELASTICSEARCH_URL', 'holds a user or a password: set ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD instead')
  else if (url.search !== '' || url.hash !== '') read.problem('ELASTICSEARCH_URL', 'has a query or a fragment: a path at most is wanted')
  return text.replace(/\/+$/, '')
}

function readAuthorization(read: ReceiverReader): string | null {
  const apiKey = read.text('ELASTICSEARCH_API_KEY')
  const username = read.text('ELASTICSEARCH_USERNAME')
  const password = read.text('ELASTICSEARCH_PASSWORD')
  // What a header takes: `fetch` would quote a value that it does not.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) read.problem('ELASTICSEARCH_API_KEY', 'is not printable ASCII without spaces')
  if (apiKey !== undefined && username !== undefined) read.problem('ELASTICSEARCH_API_KEY', 'and ELASTICSEARCH_USERNAME are both set: one is enough')
  if ((username === undefined) !== (password === undefined)) {
    read.problem('ELASTICSEARCH_USERNAME', 'and ELASTICSEARCH_PASSWORD go together: one of them is not set')
  }
  if (apiKey !== undefined) return `ApiKey ${apiKey}`
  return username === undefined ? null : `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password ?? ''}`)))}`
}
