/**
 * A message of Temporal's API as JSON with its payloads as text. The messages' own toJSON would turn payloads into base64, in which
 * nothing can be searched for.
 */
export function decoded(message: unknown): string {
  return JSON.stringify(readable(message)) ?? ''
}

function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, readable(inner)]))
}
