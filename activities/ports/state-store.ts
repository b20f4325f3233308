import type { Content } from '../../domain/feed/content.ts'
import type { DocumentVersion, FeedKey } from '../../domain/run/references.ts'
import type { FeedState } from '../../domain/run/state.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'

/** Without a name: those of all feeds. */
export interface LivesSought {
  readonly cluster: string
  readonly name?: string
}

/** One small document for each life of a feed: what its run knows, outside the run (contract S-07). */
export interface StateStore {
  read(feed: FeedKey, signal: AbortSignal): Promise<FeedState | null>
  /** Which write of the state is there now; null for none. A step takes it before it looks at what its own write hangs on. */
  version(feed: FeedKey, signal: AbortSignal): Promise<DocumentVersion | null>
  /**
   * Writes by compare-and-set over the version that the step took, so that a late step writes over nothing that came since.
   * @param over null where there was no state.
   * @param stillNamed blobs (by SHA-256) to be kept beside those that the state names, until it is written next.
   * @throws FeedFailure `StoreFailed`, class `retry`, when another writer was first or the state was removed.
   */
  write(feed: FeedKey, state: FeedState, over: DocumentVersion | null, signal: AbortSignal, stillNamed?: ReadonlySet<string>): Promise<void>
  remove(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Every life of which there is any document, state or record or report: of all feeds of a cluster, or of one. */
  list(feeds: LivesSought, signal: AbortSignal): Promise<readonly FeedKey[]>
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
