import type { FeedKey } from '../../domain/run/references.ts'
import type { FeedState } from '../../domain/run/state.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'

/** One small document for each life of a feed: what its run knows, outside the run (contract S-07). */
export interface StateStore {
  read(feed: FeedKey, signal: AbortSignal): Promise<FeedState | null>
  /** Writes by compare-and-set over what `read` or `write` last saw; a writer that lost reads again and decides. */
  write(feed: FeedKey, state: FeedState, signal: AbortSignal): Promise<void>
  remove(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Every life of every feed of a cluster, for the sweep of what has no feed any more. */
  list(cluster: string, signal: AbortSignal): Promise<readonly FeedKey[]>
  /**
   * Which of these blobs (by SHA-256) the state or the pull record of another life than this one names: feeds that pull the same
   * bytes, or hold the same set, share one blob.
   */
  namedElsewhere(feed: FeedKey, blobs: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>
}

/** Samples of rejected entries of a feed's newest body, for `describe` (contract F-12). */
export interface RejectionReports {
  read(feed: FeedKey, signal: AbortSignal): Promise<Rejections | null>
  write(feed: FeedKey, rejections: Rejections, signal: AbortSignal): Promise<void>
  /** Absent is fine. */
  remove(feed: FeedKey, signal: AbortSignal): Promise<void>
}
