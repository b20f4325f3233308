import type { NamedFeed, RefreshOutcome, RunEnd, RunFacts, RunReport } from '../../domain/run/requests.ts'

/** The runs of feeds, as somebody asks them. Failures are FeedFailures `ApiUnavailable`, without what was sent or answered. */
export interface AskedRuns {
  /** The newest run, running or ended; null where there never was one. */
  find(feed: NamedFeed, signal: AbortSignal): Promise<RunFacts | null>
  /** What the run knows; null where no worker answers for it in some seconds. */
  ask(feed: NamedFeed, signal: AbortSignal): Promise<RunReport | null>
  /** Asks for an attempt that nobody waits for. @returns false where none runs. */
  refresh(feed: NamedFeed, signal: AbortSignal): Promise<boolean>
  /**
   * Asks for an attempt and waits for its outcome. The key names one asking, however often it is called: `pending` while its attempt has
   * not ended after some seconds, `later` where the run takes none now, `absent` where none runs.
   */
  awaitRefresh(feed: NamedFeed, key: string, signal: AbortSignal): Promise<RefreshOutcome | 'pending' | 'later' | 'absent'>
}

/** The ends of runs, for those who ask for one. */
export interface EndedRuns {
  /** Requests cancellation of the chain a run belongs to. @returns false where it has ended. */
  cancel(feed: NamedFeed, run: RunFacts, signal: AbortSignal): Promise<boolean>
  /** How the chain ended; `pending` while it has not after some seconds. */
  end(feed: NamedFeed, run: RunFacts, signal: AbortSignal): Promise<RunEnd | 'pending'>
}
