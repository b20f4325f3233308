import type { Owed } from '../../../domain/run/state.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import type { ShardPoint, WindowCursor } from '../../../domain/search/window.ts'

/** Members as bits. */
export type Members = number
/** (member, log) pairs as bits. */
export type Pairs = number

/** A log in the one shard there is; its place in the list is its sequence number. */
export interface Log {
  readonly id: number
  /** Indexed on every copy: the global checkpoint lies behind it if it does behind those before it. */
  readonly durable: boolean
  /** A refresh came after it was indexed, so that a search finds it. */
  readonly visible: boolean
}

export interface LogsWindow {
  readonly number: number
  readonly points: readonly ShardPoint[]
  /** What its worker had read, whatever the rule made of it. */
  readonly read: ShardPoint
}

/** A worker in the middle of a cut. */
export interface Cut {
  /** How many of its steps are done. */
  readonly done: number
  /** Number of the newest window it read; 0 for none. */
  readonly newest: number
  readonly read: ShardPoint | null
  /** The window it wrote, or that of the worker which was faster. */
  readonly made: number | null
}

/** A forward search: its input, and how far it is. */
export interface Forward {
  readonly set: Members | null
  readonly from: number | null
  readonly fresh: boolean
  readonly cut: Cut | null
  readonly to: number | null
  readonly searched: boolean
}

/** A slice of the backward search: its input, and its result. */
export interface Backward {
  readonly owed: Owed
  readonly result: { readonly position: string | null } | null
}

/** A version on its way: pulled and parsed; up to date with the one before; stored, the run not knowing yet. */
export interface Adoption {
  readonly phase: 'pulled' | 'up to date' | 'stored'
  readonly given: Owed | null
  readonly stored: Owed | null
}

/** What the state document holds. */
export interface Kept {
  /** Which version of the feed's is in force: its place in the list, -1 for none. */
  readonly version: number
  readonly cursor: number | null
  readonly owed: Owed | null
}

export interface Feed extends Kept {
  /** The sets that it is to have, one after the other. */
  readonly versions: readonly Members[]
  readonly document: Kept | null
  readonly forward: Forward | null
  readonly backward: Backward | null
  readonly adoption: Adoption | null
  /** Pairs found, and those found once more after that. */
  readonly found: Pairs
  readonly again: Pairs
  /** What the rules ask for: these must be found whatever comes, and none but these may be. */
  readonly must: Pairs
  readonly may: Pairs
}

export interface World {
  readonly history: number
  readonly logs: readonly Log[]
  readonly nextLog: number
  /** Only those that something refers to, the newest last. */
  readonly windows: readonly LogsWindow[]
  readonly feeds: readonly Feed[]
  /** Other workers, which cut for feeds of their own. */
  readonly cutters: readonly (Cut | null)[]
  /** What may still happen. */
  readonly left: Left
}

export interface Left {
  readonly logs: number
  readonly cuts: number
  readonly deaths: number
  readonly resets: number
}

/** What is the same in a whole exploration. */
export interface Bounds {
  readonly left: Left
  readonly cutters: number
  /** Logs are durable as soon as they arrive. */
  readonly atOnce: boolean
  /**
   * Nothing is searched twice, not even for an event that is there: so where nothing fails and no version comes while members wait for
   * the end of a backward search. Those that wait are searched for up to the newest of their versions.
   */
  readonly once: boolean
  /** The versions of each feed, one after the other. */
  readonly feeds: readonly (readonly Members[])[]
}

export interface Move {
  readonly label: string
  readonly world: World
}

/** Rules that are not the product's: each loses, doubles or invents something. */
export type WrongRule =
  | 'logs are not refreshed before a window is written'
  | 'logs are refreshed before the checkpoints are read'
  | 'a window is written before the logs are refreshed'
  | 'the checkpoints are read before the newest window'
  | 'the highest sequence number is taken for the checkpoint'
  | 'a shard of another history goes on with the old numbers'
  | 'the backward search is bound by the newest window when its set is stored'
  | 'a version owes only what it added'
  | 'a member that left and returned is not owed again'
  | 'what joins a backward search goes on where that is'
  | 'the end of a backward search forgets what joined meanwhile'
  | 'a slice counts for whatever is owed by its end'
  | 'what is stored is owed, whatever a slice did meanwhile'
  | 'a version is adopted while a forward search is under way'
  | 'a version is adopted before logs are searched up to now'
  | 'an event gets another id each time it is found'

export const MEMBERS = 2

export function pairsOf(members: Members, log: number): Pairs {
  return members << (log * MEMBERS)
}

export function setRef(members: Members): SetRef {
  return { sha256: String(members), members: [...members.toString(2)].filter((bit) => bit === '1').length }
}

export function membersOf(set: SetRef): Members {
  return Number(set.sha256)
}

export function cursorAt(number: number): WindowCursor {
  return { number, id: `w${String(number)}` }
}

export function worldOf({ left, cutters, feeds }: Bounds): World {
  const none = { version: -1, cursor: null, owed: null }
  const feed = { ...none, document: null, forward: null, backward: null, adoption: null, found: 0, again: 0, must: 0, may: 0 }
  return { history: 1, logs: [], nextLog: 0, windows: [], feeds: feeds.map((versions) => ({ ...feed, versions })), cutters: Array.from({ length: cutters }, () => null), left }
}

export function newestOf({ windows }: World): number {
  return windows.at(-1)?.number ?? 0
}

export function pointsOf({ windows }: World, number: number | null): readonly ShardPoint[] | null {
  return windows.find((window) => window.number === number)?.points ?? null
}

/** What a worker reads of the shard: everything up to here is durable. */
export function checkpointOf({ history, logs }: World, highest = false): ShardPoint {
  const open = logs.findIndex(({ durable }) => !durable)
  const checkpoint = (open < 0 || highest ? logs.length : open) - 1
  return { index: 'logs', uuid: 'u', history: `h${String(history)}`, shard: 0, checkpoint }
}

export function withFeed(world: World, at: number, changes: Partial<Feed>): World {
  return { ...world, feeds: world.feeds.map((feed, n) => (n === at ? { ...feed, ...changes } : feed)) }
}
