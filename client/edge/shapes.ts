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
 * A payload's value: as it is where the HTTP API writes it short, and decoded where it brings more metadata than that. What is encoded
 * otherwise than `json/plain` is null.
 */
export function payload(value: unknown): unknown {
  const { metadata, data } = fields(value)
  const encoding = text(fields(metadata)['encoding'])
  if (encoding === null || typeof data !== 'string') return value
  try {
    if (fromBase64(encoding) !== 'json/plain') return null
    return JSON.parse(fromBase64(data)) as unknown
  } catch {
    return null
  }
}

function fromBase64(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(value), (character) => character.charCodeAt(0)))
}
