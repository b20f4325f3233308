import { canonicalName } from '../names/canonical-name.ts'
import { MAX_NAME } from '../names/limits.ts'
import { copyPlainName } from '../names/plain-name.ts'
import { combineTexts } from './combine-texts.ts'
import { entryText } from './entry-text.ts'
import type { RejectionReason } from './indicator-set.ts'
import { excess, type SetLimits } from './limits.ts'
import type { BuiltText, PlainLines, SetBuilder } from './set-builder.ts'
import { sortNames } from './sort-names.ts'

const NEWLINE = 0x0a
const CR = 0x0d

/** Room for names grows by 8 from 1 KiB to MOST_PENDING: what it was becomes garbage, and room not yet written to costs nothing. */
const SMALLEST = 1024
const GROWTH = 8

/**
 * Bytes of names that wait to be sorted: 1.2 million names of usual lengths have 24 MB and are sorted once. What a list of duplicates
 * takes beyond its set is this, as much again while it is sorted, and the sorted text.
 */
const MOST_PENDING = 2 ** 25

/** What one name can take: its length and its characters. */
const ROOM = 1 + MAX_NAME

/** Members of a DomainNameSet: names as they come, packed into bytes, and in larger and larger runs the canonical text of those sorted. */
export class NameBuilder implements SetBuilder {
  /** Names behind one byte each that holds their length. */
  #pending = new Uint8Array(SMALLEST)
  #used = 0
  #count = 0
  #sorted: BuiltText = { text: new Uint8Array(0), members: 0 }
  readonly #limits: SetLimits

  constructor(limits: SetLimits) {
    this.#limits = limits
  }

  addLines(bytes: Uint8Array, start: number): PlainLines {
    let line = start
    let count = 0
    for (;;) {
      this.#makeRoom()
      const length = copyPlainName(bytes, line, bytes.length, this.#pending, this.#used + 1)
      const ended = line + length + (bytes[line + length] === CR ? 1 : 0)
      if (length === 0 || bytes[ended] !== NEWLINE) return { end: line, count }
      this.#keep(length)
      count++
      line = ended + 1
    }
  }

  addBytes(bytes: Uint8Array, start: number, end: number): RejectionReason | null {
    this.#makeRoom()
    const length = copyPlainName(bytes, start, end, this.#pending, this.#used + 1)
    if (length === 0 || length < end - start) return this.addText(entryText(bytes, start, end))
    this.#keep(length)
    return null
  }

  addText(entry: string): RejectionReason | null {
    const name = canonicalName(entry)
    if (typeof name !== 'string') return name.rejected
    this.#makeRoom()
    for (let i = 0; i < name.length; i++) this.#pending[this.#used + 1 + i] = name.charCodeAt(i)
    this.#keep(name.length)
    return null
  }

  excess(): string | null {
    const { text, members } = this.#sorted
    return excess(members, text.length - Math.max(0, members - 1), this.#limits)
  }

  finish(): BuiltText | string {
    this.#sort()
    this.#pending = new Uint8Array(0)
    return this.excess() ?? this.#sorted
  }

  #keep(length: number): void {
    this.#pending[this.#used] = length
    this.#used += 1 + length
    this.#count++
  }

  /** Sorts once the names may be more than a set holds, or as many as are sorted at once. */
  #makeRoom(): void {
    if (this.#count === this.#limits.members) this.#sort()
    if (this.#used + ROOM <= this.#pending.length) return
    if (this.#pending.length === MOST_PENDING) return this.#sort()
    const larger = new Uint8Array(Math.min(this.#pending.length * GROWTH, MOST_PENDING))
    larger.set(this.#pending)
    this.#pending = larger
  }

  #sort(): void {
    const sorted = sortNames(this.#pending.subarray(0, this.#used))
    this.#used = 0
    this.#count = 0
    this.#sorted = this.#sorted.members === 0 ? sorted : combineTexts(this.#sorted.text, sorted.text, EITHER)
  }
}

const EITHER = { onlyFirst: true, both: true, onlySecond: true }
