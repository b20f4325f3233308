import type { DecidedNames } from '../../domain/sets/name-matcher.ts'

/** About 250 bytes each, 5 MB in all. */
const KEPT = 20_000

/**
 * Names that were compared with a set, of all sets of a worker: what a pod asks for it asks for again, and the set need not be read for
 * it each minute. Those that were not asked for longest go first.
 */
export class RecentNames {
  readonly #decided = new Map<string, boolean>()
  readonly #kept: number

  constructor(kept: number = KEPT) {
    this.#kept = kept
  }

  /** Those of one set. */
  of(sha256: string): DecidedNames {
    return {
      get: (name) => this.#get(`${sha256} ${name}`),
      set: (name, isMember) => this.#set(`${sha256} ${name}`, isMember),
    }
  }

  #get(key: string): boolean | undefined {
    const isMember = this.#decided.get(key)
    // Last in the map is what was asked for most recently.
    if (isMember !== undefined) this.#set(key, isMember)
    return isMember
  }

  #set(key: string, isMember: boolean): void {
    this.#decided.delete(key)
    this.#decided.set(key, isMember)
    const [oldest] = this.#decided.keys()
    if (this.#decided.size > this.#kept && oldest !== undefined) this.#decided.delete(oldest)
  }
}
