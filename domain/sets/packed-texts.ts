/*
 * Texts of ASCII characters packed into words, one behind the other: four characters in a word with the first in its uppermost byte, and
 * zeros behind the last, at least one, up to the end of its word. So words compare as the texts do, and the word that ends in a zero byte
 * is the last of a text.
 */

/** Words of a text with so many characters. */
export function wordsOf(characters: number): number {
  return (characters >>> 2) + 1
}

export function isLast(word: number): boolean {
  return (word & 0xff) === 0
}

/** Of a last word. */
export function charactersIn(word: number): number {
  return word === 0 ? 0 : 4 - ((31 - Math.clz32(word & -word)) >>> 3)
}

/** Where the text behind the one at `start` begins. */
export function nextAfter(texts: Uint32Array, start: number): number {
  let at = start
  while (!isLast(texts[at] ?? 0)) at++
  return at + 1
}

/** Four characters of a text from the one behind `depth`, as a word, with zeros for those behind its end; it has no fewer than `depth`. */
export function charactersAt(texts: Uint32Array, start: number, depth: number): number {
  const at = start + (depth >>> 2)
  const shift = (depth & 3) * 8
  const word = texts[at] ?? 0
  if (shift === 0 || isLast(word)) return word << shift
  return (word << shift) | ((texts[at + 1] ?? 0) >>> (32 - shift))
}

export function packText(text: string, into: Uint32Array, start: number): void {
  into.fill(0, start, start + wordsOf(text.length))
  for (let i = 0; i < text.length; i++) {
    const at = start + (i >>> 2)
    into[at] = (into[at] ?? 0) | (text.charCodeAt(i) << (24 - (i & 3) * 8))
  }
}
