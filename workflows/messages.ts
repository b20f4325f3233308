import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedState, Observed } from '../domain/run/state.ts'

/** Which life of the resource a message is about. */
export interface LifeMessage {
  readonly uid: string
}

/** Something about the resource or what it depends on changed: read it again. A signal, so that no worker need be up to take it. */
export const lookAgainSignal = defineSignal<[LifeMessage]>('lookAgain')

/** A delete event named this uid: clean up and end (contract L-05). */
export const deletedSignal = defineSignal<[LifeMessage]>('deleted')

/** Pull now, or read the pushed document now, whatever the schedule says (contract L-04). */
export const refreshSignal = defineSignal('refresh')

/** What came of a refresh. */
export interface RefreshOutcome {
  readonly outcome: 'updated' | 'unchanged' | 'failed' | 'disabled' | 'invalid'
  /** For people; for a failure the condition's message. */
  readonly message: string
}

/**
 * The same as the signal for one who waits for what comes of it: ends with the attempt, good or bad. Refused with REFRESH_LATER, and not
 * taken, while a run that is asked without pause is about to continue as new: ask again.
 */
export const refreshUpdate = defineUpdate<RefreshOutcome>('refreshAndWait')
/** Type of the failure with which it is refused. */
export const REFRESH_LATER = 'RefreshLater'

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

/** Where a feed stands, without side effects. */
export const stateQuery = defineQuery<RunReport>('state')
