import type { FeedRequest } from '../../activities/ports/feed-host.ts'
import { lastingFailure } from './failures.ts'

/** A token of RFC 9110 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** All but the tab (RFC 9110 5.5). */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/

/** Headers of one hop, flat, name and value in turn, as undici sends them: in this order, the same name as often as given. */
export function headersForHop(request: FeedRequest, hop: URL, userAgent: string): string[] {
  const origin = new URL(request.url)
  const own = mayCarryHeaders(origin, hop) ? request.headers : []
  const has = (name: string) => own.some(([given]) => given.toLowerCase() === name)
  const headers: string[] = []
  if (!has('user-agent')) headers.push('user-agent', userAgent)
  if (!has('accept')) headers.push('accept', '*/*')
  headers.push('accept-encoding', 'gzip, deflate, br')
  for (const [name, value] of own) headers.push(name, encodeValue(origin.host, name, value))
  const { etag, lastModified } = request.validators ?? {}
  if (etag !== undefined) headers.push('if-none-match', encodeValue(origin.host, 'ETag', etag))
  // After a redirect another file may stand there, an older one even: only a tag can tell it from the one that was stored.
  if (lastModified !== undefined && hop.href === origin.href) {
    headers.push('if-modified-since', encodeValue(origin.host, 'Last-Modified', lastModified))
  }
  return headers
}

/** Configured headers go to the url's own origin, or to the same host when http became https (contract P-09). */
export function mayCarryHeaders(origin: URL, hop: URL): boolean {
  if (hop.origin === origin.origin) return true
  return origin.protocol === 'http:' && hop.protocol === 'https:' && hop.hostname === origin.hostname
}

/**
 * A value as the bytes of its UTF-8, which undici writes one by one. Checked here because the errors of Node for an invalid value
 * print it.
 */
function encodeValue(host: string, name: string, value: string): string {
  if (!NAME.test(name)) throw lastingFailure(host, 'a configured header has a name that is no HTTP token')
  if (CONTROL.test(value)) throw lastingFailure(host, `the value of the header ${name.slice(0, 64)} holds control characters`)
  return Buffer.from(value, 'utf8').toString('latin1')
}
