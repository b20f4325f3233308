import { concatenated } from './bytes.ts'
import { hex, sameDigest, sha256 } from './digest.ts'
import { Problem } from './problem.ts'
import type { ReceivedFeed } from './settings.ts'

/** Either way, seconds: what clocks differ by, and how long a provider takes to deliver. */
const WINDOW_S = 5 * 60
/** Signatures that are looked at: a provider that changes its secret signs with both. */
const MAX_SIGNATURES = 8

/** Stands for the secrets that a feed has fewer than another one; nothing that is signed with it is known. */
const NOBODY = new Uint8Array(32)

/** The headers of a message, each of its form. */
export interface MessageHeaders {
  /** Of the message, the same at each attempt to deliver it. */
  readonly id: string
  /** Seconds since 1970, of the attempt. */
  readonly timestamp: string
  readonly signatures: string
}

/**
 * Reads the headers of Standard Webhooks 1.0: what can be refused before anything is known of the feed, and before the body is read.
 * @throws Problem `unauthorized`: a header that is missing or of another form, or a time more than five minutes from now
 */
export function messageHeaders(headers: Headers, now: Date): MessageHeaders {
  const id = required(headers, 'webhook-id', /^[\x21-\x2d\x2f-\x7e]{1,255}$/, 'an id without spaces and dots')
  const timestamp = required(headers, 'webhook-timestamp', /^\d{1,12}$/, 'seconds since 1970')
  const signatures = required(headers, 'webhook-signature', /^[\x20-\x7e]{1,2048}$/, '"v1," and the signature in base64')
  const off = Math.round(now.getTime() / 1000) - Number(timestamp)
  if (Math.abs(off) > WINDOW_S) {
    throw new Problem('unauthorized', `the header webhook-timestamp is ${Math.abs(off)} s ${off > 0 ? 'old' : 'ahead'}; at most ${WINDOW_S} s are wanted`)
  }
  return { id, timestamp, signatures }
}

/**
 * Verifies a message: HMAC-SHA256 over id, time and body, `v1,` and base64, with one of the feed's secrets. All are tried, in constant time, and
 * as many as the feed with the most has, so that the time does not tell which feeds there are.
 * @returns a key that is the same whenever the message is delivered: a provider that has no answer sends it again with a new time
 * @throws Problem `unauthorized`, the same for a wrong signature and for a feed that is not there
 */
export async function verifiedMessage({ id, timestamp, signatures }: MessageHeaders, body: Uint8Array, name: string, feeds: ReadonlyMap<string, ReceivedFeed>): Promise<string> {
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body)
  const presented = signatures.split(' ').slice(0, MAX_SIGNATURES).flatMap(decoded)
  const secrets = feeds.get(name)?.webhookSecrets ?? []
  const most = Math.max(1, ...[...feeds.values()].map(({ webhookSecrets }) => webhookSecrets.length))
  let known = false
  for (let n = 0; n < most; n++) {
    const secret = secrets[n]
    const expected = await hmac(secret ?? NOBODY, signed)
    for (const signature of presented) {
      const same = sameDigest(expected, signature)
      known = known || (same && secret !== undefined)
    }
  }
  if (!known) {
    throw new Problem('unauthorized', 'the header webhook-signature is none of this feed; HMAC-SHA256 over id, timestamp and body with its secret is wanted')
  }
  return hex(await sha256(`${name}.${id}`))
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
