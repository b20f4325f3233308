import { logName } from '../names/canonical-name.ts'
import { PLAIN } from '../names/plain-characters.ts'
import type { MatchMode } from './matcher.ts'
import { lowerWith, upperWith, type NameHashing } from './name-hash.ts'
import type { NameHashes } from './name-hashes.ts'

const { DOT, HYPHEN, N, WRITTEN_AS, X } = PLAIN

/**
 * Which names a name in a log may match: itself, and in mode `subdomains` each name above it, on label boundaries. Made for millions of
 * them: a name of letters, digits, `-`, `_` and dots without an ACE label, which is all but every one, becomes no other string.
 */
export class NameScan {
  readonly #hashing: NameHashing
  /** null: any name may match. */
  readonly #hashes: NameHashes | null
  readonly #above: boolean
  #text = ''
  #end = 0
  #isLower = true
  /** Where those begin that may be members, the shortest first. */
  readonly #starts: number[] = []

  constructor(hashing: NameHashing, hashes: NameHashes | null, mode: MatchMode) {
    this.#hashing = hashing
    this.#hashes = hashes
    this.#above = mode === 'subdomains'
  }

  /** @returns how many of the names may be members. */
  scan(value: string): number {
    if (!this.#scan(value, WRITTEN_AS)) this.#scan(logName(value), null)
    return this.#starts.length
  }

  /** One of those, the shortest first, in the form in which names are compared (contract N-04). */
  nameAt(place: number): string {
    const name = this.#text.slice(this.#starts[place] ?? 0, this.#end)
    return this.#isLower ? name : name.toLowerCase()
  }

  /** @param plain null for a text that is in its form already. @returns false for one that is to be mapped first. */
  #scan(text: string, plain: Uint8Array | null): boolean {
    this.#starts.length = 0
    let end = text.length
    while (end > 0 && text.charCodeAt(end - 1) === DOT) end--
    let first = 0
    while (first < end && text.charCodeAt(first) === DOT) first++
    let { upper, lower } = this.#hashing
    let isLower = true
    for (let at = end - 1; at >= first; at--) {
      const raw = text.charCodeAt(at)
      const code = plain === null ? raw : raw < 128 ? (plain[raw] ?? 0) : 0
      if (code !== raw) isLower = false
      if (code === 0) return false
      if (code === DOT && this.#above && this.#mayBe(upper, lower)) this.#starts.push(at + 1)
      if (code === X && plain !== null && isACE(text, at, first)) return false
      upper = upperWith(upper, code)
      lower = lowerWith(lower, code)
    }
    if (end > first && this.#mayBe(upper, lower)) this.#starts.push(first)
    this.#text = text
    this.#end = end
    this.#isLower = isLower
    return true
  }

  #mayBe(upper: number, lower: number): boolean {
    return this.#hashes === null || this.#hashes.includes(upper, lower)
  }
}

/** Whether the `x` at `at` begins a label that is, or should be, one of Unicode. */
function isACE(text: string, at: number, first: number): boolean {
  if (text.charCodeAt(at + 2) !== HYPHEN || text.charCodeAt(at + 3) !== HYPHEN) return false
  return (text.charCodeAt(at + 1) | 0x20) === N && (at === first || text.charCodeAt(at - 1) === DOT)
}
