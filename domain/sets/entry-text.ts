const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** UTF-8 bytes of an entry as a text of its own, not a slice that would hold on to a whole chunk. Broken UTF-8 becomes U+FFFD. */
export function entryText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}
