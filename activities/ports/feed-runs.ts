import type { FeedKey } from '../../domain/run/references.ts'

/** The runs of feeds, as the controller reaches them: it starts and signals, and never cancels. */
export interface FeedRuns {
  /** Signals "look again" to the feed's run, starting it when there is none (signal-with-start; contract L-01). With an empty uid only one that runs. */
  lookAgain(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Signals that the resource of this uid was deleted; a feed without a run gets one that cleans up. */
  deleted(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Names of feeds of the cluster that have a running workflow. */
  running(cluster: string, signal: AbortSignal): Promise<readonly string[]>
}
