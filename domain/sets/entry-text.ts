const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Arguments that one call of String.fromCharCode takes comfortably; a longest name has 253. */
const SHORT = 256

/** UTF-8 bytes of an entry as a text of its own, not a slice that would hold on to a whole chunk. Broken UTF-8 becomes U+FFFD. */
export function entryText(bytes: Uint8Array, start: number, end: number): string {
  const entry = bytes.subarray(start, end)
  if (entry.length > SHORT) return decoder.decode(entry)
  for (let i = start; i < end; i++) if ((bytes[i] ?? 0) > 0x7f) return decoder.decode(entry)
  return String.fromCharCode(...entry)
}
