/** What Temporal's HTTP API answers, taken apart: nothing of it is believed before it was looked at. */
export type Fields = Readonly<Record<string, unknown>>

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/**
 * How the HTTP API is spoken to: with payloads as they are. Its short form, in which a payload is plain JSON, makes null of an empty list
 * (seen with server 1.32).
 */
export const MEDIA_TYPE = 'application/json+no-payload-shorthand'
const ENCODING = 'json/plain'

export interface Payload {
  readonly metadata: { readonly encoding: string }
  readonly data: string
}

export function payloadOf(value: unknown): Payload {
  return { metadata: { encoding: toBase64(ENCODING) }, data: toBase64(JSON.stringify(value)) }
}

/** A payload's value; null for what is none, or is encoded otherwise than `json/plain`. */
export function valueOf(payload: unknown): unknown {
  const { metadata, data } = fields(payload)
  const encoding = text(fields(metadata)['encoding'])
  if (encoding === null || typeof data !== 'string') return null
  try {
    return fromBase64(encoding) === ENCODING ? (JSON.parse(fromBase64(data)) as unknown) : null
  } catch {
    return null
  }
}

function toBase64(value: string): string {
  return btoa(Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(value), (character) => character.charCodeAt(0)))
}
