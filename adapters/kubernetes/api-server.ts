import { Agent as HttpAgent, type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions as HttpsRequestOptions } from 'node:https'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as pause } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { FeedFailure } from '../../domain/failure.ts'
import { isNotPermitted, NOT_PERMITTED } from '../not-permitted.ts'
import { bind } from '../bound.ts'
import { BUSY_MAX_S, BUSY_TRIES, OBJECT_MAX_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From the root, such as `/api/v1/namespaces/kube-system`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Sent as JSON. A PATCH is a JSON merge patch (RFC 7386). */
  readonly body?: unknown
  readonly accept?: string
  /** @default {@link OBJECT_MAX_BYTES} */
  readonly maxBytes?: number
  /** Milliseconds until the whole answer is in. @default {@link REQUEST_TIMEOUT_MS} */
  readonly timeoutMs?: number
}

export interface ApiAnswer {
  readonly status: number
  /** The JSON of the body; undefined when it is something else, as the text of a path that is not served. */
  readonly body: unknown
}

/**
 * Requests to one Kubernetes API server with the credentials, authority and proxy of a kubeconfig. Every answer is bounded in bytes
 * and time. What goes wrong below HTTP is FeedFailure `ApiUnavailable`, made afresh: the client's own errors carry headers and bodies.
 */
export class ApiServer {
  readonly #config: KubeConfig
  #agent: { readonly identity: string; readonly agent: HttpAgent } | undefined

  constructor(config: KubeConfig) {
    this.#config = config
  }

  /** @throws FeedFailure `ApiUnavailable` when no answer came; the signal's reason when it was aborted. */
  async request(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const { signal: bound, release } = bind(signal, request.timeoutMs ?? REQUEST_TIMEOUT_MS)
    return guarded(signal, bound, async () => {
      for (let attempt = 1; ; attempt++) {
        const response = await this.#send(request, bound)
        const text = await readText(response, request.maxBytes ?? OBJECT_MAX_BYTES)
        const status = response.statusCode ?? 0
        // Not taken at all: the server is full, or has only just been told of the kind and says when it will be ready.
        const seconds = Number(response.headers['retry-after'] ?? Number.NaN)
        if (status !== 429 || attempt === BUSY_TRIES || !(seconds <= BUSY_MAX_S)) return { status, body: parseJson(text) }
        await pause(Math.max(seconds, 1) * 1000, undefined, { signal: bound })
      }
    }).finally(release)
  }

  /**
   * The lines of a streamed answer, each parsed, until the server ends it.
   * @throws FeedFailure `ApiUnavailable` when the stream breaks, or holds a line that is too long or no JSON.
   */
  async *stream(request: ApiRequest, signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
    const { signal: bound, release } = bind(signal, request.timeoutMs ?? REQUEST_TIMEOUT_MS)
    let response: IncomingMessage | undefined
    try {
      const opened = await guarded(signal, bound, () => this.#send(request, bound))
      response = opened
      if (opened.statusCode !== 200) throw unavailable(`answered ${String(opened.statusCode)} to a watch`)
      const lines = readLines(opened, request.maxBytes ?? OBJECT_MAX_BYTES)
      for (;;) {
        const next = await guarded(signal, bound, () => lines.next())
        if (next.done === true) return
        if (next.value === '') continue
        const line = parseJson(next.value)
        if (line === undefined) throw unavailable('sent a line that is no JSON')
        yield line
      }
    } finally {
      response?.destroy()
      release()
    }
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const cluster = this.#config.getCurrentCluster()
    if (cluster === null) throw new FeedFailure('ApiUnavailable', 'user', 'the kubeconfig has no current cluster')
    const url = new URL(`${cluster.server.replace(/\/$/, '')}${request.path}`)
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value)
    const credentials: HttpsRequestOptions = {}
    await this.#config.applyToHTTPSOptions(credentials)
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    const options: RequestOptions = {
      method: request.method,
      signal,
      agent: this.#agentFor(credentials, cluster.proxyUrl !== undefined),
      headers: {
        ...credentials.headers,
        accept: request.accept ?? 'application/json',
        'user-agent': 'threatfeed',
        ...(body === undefined
          ? {}
          : {
              'content-type': request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
              'content-length': Buffer.byteLength(body),
            }),
      },
      ...(typeof credentials.auth === 'string' ? { auth: credentials.auth } : {}),
    }
    return exchange(url, options, body, true)
  }

  /** One agent, so that connections are kept, for as long as the credentials stay; they may be files that are renewed. */
  #agentFor(credentials: HttpsRequestOptions, proxied: boolean): HttpAgent {
    const { ca, cert, key, servername, rejectUnauthorized } = credentials
    const identity = [ca, cert, key, servername, rejectUnauthorized].map(String).join('\0')
    if (this.#agent?.identity === identity) return this.#agent.agent
    const made = credentials.agent
    // The proxy's agent is the client's own business; any other one is made anew to keep its connections.
    const agent =
      proxied || !(made instanceof HttpsAgent)
        ? made instanceof HttpAgent
          ? made
          : new HttpAgent({ keepAlive: true })
        : new HttpsAgent({ ...made.options, keepAlive: true })
    this.#agent = { identity, agent }
    return agent
  }
}

/** Sends once more when a kept connection turned out to be closed by the server: nothing of the request was read then. */
function exchange(url: URL, options: RequestOptions, body: string | undefined, again: boolean): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest
    const call: ClientRequest = send(url, options, resolve)
    // A peer that went away without a word is noticed by probes from 30 s of silence on.
    call.once('socket', (socket) => socket.setKeepAlive(true, 30_000))
    call.once('error', (error) => {
      if (again && call.reusedSocket && codeOf(error) === 'ECONNRESET') resolve(exchange(url, options, body, false))
      else reject(error)
    })
    call.end(body)
  })
}

async function guarded<T>(caller: AbortSignal, bound: AbortSignal, work: () => Promise<T>): Promise<T> {
  caller.throwIfAborted()
  try {
    return await work()
  } catch (error) {
    if (caller.aborted) throw caller.reason
    if (error instanceof FeedFailure) throw error
    if (bound.aborted) throw unavailable('did not answer in time')
    if (isNotPermitted(error)) throw new FeedFailure('ApiUnavailable', 'user', `the Kubernetes API server: ${NOT_PERMITTED}`)
    throw unavailable(`could not be reached (${codeOf(error)})`)
  }
}

export function unavailable(what: string): FeedFailure {
  return new FeedFailure('ApiUnavailable', 'wait', `the Kubernetes API server ${what}`)
}

/** Only the code: messages of TLS and socket errors may hold anything. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'connection error'
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) {
      response.destroy()
      throw unavailable(`sent more than ${maxBytes} bytes in one answer`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* readLines(response: IncomingMessage, maxBytes: number): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxBytes) throw unavailable(`sent a line of more than ${maxBytes} characters`)
    yield* lines
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
