import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { FeedAnswer, FeedHost, FeedRequest } from '../../activities/ports/feed-host.ts'
import type { Validators } from '../../domain/run/references.ts'
import type { AddressPolicy } from './address-policy.ts'
import { type Attempt, startAttempt } from './attempt.ts'
import { authoritiesWith } from './authorities.ts'
import { type HopClient, openHop } from './connect.ts'
import { isTransient, lastingFailure, pullFailure } from './failures.ts'
import type { HttpLimits } from './limits.ts'
import { type ProxySettings, proxyFor } from './proxy.ts'
import { contentEncodings, unpackedBody } from './read-body.ts'
import { headersForHop } from './request-headers.ts'
import { checkBehindProxy, checkedAddresses, type Resolve, systemResolve } from './resolve-target.ts'
import { retryAfterSeconds } from './retry-after.ts'

export interface FeedHostOptions {
  /** Sent unless a feed configures its own, such as `threatfeed/1.2.3`. */
  readonly userAgent: string
  readonly policy: AddressPolicy
  readonly limits: HttpLimits
  readonly proxies: ProxySettings
  /** @default the machine's resolver */
  readonly resolve?: Resolve
  /** Authorities to accept beside those that Node knows, PEM. */
  readonly extraCa?: string | undefined
  /** Milliseconds since the epoch, for a `Retry-After` that is a date. */
  readonly now?: () => number
}

interface Settings extends Omit<FeedHostOptions, 'extraCa'> {
  readonly tls?: SecureContext
}

/** What the answer to one hop was; its body has not been read. */
interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
  readonly conditional: boolean
  close(): void
}

const REDIRECTS = [301, 302, 303, 307, 308]
/** Answers with a list: as it is, or as a proxy changed it; an empty one is for the parser to refuse (contract P-11). */
const WITH_BODY = [200, 203, 204, 205]

/** Feeds' web servers over HTTP/1.1, one connection a hop. */
export function createFeedHost({ extraCa, ...settings }: FeedHostOptions): FeedHost {
  // Made once: reading the 140 roots takes some 20 ms.
  const options: Settings = extraCa === undefined ? settings : { ...settings, tls: createSecureContext({ ca: authoritiesWith(extraCa) }) }
  return {
    async get(request, signal) {
      const attempt = startAttempt(request.timeoutMs, signal)
      let hop = new URL(request.url)
      let streaming = false
      try {
        for (let redirects = 0; ; redirects++) {
          const answer = await ask(request, hop, attempt, options)
          const next = answerTo(answer, hop, request, attempt, options)
          if (!(next instanceof URL)) {
            streaming = next.kind === 'body'
            return next
          }
          if (redirects === options.limits.redirects) {
            throw lastingFailure(hop.host, `more than ${options.limits.redirects} redirects`)
          }
          hop = next
        }
      } catch (error) {
        throw attempt.failure(proxyFor(hop, options.proxies) ? `${hop.host} (through the proxy)` : hop.host, error)
      } finally {
        // The clocks of a body run on until it has been read.
        if (!streaming) attempt.end()
      }
    },
  }
}

async function ask(request: FeedRequest, hop: URL, attempt: Attempt, options: Settings): Promise<Answer> {
  attempt.signal.throwIfAborted()
  const headers = headersForHop(request, hop, options.userAgent)
  attempt.phase('connecting', options.limits.connectMs)
  const opened = await openRoute(hop, attempt, options)
  const close = () => {
    opened.client.destroy().catch(() => undefined)
  }
  try {
    const { statusCode, headers: answered, body } = await opened.client.request({
      method: 'GET',
      path: opened.path,
      headers: [...opened.extraHeaders, ...headers],
      signal: attempt.signal,
    })
    attempt.phase(null)
    // A body that breaks before anyone reads it must not end the process; whoever reads it meets the error again.
    body.on('error', () => undefined)
    return { status: statusCode, headers: answered, body, conditional: headers.some((name) => /^if-(none-match|modified-since)$/.test(name)), close }
  } catch (error) {
    close()
    throw error
  }
}

async function openRoute(hop: URL, attempt: Attempt, options: Settings): Promise<HopClient> {
  const resolve = options.resolve ?? systemResolve
  const proxy = proxyFor(hop, options.proxies)
  if (proxy) await attempt.race(checkBehindProxy(hop, options.policy, resolve))
  const addresses = proxy ? [] : await attempt.race(checkedAddresses(hop, options.policy, resolve))
  return openHop(hop, { addresses, proxy }, attempt, options.limits, options.tls)
}

/** The next hop, or the answer. @throws FeedFailure for every answer that is neither. */
function answerTo(answer: Answer, hop: URL, request: FeedRequest, attempt: Attempt, options: Settings): URL | FeedAnswer {
  const { status, headers, conditional } = answer
  let kept = false
  try {
    if (status === 304) {
      if (conditional) return { kind: 'not-modified' }
      throw lastingFailure(hop.host, 'answered 304 (not modified) although it was asked unconditionally', { status })
    }
    if (REDIRECTS.includes(status)) return redirectTarget(headers.location, hop, status)
    if (!WITH_BODY.includes(status)) throw refusedBy(hop, status, headers, options)
    const encodings = contentEncodings(text(headers['content-encoding']), hop.host)
    const limits = { wireBytes: options.limits.wireBytes, maxBytes: request.maxBytes }
    const body = readToEnd(unpackedBody(answer.body, encodings, limits, hop.host), hop, attempt, answer.close)
    kept = true
    return { kind: 'body', body, contentType: text(headers['content-type']) ?? null, validators: validatorsOf(headers) }
  } finally {
    if (!kept) answer.close()
  }
}

async function* readToEnd(chunks: AsyncIterable<Uint8Array>, hop: URL, attempt: Attempt, close: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw attempt.failure(hop.host, error)
  } finally {
    attempt.end()
    close()
  }
}

function redirectTarget(location: string | string[] | undefined, hop: URL, status: number): URL {
  const given = text(location)
  if (given === undefined || !URL.canParse(given, hop)) throw lastingFailure(hop.host, `answered ${status} without a place to go to`, { status })
  const next = new URL(given, hop)
  if (next.protocol !== 'http:' && next.protocol !== 'https:') {
    throw lastingFailure(hop.host, 'redirects to something that is neither http nor https', { status })
  }
  if (next.username !== '' || next.password !== '') throw lastingFailure(hop.host, 'redirects to a url with a user or password in it', { status })
  return next
}

function refusedBy(hop: URL, status: number, headers: IncomingHttpHeaders, options: Settings) {
  const retryAfterS = retryAfterSeconds(text(headers['retry-after']), (options.now ?? Date.now)())
  const fields = { status, ...(retryAfterS === undefined ? {} : { retryAfterS }) }
  if (status === 407 && proxyFor(hop, options.proxies) !== null) return lastingFailure(hop.host, 'the proxy wants another user or password (407)', fields)
  if (isTransient(status)) return pullFailure(hop.host, `answered ${status}`, fields)
  return lastingFailure(hop.host, status < 400 ? `answered ${status}, which brings no list` : `answered ${status}`, fields)
}

/** Longer ones are dropped: they enter histories, and no server needs 1 kB to name a version. */
const LONGEST_VALIDATOR = 1024

function validatorsOf(headers: IncomingHttpHeaders): Validators | null {
  const etag = validator(headers.etag)
  const lastModified = validator(headers['last-modified'])
  if (etag === undefined && lastModified === undefined) return null
  return { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) }
}

function validator(value: string | undefined): string | undefined {
  return value !== undefined && value !== '' && value.length <= LONGEST_VALIDATOR ? value : undefined
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
