export interface SetLimits {
  readonly members: number
  /** Bytes of a set as a document. */
  readonly documentBytes: number
}

/** What one set may hold (contract N-06): Elasticsearch takes no request over 100 MB, and the request has a frame. */
export const SET_LIMITS: SetLimits = { members: 2_000_000, documentBytes: 90_000_000 }

/** In the document each member stands between two quotes and before a comma, where the text has one newline. */
const FRAME_BYTES = 3

/** Bytes of a document of so many members whose texts have so many bytes together. */
export function documentBytes(members: number, textBytes: number): number {
  return textBytes + members * FRAME_BYTES
}

/** What is wrong with a set of this size, with the figures, or null (contract N-06). */
export function excess(members: number, textBytes: number, limits: SetLimits = SET_LIMITS): string | null {
  if (members > limits.members) {
    return `the list has ${figure(members)} members or more; one set may hold ${figure(limits.members)}`
  }
  const bytes = documentBytes(members, textBytes)
  if (bytes <= limits.documentBytes) return null
  return (
    `the list comes to ${figure(bytes)} bytes as a document with its first ${figure(members)} members; ` +
    `one set may have ${figure(limits.documentBytes)}`
  )
}

/** With commas, whatever the machine's locale. */
export function figure(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
