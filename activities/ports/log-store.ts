import type { LogKind } from '../../domain/feed/content.ts'
import type { FieldValues, LogDocument } from '../../domain/search/log.ts'
import type { ShardPoint, Span } from '../../domain/search/window.ts'

/** Which logs a search reads: spans of sequence numbers, or for a backward search whole shards up to a point and not older than a time. */
export interface LogSelection {
  readonly kind: LogKind
  readonly spans: readonly Span[]
  /** RFC 3339; logs whose own time is older are left out. Absent: no bound. */
  readonly notBefore?: string
}

/** An answer, and the spans that could not be reached: never silently empty (contract Q-06). */
export interface Searched<T> {
  readonly found: T
  readonly unreachable: readonly Span[]
}

/**
 * Takes distinct values of one field as they come, 50,000 at a time at most, with the spans that hold them. A value may come more
 * than once, also of spans that turn out not to be reachable.
 */
export type TakeValues = (found: FieldValues, spans: readonly Span[]) => Promise<void>

/** A page of the logs that match, and how crowded the spans are that it is of. */
export interface FoundLogs extends Searched<readonly LogDocument[]> {
  /** Logs of these spans, about: replaced ones count too. The same in all pages of one search, 0 where nothing could be reached. */
  readonly among: number
  /** How many of them match: told with the first page, so that whoever reads it may choose to go another way. */
  readonly matching: number
}

export interface LogStore {
  /**
   * Global checkpoints of the primaries of every open index of the pattern.
   * @throws FeedFailure `SearchFailed` when a shard could not answer for its checkpoint.
   */
  checkpoints(kind: LogKind, signal: AbortSignal): Promise<readonly ShardPoint[]>
  /**
   * Refreshes the indices of these points, so that everything up to them can be found.
   * @returns those it did so for: the others, of an index that has lost a primary, must keep their place.
   */
  refresh(kind: LogKind, points: readonly ShardPoint[], signal: AbortSignal): Promise<readonly ShardPoint[]>
  /**
   * Distinct raw values of each searched field.
   * @param take is handed the values as they come, so that however many logs are digested at once, a page is held; what is found is empty then.
   */
  digest(selection: LogSelection, signal: AbortSignal, take?: TakeValues): Promise<Searched<readonly FieldValues[]>>
  /** Logs in which a field holds one of these raw values, or simply all (null), in pages of bounded size. */
  find(selection: LogSelection, by: FieldValues | null, signal: AbortSignal): AsyncIterable<FoundLogs>
  /** Why the newest logs cannot match, or null (contract Q-11). */
  unsearchable(kind: LogKind, signal: AbortSignal): Promise<string | null>
}
