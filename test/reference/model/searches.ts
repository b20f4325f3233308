import type { Happening, Source } from '../recording/happenings.ts'

/** A set as it was offered to the product, which cannot have taken it before. */
export interface Offered {
  /** For people, such as `v3`. */
  readonly name: string
  readonly members: readonly string[]
  /** Number of the newest window when it was offered. */
  readonly newest: number
}

/** Members, and the logs in which a feed has to find them. */
export type Search = { readonly members: readonly string[]; /** For people. */ readonly why: string } & (
  | { readonly kind: 'forward'; readonly after: number; readonly upTo: number }
  /** `at`: when it began, by which logs are too old; milliseconds since the epoch. */
  | { readonly kind: 'backward'; readonly upTo: number; readonly at: number }
)

/** Something befell the feed by which nobody can say what it has to find: a fault of the story, not of the product. */
export class Undecided extends Error {
  override readonly name = 'Undecided'
}

export interface FeedRules {
  readonly offers: ReadonlyMap<Source, Offered>
  /** Whether members that are new are searched for in older logs. */
  readonly lookback: boolean
  /** When the story ended; milliseconds since the epoch. */
  readonly endedAt: number
}

/**
 * What a feed has to search for, by contract and L-02, from what befell it: which set was in force when which window was cut,
 * which members are owed to older logs, when it was disabled. It does not ask how the product came from one window to another: a feed
 * that is enabled has to search each of them.
 */
export function searchesOf(happenings: readonly Happening[], rules: FeedRules): readonly Search[] {
  const feed = new FeedModel(rules)
  for (const happening of happenings) feed.take(happening)
  return feed.end()
}

/** A member that is owed to the logs up to a window. */
interface Owed {
  readonly member: string
  readonly upTo: number
  /** A search for it ended early, and may have found it in some logs. */
  readonly brokenOff: boolean
}

interface Running {
  readonly members: readonly string[]
  readonly upTo: number
  readonly at: number
}

class FeedModel {
  readonly #rules: FeedRules
  readonly #searches: Search[] = []
  #set: Pick<Offered, 'name' | 'members'> = { name: 'nothing', members: [] }
  /** The set is in force for what comes after this window. */
  #after = 0
  #enabled = false
  /** The last window that was searched since the feed was enabled; null before the first, where it begins. */
  #searched: number | null = null
  #failing = false
  #owed: readonly Owed[] = []
  readonly #running = new Map<string, Running>()

  constructor(rules: FeedRules) {
    this.#rules = rules
  }

  take(happening: Happening): void {
    switch (happening.what) {
      case 'looked':
        return this.#look(happening.enabled)
      case 'searched':
        this.#failing = false
        if (this.#searched === null) this.#after = happening.upTo
        this.#searched = Math.max(this.#searched ?? 0, happening.upTo)
        return
      case 'search failed':
        this.#failing = true
        return
      case 'adopted':
        return this.#adopt(happening.source, happening.cursor)
      case 'backward began': {
        const { id, upTo, at } = happening
        this.#running.set(id, { members: this.#owed.filter((owed) => owed.upTo <= upTo).map(({ member }) => member), upTo, at })
        return
      }
      case 'backward ended':
        return this.#endBackward(this.#running.get(happening.id), happening.whole)
      case 'backward broke off':
        return this.#endBackward(this.#running.get(happening.id), false)
    }
  }

  end(): readonly Search[] {
    if (!this.#enabled || this.#searched === null) throw new Undecided('it was not searching when the story ended')
    this.#forward(this.#searched)
    // Nobody looks for these any more, and they are owed all the same.
    for (const { member, upTo } of this.#owed) this.#backward([member], upTo, this.#rules.endedAt, 'and nobody searched for it')
    return this.#searches
  }

  #look(enabled: boolean): void {
    if (this.#enabled && !enabled) {
      if (this.#failing) throw new Undecided('it was disabled after a search of new logs had failed, which may have found some')
      if (this.#searched !== null) this.#forward(this.#searched)
      this.#searched = null
    }
    this.#enabled = enabled
  }

  #adopt(source: Source, cursor: number): void {
    const offer = this.#rules.offers.get(source)
    if (offer === undefined) throw new Error(`a set was adopted that nobody offered: ${source}`)
    const { members: had } = this.#set
    const added = offer.members.filter((member) => !had.includes(member))
    if (added.length === 0 && had.length === offer.members.length) return
    // What was cut before the set was offered is to be searched with the former one, wherever the feed itself stood.
    const bound = had.length === 0 ? cursor : Math.max(cursor, offer.newest)
    this.#forward(bound)
    this.#set = offer
    const gone = this.#owed.filter(({ member }) => !offer.members.includes(member))
    const half = gone.filter(({ brokenOff }) => brokenOff).map(({ member }) => member)
    if (half.length > 0) throw new Undecided(`${half.join(' ')} left while a search for it that had ended early was still owed`)
    this.#owed = this.#owed.filter((owed) => !gone.includes(owed))
    if (this.#rules.lookback) this.#owed = [...this.#owed, ...added.map((member) => ({ member, upTo: bound, brokenOff: false }))]
  }

  #endBackward(run: Running | undefined, whole: boolean): void {
    if (run === undefined) throw new Error('a search of older logs ended that never began')
    const isOf = ({ member, upTo }: Owed): boolean => run.members.includes(member) && upTo <= run.upTo
    if (!whole) {
      const half = run.members.filter((member) => !this.#owed.some((owed) => owed.member === member))
      if (half.length > 0) throw new Undecided(`${half.join(' ')} left while a search for it was under way, which ended early`)
      this.#owed = this.#owed.map((owed) => (isOf(owed) ? { ...owed, brokenOff: true } : owed))
      return
    }
    this.#owed = this.#owed.filter((owed) => !isOf(owed))
    this.#backward(run.members, run.upTo, run.at, 'and that search ended')
  }

  /** The set in force has to be found in the windows up to this one; what comes after it is another's. */
  #forward(upTo: number): void {
    const { name, members } = this.#set
    if (upTo > this.#after) {
      const why = `${name} was in force in windows ${String(this.#after + 1)} to ${String(upTo)}`
      this.#searches.push({ kind: 'forward', members, after: this.#after, upTo, why })
    }
    this.#after = upTo
  }

  #backward(members: readonly string[], upTo: number, at: number, why: string): void {
    this.#searches.push({ kind: 'backward', members, upTo, at, why: `it was owed to the logs up to window ${String(upTo)}, ${why}` })
  }
}
