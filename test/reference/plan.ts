import type { Kind, Match } from './kinds.ts'
import { KINDS } from './kinds.ts'
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

export type Deed =
  /** `awaited`: the next deed waits until the set is in force. */
  | { readonly do: 'offer'; readonly feed: string; readonly members: readonly string[]; readonly awaited: boolean }
  /**
   * Waits until nothing is owed. A member may leave only then: what a search that broke off has found of it nobody could say.
   */
  | { readonly do: 'settle'; readonly feed: string }
  /** Disabling waits for a search of new logs that ends well, for the same reason. */
  | { readonly do: 'disable' | 'enable'; readonly feed: string }
  | { readonly do: 'roll logs over'; readonly kind: Kind; readonly settings: IndexSettings }
  | { readonly do: 'roll events over' }
  /** Of an index that took logs before, if there is one, else of the one that takes them. */
  | { readonly do: 'close' | 'open'; readonly kind: Kind }
  /** All of them at once. Of two workers one; it comes back last, and logs are written meanwhile. */
  | { readonly do: 'kill'; readonly what: readonly Killed[] }
  | { readonly do: 'restart the worker' }
  /** Many writers at once. */
  | { readonly do: 'pour logs'; readonly kind: Kind }
  | { readonly do: 'let time pass' }

export interface Plan {
  readonly feeds: readonly PlannedFeed[]
  readonly settings: Readonly<Record<Kind, IndexSettings>>
  readonly deeds: readonly Deed[]
  /** Two cut windows at once, now and then. */
  readonly workers: 1 | 2
}

/** The story of a seed: the same each time, but for what happens at the same moment as what. */
export function planOf(random: Random): Plan {
  const feeds: PlannedFeed[] = [
    { name: 'pulled-ips', kind: 'flow', source: 'pull', match: 'exact', lookback: true },
    { name: 'pushed-ips', kind: 'flow', source: 'push', match: 'exact', lookback: random.chance(0.7) },
    { name: 'pulled-names', kind: 'dns', source: 'pull', match: random.pick(['exact', 'subdomains']), lookback: true },
    ...(random.chance(0.5) ? [{ name: 'pushed-names', kind: 'dns', source: 'push', match: 'exact', lookback: true } as const] : []),
  ]
  const planner = new Planner(random, feeds)
  for (const chapter of planner.chapters()) chapter()
  return { feeds, settings: { flow: settingsOf(random), dns: settingsOf(random) }, deeds: planner.deeds, workers: random.chance(0.3) ? 2 : 1 }
}

function settingsOf(random: Random): IndexSettings {
  return { shards: random.pick([1, 1, 2, 3]), refresh: random.pick(['1s', '30s', '-1']), durability: random.pick(['request', 'request', 'async']) }
}

class Planner {
  readonly deeds: Deed[] = []
  readonly #random: Random
  readonly #feeds: readonly PlannedFeed[]
  readonly #sets = new Map<string, readonly string[]>()
  /** Indices of this kind are closed: nothing that waits for their logs can come to its end. */
  #closed: Kind | null = null

  constructor(random: Random, feeds: readonly PlannedFeed[]) {
    this.#random = random
    this.#feeds = feeds
    for (const feed of feeds) this.#offer(feed, random.some(this.#membersOf(feed), 6), true)
  }

  /** In a random order; each leaves everything but the feeds' sets and the indices as it found it. */
  chapters(): readonly (() => void)[] {
    const random = this.#random
    const kills: readonly (readonly Killed[])[] = [['worker'], ['worker', 'elasticsearch'], ['elasticsearch'], ['temporal'], ['worker', 'temporal']]
    const all = [
      () => this.#change(random.pick(this.#feeds)),
      () => this.#change(random.pick(this.#feeds)),
      () => this.#hurry(random.pick(this.#feeds)),
      () => this.#pause(random.pick(this.#feeds)),
      () => this.#lose(random.pick(KINDS)),
      () => this.deeds.push({ do: 'roll events over' }),
      () => this.deeds.push({ do: 'pour logs', kind: random.pick(KINDS) }),
      () => this.deeds.push({ do: 'kill', what: random.pick(kills) }),
      () => this.deeds.push(random.chance(0.5) ? { do: 'restart the worker' } : { do: 'kill', what: ['worker'] }),
      ...KINDS.map((kind) => () => this.deeds.push({ do: 'roll logs over', kind, settings: settingsOf(random) })),
    ]
    return all.map((chapter) => ({ chapter, place: random.below(1000) })).sort((a, b) => a.place - b.place).map(({ chapter }) => chapter)
  }

  /** Some members come, and some leave. */
  #change(feed: PlannedFeed): void {
    const had = this.#sets.get(feed.name) ?? []
    const stay = this.#closed === feed.kind ? had : this.#random.some(had, Math.max(2, had.length - 1 - this.#random.below(4)))
    if (stay.length < had.length) this.deeds.push({ do: 'settle', feed: feed.name })
    this.#offer(feed, this.#with(feed, stay, 1 + this.#random.below(4)), this.#random.chance(0.5))
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

  /** An index is closed for a while: what is in it is owed, while sets come. */
  #lose(kind: Kind): void {
    this.#closed = kind
    const feeds = this.#feeds.filter((feed) => feed.kind === kind)
    this.deeds.push({ do: 'close', kind }, { do: 'let time pass' })
    this.#change(this.#random.pick(feeds))
    this.#change(this.#random.pick(feeds))
    if (this.#random.chance(0.4)) this.deeds.push({ do: 'kill', what: ['worker'] })
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
