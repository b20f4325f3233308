import { cancellationSignal } from '@temporalio/activity'
import { resume } from '../domain/run/resume.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import type { PullRecords } from './ports/blob-store.ts'
import type { StateStore } from './ports/state-store.ts'

export interface LoadStatePorts {
  readonly states: StateStore
  readonly pulls: PullRecords
}

/**
 * What an earlier run of this life of the feed left in the store, with the body that it had not come to speak of, or null (contract S-07).
 * @throws FeedFailure `StoreFailed`
 */
export function createLoadState({ states, pulls }: LoadStatePorts): FeedSteps['loadState'] {
  return async ({ feed }) => {
    const signal = cancellationSignal()
    return resume(feed.uid, await states.read(feed, signal), await pulls.read(feed, signal))
  }
}
