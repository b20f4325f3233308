import type { GiveWay } from '../formats/give-way.ts'
import { hashNames, membersAmong } from './hash-names.ts'
import type { GuessingMatcher, HeldSet, MatchMode } from './matcher.ts'
import type { NameHashing } from './name-hash.ts'
import { NameScan } from './name-scan.ts'

/** What was found out about names that were guessed, for later searches with the same set. */
export interface DecidedNames {
  get(name: string): boolean | undefined
  set(name: string, isMember: boolean): unknown
}

export interface HoldingNames {
  readonly hashing: NameHashing
  readonly decided: DecidedNames
  readonly giveWay: GiveWay
}

/**
 * Holds a DomainNameSet as hashes, 4.5 bytes a name: what it finds is a guess until it was compared with the set.
 * @param members how many the text has
 * @throws NotASet
 */
export async function holdNames(text: AsyncIterable<Uint8Array>, members: number, { hashing, decided, giveWay }: HoldingNames): Promise<HeldSet> {
  const hashes = await hashNames(text, members, hashing, giveWay)
  return { bytes: hashes.bytes, matcher: (mode) => new NameMatcher(hashing, new NameScan(hashing, hashes, mode), decided, mode) }
}

/** Matches a DomainNameSet of which nothing is in memory: each name is a guess. */
export function streamedNames(hashing: NameHashing, mode: MatchMode): GuessingMatcher {
  return new NameMatcher(hashing, new NameScan(hashing, null, mode), null, mode)
}

/** So many guesses are held before those that are the same are looked for: a thousand names below one member are a thousand times that one. */
const FEW = 1_024

/** Whole names, both sides canonical (contract Q-03), or in mode `subdomains` also a name below a member, on label boundaries (contract Q-04). */
class NameMatcher implements GuessingMatcher {
  readonly #hashing: NameHashing
  readonly #scan: NameScan
  readonly #known: DecidedNames | null
  readonly #decided = new Map<string, boolean>()
  /** Some more than once: adding to a list costs a tenth of adding to a set. */
  #guesses: string[] = []
  #most: number

  constructor(hashing: NameHashing, scan: NameScan, known: DecidedNames | null, mode: MatchMode) {
    this.#hashing = hashing
    this.#scan = scan
    this.#known = known
    this.#most = mode === 'exact' ? Infinity : FEW
  }

  get guessed(): boolean {
    return this.#guesses.length > 0
  }

  match(value: string): string | null {
    let guess: string | null = null
    // The longest first. All of them are guessed at once, so that one pass decides them.
    for (let place = this.#scan.scan(value) - 1; place >= 0; place--) {
      const name = this.#scan.nameAt(place)
      const isMember = (this.#decided.size === 0 ? undefined : this.#decided.get(name)) ?? this.#known?.get(name)
      if (isMember === true) return guess ?? name
      if (isMember === false) continue
      this.#guess(name)
      guess ??= name
    }
    return guess
  }

  async confirm(text: AsyncIterable<Uint8Array>, giveWay: GiveWay): Promise<void> {
    const guesses = new Set(this.#guesses)
    const members = await membersAmong(guesses, text, this.#hashing, giveWay)
    this.#guesses = this.#guesses.filter((name) => !guesses.has(name))
    for (const name of guesses) {
      this.#decided.set(name, members.has(name))
      this.#known?.set(name, members.has(name))
    }
  }

  #guess(name: string): void {
    if (this.#guesses.length === this.#most) {
      this.#guesses = [...new Set(this.#guesses)]
      this.#most = Math.max(FEW, this.#guesses.length * 2)
    }
    this.#guesses.push(name)
  }
}
