import type { LogKind } from '../feed/content.ts'
import type { SetRef } from '../sets/indicator-set.ts'

/** One primary shard of a log index, and up to where it is known to be durable on all copies. */
export interface ShardPoint {
  readonly index: string
  readonly uuid: string
  /** `commit.user_data.history_uuid`: a restore keeps the uuid and changes this. */
  readonly history: string
  readonly shard: number
  /** Global checkpoint: the highest sequence number below which nothing is missing; -1 when empty. */
  readonly checkpoint: number
  /**
   * How often the shard went back (a disk rolled back, a lagging copy promoted) or came back with another history. Its numbers may
   * have been given again, so that each count is another shard to whoever compares points. Absent: never.
   */
  readonly resets?: number
}

/** A cut through the logs of one kind: everything up to its points arrived before it. */
export interface LogWindow {
  readonly kind: LogKind
  /** Counts up by one from 1 for each cluster and kind. */
  readonly number: number
  /** Random: a window that was lost and cut again is another window. */
  readonly id: string
  /** UTC, RFC 3339. For people only: times play no part in what is new. */
  readonly cutAt: string
  readonly points: readonly ShardPoint[]
}

/** The last window a feed has searched. */
export interface WindowCursor {
  /** Number of the window. */
  readonly number: number
  /** Its random id: a number alone may have been given again. */
  readonly id: string
}

/** Sequence numbers of one shard: above `after`, up to and including `upTo`. */
export interface Span {
  /** Name of the index. */
  readonly index: string
  /** uuid of the index. */
  readonly uuid: string
  /** History of the shard. */
  readonly history: string
  /** Number of the shard. */
  readonly shard: number
  /** Above this one, which is searched already. */
  readonly after: number
  /** Up to this one. */
  readonly upTo: number
}

/** A span that could not be searched when it was due, owed with the set that was in force then (contract Q-06). */
export interface Debt {
  /** What has not been searched. */
  readonly span: Span
  /** The set that it is to be searched for. */
  readonly set: SetRef
}
