import { bind } from '../../adapters/bound.ts'
import { ClientError } from '../client-error.ts'
import { MEDIA_TYPE } from './shapes.ts'

/** Each answer is a run, a page of runs or one event: a page of 200 has 0.3 MB. */
const MAX_BYTES = 4 * 1024 * 1024
/** A request that the server answers at once. Milliseconds. */
const CALL_MS = 10_000
/** A request may be lost, and each may be sent again: a start names itself, and the rest are reads. */
const TRIES = 3
const AGAIN_MS = 200

/** gRPC's numbers of what the HTTP API answers with, beside an HTTP status. */
export const STATUS = { invalidArgument: 3, deadlineExceeded: 4, notFound: 5, alreadyExists: 6, permissionDenied: 7, exhausted: 8, unavailable: 14, unauthenticated: 16 } as const

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface HttpApiOptions {
  /** Where Temporal serves its HTTP API, as `https://temporal.example:7243`. */
  readonly url: string
  readonly namespace: string
  readonly apiKey: string | null
  readonly fetch: Fetch
}

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  /** Below the namespace; segments that need it are encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** How long an answer may take. Milliseconds. @default 10 seconds */
  readonly timeoutMs?: number
  /** When nothing is waited for any more, whatever was tried. Milliseconds since the epoch. @default never */
  readonly until?: number
}

/** What was answered: 200 and its JSON, or gRPC's number for what is wrong. */
export type HttpAnswer = { readonly status: 'ok'; readonly body: unknown } | { readonly status: number; readonly namespaceMissing: boolean }

/**
 * Temporal's HTTP API of one namespace, by `fetch` alone. Nothing that the server says of a failure goes into a message, since it may
 * quote what was sent, and neither does the url or the key.
 */
export class HttpApi {
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch

  /** @throws ClientError `invalid`, naming the option and never its value. */
  constructor({ url, namespace, apiKey, fetch }: HttpApiOptions) {
    const base = URL.canParse(url) ? new URL(url) : null
    if (base === null || !/^https?:$/.test(base.protocol) || base.username !== '' || base.search !== '' || base.hash !== '') {
      throw new ClientError('invalid', 'url must be an http or https url without user, query and fragment: that of the HTTP API of Temporal')
    }
    // What can be in a header: `Headers` would quote a value that cannot.
    if (apiKey !== null && !/^[\x21-\x7e]{1,8192}$/.test(apiKey)) throw new ClientError('invalid', 'apiKey must be printable ASCII without spaces')
    if (apiKey !== null && base.protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(base.hostname)) {
      throw new ClientError('invalid', 'url must be an https url where an apiKey is sent, unless it is of this machine')
    }
    if (!/^[\w.-]{1,255}$/.test(namespace)) throw new ClientError('invalid', 'namespace must be letters, digits, ".", "-" and "_"')
    this.#base = `${base.origin}${base.pathname.replace(/\/+$/, '')}/api/v1/namespaces/${namespace}`
    this.#headers = { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE, ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) }
    this.#fetch = fetch
  }

  /**
   * One call, sent again where no answer came or the server is too busy.
   * @throws ClientError `unreachable` when none comes, `failed` for one that is too long, is no JSON, or refuses the API key.
   */
  async call(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    for (let tried = 1; ; tried += 1) {
      const answer = await this.#once(call, signal)
      if (answer !== null && !isBusy(answer)) return answer
      if (tried === TRIES || Date.now() >= (call.until ?? Infinity)) throw new ClientError('unreachable', answer === null ? 'Temporal does not answer at its HTTP API' : 'Temporal is too busy to answer')
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * 2 ** tried))
      if (signal.aborted) throw stopped()
    }
  }

  /** null where no answer came, or one of a proxy before the server. */
  async #once({ method, path, query = {}, body, timeoutMs = CALL_MS, until = Infinity }: HttpCall, signal: AbortSignal): Promise<HttpAnswer | null> {
    if (signal.aborted) throw stopped()
    const bound = bind(signal, Math.min(timeoutMs, Math.max(0, until - Date.now()) + 1))
    try {
      const search = new URLSearchParams(query).toString()
      const response = await this.#fetch(`${this.#base}${path}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: this.#headers,
        // One that is followed could take the key elsewhere.
        redirect: 'manual',
        signal: bound.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await readText(response, MAX_BYTES)
      if (text === null) throw new ClientError('failed', `Temporal's answer has more than ${MAX_BYTES} bytes`)
      return read(response.status, text)
    } catch (error) {
      if (error instanceof ClientError) throw error
      if (signal.aborted) throw stopped()
      return null
    } finally {
      bound.release()
    }
  }
}

function isBusy(answer: HttpAnswer): boolean {
  const busy: readonly unknown[] = [STATUS.exhausted, STATUS.unavailable, STATUS.deadlineExceeded]
  return busy.includes(answer.status)
}

function stopped(): ClientError {
  return new ClientError('failed', 'the request was given up before Temporal answered')
}

function read(httpStatus: number, text: string): HttpAnswer | null {
  const body = parsed(text)
  if (httpStatus === 200) {
    if (body === undefined) throw new ClientError('failed', 'what answers is not the HTTP API of Temporal: its answer is no JSON')
    return { status: 'ok', body }
  }
  if (httpStatus === 401 || httpStatus === 403) throw new ClientError('failed', `Temporal refuses the request: HTTP status ${httpStatus}. Is the API key right?`)
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  if (typeof code === 'number') return { status: code, namespaceMissing: text.includes('NamespaceNotFoundFailure') }
  if (httpStatus >= 500 || httpStatus === 429) return null
  throw new ClientError('failed', `what answers is not the HTTP API of Temporal: HTTP status ${httpStatus}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** null when the body is longer. Nothing more of it is read then. */
async function readText(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
