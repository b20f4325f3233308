import type { InStretches } from '../formats/give-way.ts'
import { keptHash, slotHash, type NameHashing } from './name-hash.ts'

/** Hashes for each slot of the index, at four bytes a slot: one line of a processor's cache holds sixteen. */
const MEMBERS_A_SLOT = 8
/** 131,072 slots: beyond that the index no longer fits a processor's cache. */
const MOST_BITS = 17
/** Hashes of a stretch: about a millisecond. */
const STRETCH = 65_536

/**
 * Hashes of names, found by their first bits: an index says where those with each beginning start, and a slot is looked through. They need
 * no order. A name takes four bytes and a slot's share, 4.5 in all. Of a thousand names or of a million, one name in 300 million that is
 * not among them is taken for one.
 */
export class NameHashes {
  readonly #hashing: NameHashing
  readonly #shift: number
  readonly #starts: Uint32Array
  readonly #kept: Int32Array

  private constructor(hashing: NameHashing, shift: number, starts: Uint32Array, size: number) {
    this.#hashing = hashing
    this.#shift = shift
    this.#starts = starts
    this.#kept = new Int32Array(size)
  }

  /** @param uppers upper halves of the names' hashes, and in the same order the lower ones */
  static *of(hashing: NameHashing, uppers: Int32Array, lowers: Int32Array): InStretches<NameHashes> {
    const size = uppers.length
    const bits = Math.min(MOST_BITS, Math.max(1, 31 - Math.clz32(size / MEMBERS_A_SLOT)))
    const starts = new Uint32Array(2 ** bits + 1)
    const hashes = new NameHashes(hashing, 32 - bits, starts, size)
    for (let i = 0; i < size; i++) {
      if (i % STRETCH === 0) yield
      const slot = hashes.#slotOf(uppers[i] ?? 0, lowers[i] ?? 0)
      starts[slot] = (starts[slot] ?? 0) + 1
    }
    // Now each slot's end; filling it from there moves it to the slot's start.
    for (let slot = 1; slot < starts.length; slot++) starts[slot] = (starts[slot] ?? 0) + (starts[slot - 1] ?? 0)
    for (let i = 0; i < size; i++) {
      if (i % STRETCH === 0) yield
      const slot = hashes.#slotOf(uppers[i] ?? 0, lowers[i] ?? 0)
      const place = (starts[slot] ?? 0) - 1
      starts[slot] = place
      hashes.#kept[place] = keptHash(lowers[i] ?? 0) & hashing.mask
    }
    return hashes
  }

  get bytes(): number {
    return this.#kept.byteLength + this.#starts.byteLength
  }

  /** Whether a name of these halves may be one of them. */
  includes(upper: number, lower: number): boolean {
    const slot = this.#slotOf(upper, lower)
    const wanted = keptHash(lower) & this.#hashing.mask
    const end = this.#starts[slot + 1] ?? 0
    for (let i = this.#starts[slot] ?? 0; i < end; i++) if (this.#kept[i] === wanted) return true
    return false
  }

  #slotOf(upper: number, lower: number): number {
    return (slotHash(upper, lower) & this.#hashing.mask) >>> this.#shift
  }
}
