import { Client, errors } from '@elastic/elasticsearch'
import { FeedFailure, type FailureClass, type FailureCode } from '../../domain/failure.ts'
import { isNotPermitted, NOT_PERMITTED } from '../not-permitted.ts'

export interface ElasticsearchSettings {
  /** Address of one node or of a balancer before several. */
  readonly url: string
  /** Either an API key in its encoded form, or user name and password, or neither. */
  readonly apiKey?: string
  readonly username?: string
  readonly password?: string
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string
}

/** Elasticsearch takes no request over 100 MB (`http.max_content_length`), so no document is larger; the rest is its envelope. */
const MAX_RESPONSE_BYTES = 110 * 1024 * 1024
/** Writing 2,000,000 members takes 6 s at 2.9 µs each (docs/architecture.md); ten times that for a busy server. */
const REQUEST_TIMEOUT_MS = 60_000

/**
 * A client that speaks to Elasticsearch and keeps what it sees to itself: its own errors carry bodies and headers, so every call
 * goes through `ask`.
 */
export function elasticsearchClient(settings: ElasticsearchSettings): Client {
  const { apiKey, username, password, ca } = settings
  return new Client({
    node: settings.url,
    ...(apiKey !== undefined ? { auth: { apiKey } } : username !== undefined ? { auth: { username, password: password ?? '' } } : {}),
    ...(ca !== undefined ? { tls: { ca } } : {}),
    maxResponseSize: MAX_RESPONSE_BYTES,
    maxCompressedResponseSize: MAX_RESPONSE_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A step that failed is asked again by its feed's own timer; one more try here covers a connection that had gone stale.
    maxRetries: 1,
    redaction: { type: 'remove' },
    enableMetaHeader: false,
  })
}

/** What is being asked for, in words for the message of a failure, such as `write the set of feed x`. */
export interface Asking {
  readonly what: string
  readonly index?: string
  /** Of the failure, where it is not `StoreFailed`. */
  readonly code?: FailureCode
}

/**
 * Asks Elasticsearch, with a signal that is aborted when the given one is. The client dispatches `abort` on the signal it is given
 * when its own timeout passes, so it is never given one that others listen to.
 * @throws the signal's reason when it was aborted, else a fresh FeedFailure.
 */
export async function ask<T>(asking: Asking, signal: AbortSignal, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  try {
    return await request(AbortSignal.any([signal]))
  } catch (error) {
    signal.throwIfAborted()
    throw storeFailure(error, asking)
  }
}

/** The HTTP status Elasticsearch answered with, or null when the error is no answer. */
export function statusOf(error: unknown): number | null {
  return error instanceof errors.ResponseError ? (error.statusCode ?? null) : null
}

/**
 * A fresh failure in place of one of the client's: what was being done, index, status, and Elasticsearch's own type and reason,
 * bounded and sanitised. Neither the client's message nor its cause, which may hold urls, headers and bodies (contract T-04).
 */
export function storeFailure(error: unknown, asking: Asking): FeedFailure {
  if (error instanceof FeedFailure) return error
  const index = asking.index === undefined ? '' : ` (index ${asking.index})`
  const { text, failureClass } = explain(error)
  return new FeedFailure(asking.code ?? 'StoreFailed', failureClass, `Elasticsearch could not ${asking.what}${index}: ${text}`)
}

function explain(error: unknown): { readonly text: string; readonly failureClass: FailureClass } {
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode ?? 0
    const answered = answeredError(error.body)
    // A server that is overloaded or starting comes back by itself; what it refuses outright someone has to change.
    // An index that another feed's first write is just making has its shard a moment later.
    const starting = status === 503 && answered.startsWith('no_shard_available_action_exception')
    const failureClass = starting ? 'retry' : status === 408 || status === 429 || status >= 500 ? 'wait' : 'user'
    return { text: `it answered ${status}${answered === '' ? '' : `, ${answered}`}`, failureClass }
  }
  if (error instanceof errors.TimeoutError) return { text: `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`, failureClass: 'wait' }
  if (error instanceof errors.RequestAbortedError) {
    return { text: `the answer was over ${MAX_RESPONSE_BYTES / 1024 / 1024} MiB or broke off`, failureClass: 'wait' }
  }
  if (isNotPermitted(error)) return { text: NOT_PERMITTED, failureClass: 'user' }
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError) {
    return { text: 'no connection', failureClass: 'wait' }
  }
  return { text: error instanceof errors.ElasticsearchClientError ? `the client failed with ${error.name}` : 'it failed', failureClass: 'wait' }
}

/** Types whose reasons speak of indices, shards, privileges and memory, and never quote a document or a query. */
const REASONS_SHOWN = new Set([
  'circuit_breaking_exception',
  'cluster_block_exception',
  'es_rejected_execution_exception',
  'index_closed_exception',
  'index_not_found_exception',
  'no_shard_available_action_exception',
  'process_cluster_event_timeout_exception',
  'search_phase_execution_exception',
  'security_exception',
  'unavailable_shards_exception',
  'validation_exception',
])

/**
 * Elasticsearch counts a write once as it comes and four times as it is indexed, and has a tenth of its heap for all of them: a
 * document of 90 MB is refused below 4.5 GB of heap (seen with 9.5.3).
 */
const OVER_PRESSURE = /rejected execution of \w+ operation/
const PRESSURE =
  'it has no memory for this write now; one document needs about 50 times its size as heap, or a larger indexing_pressure.memory.limit'

/** `action [A] is unauthorized for API key id [..] of user [..] on indices [..], this action is granted by the index privileges [P,Q]` */
const UNAUTHORIZED = /^(action \[\S{1,80}\]) is unauthorized.* granted by the (index|cluster) privileges (\[[\w,]{1,120}\])/

function answeredError(body: unknown): string {
  return typeof body === 'object' && body !== null && 'error' in body ? errorText(body.error) : ''
}

/**
 * Type and reason of an error as Elasticsearch gives it, of a whole request or of one document of several; what is no error gives ''.
 * Reasons other than those above may quote a member of a set (`'x' is not an IP string literal`): of those only the field is told.
 */
export function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const type = 'type' in error ? printable(error.type, 64) : ''
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : ''
  if (type === 'es_rejected_execution_exception' && OVER_PRESSURE.test(reason)) return `${type}: ${PRESSURE}`
  const [, action, kind, privileges] = (type === 'security_exception' && UNAUTHORIZED.exec(reason)) || []
  if (action !== undefined) return `${type}: ${printable(`${action} needs one of the ${kind} privileges ${privileges}`, 250)}`
  if (REASONS_SHOWN.has(type)) return `${type}: ${printable(reason, 200)}`
  const field = /\b(?:field|fielddata is disabled on) \[([\w.@-]{1,64})\](?: of type \[(\w{1,32})\])?/i.exec(reason)
  return field === null ? type : `${type} at field ${field[1]}${field[2] === undefined ? '' : ` of type ${field[2]}`}`
}

function printable(text: unknown, length: number): string {
  if (typeof text !== 'string') return ''
  const clean = text.replace(/[^\x20-\x7e]+/g, ' ').replace(/\b[a-z]+:\/\/\S+/gi, '…')
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean
}
