import { hex, sameDigest, sha256 } from './digest.ts'
import { Problem } from './problem.ts'
import type { ReceivedFeed } from './settings.ts'

/** Either way, seconds: what clocks differ by, and how long a provider takes to deliver. */
const WINDOW_S = 5 * 60
/** Signatures that are looked at: a provider that changes its secret signs with both. */
const MAX_SIGNATURES = 8

/** What is compared with where there is no such feed: as much work as with one secret. */
const NOBODY: readonly Uint8Array<ArrayBuffer>[] = [new Uint8Array(32)]

/**
 * Verifies a webhook by the scheme of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body, `v1,` and base64 in the header
 * `webhook-signature`, with one of the feed's secrets, at most five minutes from now. All secrets are tried, in constant time.
 * @returns a key that is the same for the same message, however often it is sent
 * @throws Problem `unauthorized`, the same for a wrong signature and for a feed that is not there
 */
export async function verifiedMessage(headers: Headers, body: Uint8Array, name: string, feed: ReceivedFeed | undefined, now: Date): Promise<string> {
  const id = required(headers, 'webhook-id', /^[\x21-\x2d\x2f-\x7e]{1,255}$/, 'an id without spaces and dots')
  const timestamp = required(headers, 'webhook-timestamp', /^\d{1,12}$/, 'seconds since 1970')
  const signatures = required(headers, 'webhook-signature', /^[\x20-\x7e]{1,2048}$/, '"v1," and the signature in base64')
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body)
  const presented = signatures.split(' ').slice(0, MAX_SIGNATURES).flatMap(decoded)
  let known = false
  for (const secret of feed !== undefined && feed.webhookSecrets.length > 0 ? feed.webhookSecrets : NOBODY) {
    const expected = await hmac(secret, signed)
    for (const signature of presented) {
      const same = sameDigest(expected, signature)
      known = known || same
    }
  }
  if (feed === undefined || feed.webhookSecrets.length === 0 || !known) {
    throw new Problem('unauthorized', 'the header webhook-signature is none of this feed; HMAC-SHA256 over id, timestamp and body with its secret is wanted')
  }
  const off = Math.round(now.getTime() / 1000) - Number(timestamp)
  if (Math.abs(off) > WINDOW_S) {
    throw new Problem('unauthorized', `the header webhook-timestamp is ${Math.abs(off)} s ${off > 0 ? 'old' : 'ahead'}; at most ${WINDOW_S} s are wanted`)
  }
  return hex(await sha256(concatenated(new TextEncoder().encode(`${name}.`), signed)))
}

function required(headers: Headers, name: string, form: RegExp, wanted: string): string {
  const value = headers.get(name)
  if (value !== null && form.test(value)) return value
  throw new Problem('unauthorized', `${value === null ? 'there is no header' : 'nothing can be made of the header'} ${name}; ${wanted} is wanted`)
}

/** The bytes of a signature of the one version there is; another is passed over. */
function decoded(signature: string): readonly Uint8Array[] {
  const text = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature)?.[1]
  return text === undefined ? [] : [fromBase64(text)]
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

async function hmac(secret: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
