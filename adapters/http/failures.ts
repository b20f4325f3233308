import { errors } from 'undici'
import { FeedFailure, type FailureFields } from '../../domain/failure.ts'
import { isNotPermitted, NOT_PERMITTED } from '../not-permitted.ts'

/**
 * Sentences for the codes of Node and undici. Their own messages are never shown: they hold urls, addresses and header values
 * (contract T-04).
 */
const SENTENCES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name could not be resolved for now',
  EAI_NODATA: 'its name resolves to no address',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
  UND_ERR_SOCKET: 'it broke the connection off',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  EHOSTUNREACH: 'it cannot be reached from here',
  ENETUNREACH: 'it cannot be reached from here',
  EADDRNOTAVAIL: 'it cannot be reached from here',
  EPERM: NOT_PERMITTED,
  EPROTO: 'it does not speak TLS that is understood',
  UND_ERR_HEADERS_OVERFLOW: 'its headers are larger than 16 KiB',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its body is not as long as it said',
  UND_ERR_NOT_SUPPORTED: 'a configured header cannot be sent by this client (Expect)',
}

const FAMILIES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/^HPE_/, 'it does not answer in HTTP'],
  [/^(ERR_SSL_|ERR_TLS_PROTOCOL|ERR_OSSL)/, 'it does not speak TLS that is understood'],
  [/^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS)/, 'its certificate is not accepted'],
  [/^(Z_|ERR_ZLIB|ERR__?ZLIB|ERR_BROTLI|ERR__?ERROR_FORMAT)/, 'its body cannot be unpacked: it is damaged or cut off'],
]

/** A name is at most 253 characters (RFC 1035), a port 5 more; a redirect may claim anything. */
const LONGEST_HOST = 280

/** A pull that failed, with the host's name in front. Class `wait`: the feed's own timer asks again (contract P-06). */
export function pullFailure(host: string, sentence: string, fields: FailureFields = {}): FeedFailure {
  return new FeedFailure('PullFailed', 'wait', `${host.slice(0, LONGEST_HOST)}: ${sentence}`, fields)
}

/** Something the same attempt will meet again: it waits from ten minutes on, like a 4xx. */
export function lastingFailure(host: string, sentence: string, fields: FailureFields = {}): FeedFailure {
  return pullFailure(host, sentence, { slow: true, ...fields })
}

/** Whether an answer is asked for again soon: the same attempt may not meet it again (contract P-06). */
export function isTransient(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
}

/** A fresh failure from whatever a client threw: its code decides the sentence, nothing else of it is kept. */
export function connectionFailure(host: string, error: unknown): FeedFailure {
  if (error instanceof FeedFailure) return error
  if (isInterim(error)) return pullFailure(host, 'it sent an interim answer that was not asked for (100 or 101)')
  const code = codeOf(error)
  const sentence = SENTENCES[code] ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? 'the request failed'
  return pullFailure(host, code === '' ? sentence : `${sentence} (${code})`)
}

/** The code of an error, or of the first of several (one for each address tried), or of its cause; '' when there is none. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 3) return ''
  const { code, errors, cause, name } = error as { code?: unknown; errors?: unknown; cause?: unknown; name?: unknown }
  // Codes are identifiers; anything else is not printed.
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(code)) return code
  if (isNotPermitted(error)) return 'EPERM'
  // undici leaves its parser's errors without a code when the first line is not HTTP.
  if (name === 'HTTPParserError') return 'HPE_INVALID'
  return (Array.isArray(errors) && codeOf(errors[0], depth + 1)) || codeOf(cause, depth + 1)
}

/** undici takes neither of the two and names both by these texts of its own alone. */
function isInterim(error: unknown): boolean {
  return error instanceof errors.SocketError && (error.message === 'bad response' || error.message === 'bad upgrade')
}
