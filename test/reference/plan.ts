import type { Kind, Match } from './kinds.ts'
import { KINDS } from './kinds.ts'
import { seeded } from './random.ts'
import type { Random } from './random.ts'
import { ADDRESS_MEMBERS, NAME_MEMBERS, WIDE_MEMBERS } from './values.ts'

export interface PlannedFeed {
  readonly name: string
  readonly kind: Kind
  readonly source: 'pull' | 'push'
  readonly match: Match
  /** False: new members are not searched for in older logs. */
  readonly lookback: boolean
}

/** How a new index of logs is made: what hides logs from a search, or loses them in a crash, is among it. */
export interface IndexSettings {
  readonly shards: number
  readonly refresh: '1s' | '30s' | '-1'
  readonly durability: 'request' | 'async'
}

export type Killed = 'worker' | 'elasticsearch' | 'temporal'

export interface Offer {
  readonly feed: string
  readonly members: readonly string[]
}

export type Deed =
  /** `awaited`: the next deed waits until the set is in force. */
  | ({ readonly do: 'offer'; readonly awaited: boolean } & Offer)
  /**
   * Waits until nothing is owed. A member may leave only then: what a search that broke off has found of it nobody could say.
   */
  | { readonly do: 'settle'; readonly feed: string }
  /** Disabling waits for a search of new logs that ends well, for the same reason. */
  | { readonly do: 'disable' | 'enable'; readonly feed: string }
  | { readonly do: 'roll logs over'; readonly kind: Kind; readonly settings: IndexSettings }
  | { readonly do: 'roll events over' }
  /** Of the index before the one that is written to, once late logs have come to it. A worker dies as it is closed, with a window that was cut and not yet searched. */
  | { readonly do: 'close' | 'open'; readonly kind: Kind }
  /** All of them at once. Of two workers one; it comes back last, and many logs are written meanwhile. */
  | { readonly do: 'kill'; readonly what: readonly Killed[] }
  | { readonly do: 'restart the worker' }
  /** Many writers at once. */
  | { readonly do: 'pour logs'; readonly kind: Kind }
  | { readonly do: 'let time pass' }

export interface Plan {
  readonly feeds: readonly PlannedFeed[]
  readonly settings: Readonly<Record<Kind, IndexSettings>>
  /** One set for each feed, there before the feed is. */
  readonly first: readonly Offer[]
  readonly deeds: readonly Deed[]
  /** Two cut windows at once. */
  readonly workers: 1 | 2
}

/** Each five seeds in a row have all of these, in stories that are short enough to be lived in great number. */
const TURNS = 5
const KILLS: readonly (readonly Killed[])[] = [['worker'], ['worker', 'elasticsearch'], ['temporal'], ['elasticsearch'], ['worker', 'temporal']]
const OF_TWO_WORKERS = 2

/** The story of a seed: the same each time, but for what happens at the same moment as what. */
export function planOf(seed: number): Plan {
  const random = seeded(seed)
  const feeds: PlannedFeed[] = [
    { name: 'pulled-ips', kind: 'flow', source: 'pull', match: 'exact', lookback: true },
    { name: 'pushed-ips', kind: 'flow', source: 'push', match: 'exact', lookback: random.chance(0.7) },
    { name: 'pulled-names', kind: 'dns', source: 'pull', match: random.pick(['exact', 'subdomains']), lookback: true },
    ...(random.chance(0.5) ? [{ name: 'pushed-names', kind: 'dns', source: 'push', match: 'exact', lookback: true } as const] : []),
  ]
  const planner = new Planner(random, feeds)
  const settings = { flow: settingsOf(random), dns: settingsOf(random) }
  planner.tell(seed % TURNS)
  return { feeds, settings, first: planner.first, deeds: planner.deeds, workers: seed % TURNS === OF_TWO_WORKERS ? 2 : 1 }
}

function settingsOf(random: Random): IndexSettings {
  return { shards: random.pick([1, 1, 2, 3]), refresh: random.pick(['1s', '30s', '-1']), durability: random.pick(['request', 'request', 'async']) }
}

class Planner {
  readonly first: readonly Offer[]
  readonly deeds: Deed[] = []
  readonly #random: Random
  readonly #feeds: readonly PlannedFeed[]
  readonly #sets: Map<string, readonly string[]>
  /** Indices of this kind are closed: nothing that waits for their logs can come to its end. */
  #closed: Kind | null = null

  constructor(random: Random, feeds: readonly PlannedFeed[]) {
    this.#random = random
    this.#feeds = feeds
    this.first = feeds.map((feed) => ({ feed: feed.name, members: random.some(this.#membersOf(feed), 6) }))
    this.#sets = new Map(this.first.map(({ feed, members }) => [feed, members]))
  }

  /** @param turn from 0 to below `TURNS`. */
  tell(turn: number): void {
    const random = this.#random
    const inTurn = [
      () => this.#hurry(random.pick(this.#feeds)),
      () => this.#lose(random.pick(KINDS)),
      () => this.#pause(random.pick(this.#feeds)),
      () => this.deeds.push({ do: 'restart the worker' }),
      () => this.#change(random.pick(this.#feeds)),
    ]
    const chapters = [
      () => this.#change(random.pick(this.#feeds)),
      () => this.#rollOver(random.pick(KINDS)),
      () => this.deeds.push({ do: 'roll events over' }),
      () => this.deeds.push({ do: 'pour logs', kind: random.pick(KINDS) }),
      () => this.deeds.push(...(KILLS[turn] === undefined ? [] : [{ do: 'kill', what: KILLS[turn] } as const])),
      ...inTurn.filter((_, at) => at === turn || at === (turn + 2) % TURNS),
    ]
    // In a random order: each leaves everything but the feeds' sets and the indices as it found it.
    const placed = chapters.map((chapter) => ({ chapter, place: random.below(1000) }))
    for (const { chapter } of placed.sort((a, b) => a.place - b.place)) chapter()
  }

  #rollOver(kind: Kind): void {
    this.deeds.push({ do: 'roll logs over', kind, settings: settingsOf(this.#random) })
  }

  /** Some members come, and some leave. */
  #change(feed: PlannedFeed): void {
    const had = this.#sets.get(feed.name) ?? []
    const stay = this.#closed === feed.kind ? had : this.#random.some(had, Math.max(2, had.length - 1 - this.#random.below(4)))
    if (stay.length < had.length) {
      this.deeds.push({ do: 'settle', feed: feed.name })
      // Others cut windows meanwhile, which this feed may not have searched when its set changes.
      if (this.#random.chance(0.5)) this.deeds.push({ do: 'let time pass' })
    }
    this.#offer(feed, this.#with(feed, stay, 1 + this.#random.below(4)), this.#closed === feed.kind || this.#random.chance(0.5))
  }

  /** Versions one upon the other: what came with one is still owed when the next one comes, or has left with it. */
  #hurry(feed: PlannedFeed): void {
    const settle: Deed = { do: 'settle', feed: feed.name }
    const first = this.#sets.get(feed.name) ?? []
    const second = this.#with(feed, first, 3)
    this.deeds.push(settle)
    this.#offer(feed, second, true)
    this.#offer(feed, this.#with(feed, second, 2), true)
    this.#offer(feed, this.#random.some(second, second.length - 2), true)
    this.deeds.push(settle)
  }

  /** Disabled for a while, in which logs arrive, and sometimes a set; sometimes with members owed. */
  #pause(feed: PlannedFeed): void {
    const more = (awaited: boolean): void => {
      if (this.#random.chance(0.5)) this.#offer(feed, this.#with(feed, this.#sets.get(feed.name) ?? [], 3), awaited)
    }
    more(true)
    this.deeds.push({ do: 'disable', feed: feed.name }, { do: 'let time pass' })
    more(false)
    this.deeds.push({ do: 'let time pass' }, { do: 'enable', feed: feed.name })
  }

  /**
   * An index is closed for a while: what is in it is owed. A feed gets sets meanwhile, so that the search for the members of the first is
   * still under way when those of the second and third come to wait for its end; it is disabled sometimes with all that owed.
   */
  #lose(kind: Kind): void {
    this.#rollOver(kind)
    this.deeds.push({ do: 'close', kind })
    this.#closed = kind
    const feed = this.#random.pick(this.#feeds.filter((one) => one.kind === kind))
    this.#change(feed)
    this.#change(feed)
    // A window lies between them, so that what the second waits for ends before what the third does.
    this.deeds.push({ do: 'let time pass' })
    this.#change(feed)
    const then = this.#random.pick(['kill', 'pause', 'nothing'])
    if (then === 'kill') this.deeds.push({ do: 'kill', what: ['worker'] })
    if (then === 'pause') this.deeds.push({ do: 'disable', feed: feed.name }, { do: 'let time pass' }, { do: 'enable', feed: feed.name })
    this.deeds.push({ do: 'open', kind })
    this.#closed = null
  }

  #membersOf({ kind }: PlannedFeed): readonly string[] {
    return kind === 'flow' ? ADDRESS_MEMBERS : NAME_MEMBERS
  }

  #with(feed: PlannedFeed, members: readonly string[], more: number): readonly string[] {
    const others = this.#membersOf(feed).filter((member) => !members.includes(member))
    const wide = feed.kind === 'flow' && this.#random.chance(0.1) ? WIDE_MEMBERS.filter((member) => !members.includes(member)).slice(0, 1) : []
    return [...members, ...this.#random.some(others, more), ...wide]
  }

  #offer(feed: PlannedFeed, members: readonly string[], awaited: boolean): void {
    this.#sets.set(feed.name, members)
    this.deeds.push({ do: 'offer', feed: feed.name, members, awaited })
  }
}
