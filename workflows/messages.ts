import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { RefreshOutcome, RunReport } from '../domain/run/requests.ts'

export type { RefreshOutcome, RunReport }

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

/**
 * The same as the signal for one who waits for what comes of it: ends with the attempt, good or bad. Refused with REFRESH_LATER, and not
 * taken, while a run that is asked without pause is about to continue as new: ask again.
 */
export const refreshUpdate = defineUpdate<RefreshOutcome>('refreshAndWait')
/** Type of the failure with which it is refused. */
export const REFRESH_LATER = 'RefreshLater'

/** Where a feed stands, without side effects. */
export const stateQuery = defineQuery<RunReport>('state')
