/** Connection's own headers, per RFC 9110 section 7.6.1, and those that the pull sets itself (contract V-14); lower case. */
export const REFUSED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'if-none-match',
  'if-modified-since',
  'range',
  'accept-encoding',
])

/** A token of RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Why a text cannot name a header, or null. What is not a token is never repeated: a whole header may have been pasted there. */
export function headerNameProblem(name: string): string | null {
  if (name === '') return 'must not be empty'
  if (!TOKEN.test(name)) return "must be an HTTP token: letters, digits and !#$%&'*+-.^_`|~, without spaces or a colon"
  return REFUSED_HEADERS.has(name.toLowerCase()) ? `is ${name}, which a feed may not set: the pull sets or needs it itself` : null
}

/** What HTTP can carry: ISO-8859-1 without control characters (RFC 9110 section 5.5). */
const SENDABLE = /^[\u0020-\u007e\u00a0-\u00ff]*$/

/** Why a text cannot be sent as a header's value, or null. Never repeats it. */
export function headerValueProblem(value: string): string | null {
  return SENDABLE.test(value) ? null : 'holds a control character, or one that HTTP headers cannot carry'
}
