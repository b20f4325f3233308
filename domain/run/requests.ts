import type { FeedState, Observed } from './state.ts'
import type { FeedKey } from './references.ts'
import type { Disabling } from './steps.ts'

/** A feed by its name alone: which life of it is found by looking. */
export interface NamedFeed {
  readonly cluster: string
  readonly name: string
}

export type Mode = 'Enabled' | 'Disabled'

/**
 * What somebody who reaches Temporal alone wants done with a feed. The worker does it with its own credentials: what it amounts to is
 * what `threatfeed start`, `refresh`, `cancel` and `describe` do.
 */
export type FeedRequest =
  | { readonly kind: 'start' }
  | { readonly kind: 'cancel' }
  /** With `wait` the answer is the attempt's (contract L-04). */
  | { readonly kind: 'refresh'; readonly wait: boolean }
  | { readonly kind: 'describe' }

export interface FeedRequestInput {
  readonly feed: NamedFeed
  readonly request: FeedRequest
}

/** What a request comes to, by its kind. */
export interface Answers {
  readonly start: { readonly uid: string; readonly resource: 'enabled' | 'unchanged' }
  readonly cancel: { readonly outcome: 'cancelled' | 'disabled' | 'already-disabled'; readonly runId: string | null }
  readonly refresh: { readonly outcome: string; readonly message: string }
  readonly describe: { readonly uid: string; readonly mode: Mode; readonly run: RunFacts | null; readonly report: RunReport | null }
}

/** Why a request was not done, as a client's error says it (client/client-error.ts). */
export type RefusalCode = 'failed' | 'invalid' | 'not-found' | 'unreachable'

/** A request always ends with an answer: what was expected to go wrong is no failed workflow. */
export type Answered<Answer> = { readonly done: Answer } | { readonly refused: RefusalCode; readonly message: string }

/** A run as Temporal shows it. */
export interface RunFacts {
  readonly runId: string
  /** Of the chain of runs that continue each other. */
  readonly firstRunId: string
  /** Temporal's word in lower case: `running`, `completed`, `cancelled`, ... */
  readonly status: string
  /** RFC 3339 in UTC, whole seconds. */
  readonly startedAt: string
}

/** What came of a refresh. */
export interface RefreshOutcome {
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'disabled' | 'invalid'
  /** For people; for a failure the condition's message. */
  readonly message: string
}

/** What a run knows and does next. */
export interface RunReport {
  readonly feed: FeedKey
  readonly state: FeedState
  readonly observed: Observed | null
  /** What the run waits for, and until when (milliseconds since the epoch, null: until asked). */
  readonly next: { readonly what: string; readonly at: number | null }
  /** Earliest next pull, milliseconds since the epoch; null for a push feed or an invalid spec. */
  readonly nextPullAt: number | null
  readonly searchingBackward: boolean
}

/** `enabled`: the resource says so now. `absent` and `replaced` as with `Disabling`. */
export type Enabling = 'enabled' | 'absent' | 'replaced'

/** How a run ended: by the cancellation, by someone's termination, or in any other way. */
export type RunEnd = 'cancelled' | 'terminated' | 'ended'

/** The steps of a request, one activity each. None waits longer than some seconds: what takes longer is asked for again. */
export interface RequestSteps {
  /** null for a feed that is not there. */
  lookUpFeed(feed: NamedFeed): Promise<{ readonly uid: string; readonly mode: Mode } | null>
  /** Writes `mode: Enabled` if the resource still has this uid. */
  enableFeed(input: { readonly feed: FeedKey }): Promise<Enabling>
  /** Writes `mode: Disabled` likewise. */
  disableFeed(input: { readonly feed: FeedKey }): Promise<Disabling>
  /** Makes the feed's run look at its resource now, starting it where there is none (contract L-01). */
  callRun(input: { readonly feed: FeedKey }): Promise<void>
  /** The newest run, running or ended; null where there never was one. */
  findRun(feed: NamedFeed): Promise<RunFacts | null>
  /** Asks the run for an attempt. @returns false where none runs. */
  requestRefresh(feed: NamedFeed): Promise<boolean>
  /**
   * Asks the run for an attempt and its outcome. The key names the asking: one that goes on is the same attempt.
   * `pending`: its outcome is still to come. `later`: it takes none now. `absent`: none runs.
   */
  awaitRefresh(input: { readonly feed: NamedFeed; readonly key: string }): Promise<RefreshOutcome | 'pending' | 'later' | 'absent'>
  /** Requests cancellation of a run. @returns false where it has ended. */
  requestCancel(input: { readonly feed: NamedFeed; readonly run: RunFacts }): Promise<boolean>
  /** `pending` while the run has not ended. */
  awaitEnd(input: { readonly feed: NamedFeed; readonly run: RunFacts }): Promise<RunEnd | 'pending'>
  /** What the run knows; null where no worker answers for it. */
  askRun(feed: NamedFeed): Promise<RunReport | null>
}
