/** Members of one set (contract N-06). */
export const MAX_MEMBERS = 2_000_000
/** Bytes of a set as a document (contract N-06): Elasticsearch takes no request over 100 MB, and the request has a frame. */
export const MAX_DOCUMENT_BYTES = 90_000_000

/** In the document each member stands between two quotes and before a comma, where the text has one newline. */
const FRAME_BYTES = 3

/** Bytes of a document of so many members whose texts have so many bytes together. */
export function documentBytes(members: number, textBytes: number): number {
  return textBytes + members * FRAME_BYTES
}

/** What is wrong with a set of this size, with the figures, or null (contract N-06). */
export function excess(members: number, textBytes: number): string | null {
  if (members > MAX_MEMBERS) {
    return `the list has more than ${figure(MAX_MEMBERS)} members, which is what one set may hold`
  }
  const bytes = documentBytes(members, textBytes)
  if (bytes <= MAX_DOCUMENT_BYTES) return null
  return (
    `the list comes to ${figure(bytes)} bytes as a document with its first ${figure(members)} members; ` +
    `one set may have ${figure(MAX_DOCUMENT_BYTES)}`
  )
}

/** With commas, whatever the machine's locale. */
export function figure(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
