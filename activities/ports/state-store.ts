import type { Content } from '../../domain/feed/content.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import type { FeedState } from '../../domain/run/state.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'

/** One small document for each life of a feed: what its run knows, outside the run (contract S-07). */
export interface StateStore {
  read(feed: FeedKey, signal: AbortSignal): Promise<FeedState | null>
  /**
   * Writes by compare-and-set over what `read` or `write` last saw; a writer that lost reads again and decides.
   * @param stillNamed blobs (by SHA-256) to be kept beside those that the state names, until it is written next.
   */
  write(feed: FeedKey, state: FeedState, signal: AbortSignal, stillNamed?: ReadonlySet<string>): Promise<void>
  remove(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Every life of which there is any document, state or record or report, for the sweep of what has no feed any more. */
  list(cluster: string, signal: AbortSignal): Promise<readonly FeedKey[]>
}

/** The set made of a feed's newest body. */
export interface MadeSet {
  readonly sha256: string
  readonly content: Content
  /** Made of a pulled body: the feed's document is written with it. A pushed one is its writer's. */
  readonly pulled: boolean
}

/**
 * What became of a feed's newest body: samples of rejected entries, for `describe` (contract F-12), and the set made of it. The report
 * names the set's blob while only the run knows of it, and tells whose a document is that no state tells of yet (contract S-05).
 */
export interface RejectionReports {
  read(feed: FeedKey, signal: AbortSignal): Promise<Rejections | null>
  made(feed: FeedKey, signal: AbortSignal): Promise<MadeSet | null>
  write(feed: FeedKey, report: { readonly rejections: Rejections; readonly made: MadeSet }, signal: AbortSignal): Promise<void>
  /** Absent is fine. */
  remove(feed: FeedKey, signal: AbortSignal): Promise<void>
}
