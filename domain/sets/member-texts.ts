import { combineTexts, EITHER } from './combine-texts.ts'
import { packText, wordsOf } from './packed-texts.ts'
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

/** Canonical texts of members: those that came last as they came, packed into words, and those before them sorted, each once. */
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
    packText(text, this.#words, this.#used)
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
