/** Texts as `sortTexts` takes them, written the plain way: padded with zeros, at least one, to whole words with the first character on top. */
export function pack(texts: readonly string[]): Uint32Array {
  const words = texts.flatMap((text) => {
    const padded = text.padEnd((text.length >>> 2) * 4 + 4, '\0')
    return Array.from({ length: padded.length / 4 }, (_, i) => [...padded.slice(i * 4, i * 4 + 4)].reduce((word, c) => word * 256 + c.charCodeAt(0), 0))
  })
  return Uint32Array.from(words)
}

/** The first text of packed ones. */
export function unpack(words: Uint32Array): string {
  const bytes = [...words].flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
  return String.fromCharCode(...bytes.slice(0, bytes.indexOf(0)))
}
