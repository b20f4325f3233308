import { combineTexts, EITHER } from './combine-texts.ts'
import type { BuiltText } from './set-builder.ts'
import { sortTexts } from './sort-texts.ts'

/** Words of room grow by 8 from 1 KiB to MOST_PENDING: what it was becomes garbage, and room not yet written to costs nothing. */
const SMALLEST = 256
const GROWTH = 8

/**
 * Words of texts that wait to be sorted, 32 MiB: 1.2 million names of usual lengths have 26 MB and are sorted once. What a list of
 * duplicates takes beyond its set is this, as much again while it is sorted, and the sorted text.
 */
const MOST_PENDING = 2 ** 23

/** No canonical member is longer: names have 253 characters at most, IPv6 prefixes 43. */
const LONGEST = 253

/** Words of a text with so many characters: four in a word, and the last word ends in a zero byte (see `sortTexts`). */
function wordsOf(characters: number): number {
  return (characters >>> 2) + 1
}

/** Canonical texts of members as they come, packed into words, and in larger and larger runs the sorted text of those that were dropped in before. */
export class MemberTexts {
  #words = new Uint32Array(SMALLEST)
  #used = 0
  #count = 0
  #sorted: BuiltText = { text: new Uint8Array(0), members: 0 }
  readonly #mostPending: number

  /** @param mostPending so many texts are sorted at the latest: as many as a largest set has members */
  constructor(mostPending: number) {
    this.#mostPending = mostPending
  }

  /** Those that are sorted, each once; the last few are not among them. */
  get sorted(): BuiltText {
    return this.#sorted
  }

  /** Where the next text goes; `makeRoom` before, and `wrote` after. */
  get words(): Uint32Array {
    return this.#words
  }

  get next(): number {
    return this.#used
  }

  /** Makes room for the longest text. Sorts once the texts may be more than a set holds, or as many as are sorted at once. */
  makeRoom(): void {
    if (this.#count === this.#mostPending) this.#sort()
    if (this.#used + wordsOf(LONGEST) <= this.#words.length) return
    if (this.#words.length === MOST_PENDING) return this.#sort()
    const larger = new Uint32Array(Math.min(this.#words.length * GROWTH, MOST_PENDING))
    larger.set(this.#words)
    this.#words = larger
  }

  wrote(characters: number): void {
    this.#used += wordsOf(characters)
    this.#count++
  }

  /** A text of ASCII characters. */
  add(text: string): void {
    this.makeRoom()
    this.#words.fill(0, this.#used, this.#used + wordsOf(text.length))
    for (let i = 0; i < text.length; i++) {
      const at = this.#used + (i >>> 2)
      this.#words[at] = (this.#words[at] ?? 0) | (text.charCodeAt(i) << (24 - (i & 3) * 8))
    }
    this.wrote(text.length)
  }

  /** All of them, sorted, each once; nothing can be added any more. */
  finish(): BuiltText {
    if (this.#count > 0) this.#sort()
    this.#words = new Uint32Array(0)
    return this.#sorted
  }

  #sort(): void {
    const sorted = sortTexts(this.#words.subarray(0, this.#used))
    this.#used = 0
    this.#count = 0
    this.#sorted = this.#sorted.members === 0 ? sorted : combineTexts(this.#sorted.text, sorted.text, EITHER)
  }
}
