import { cancellationSignal } from '@temporalio/activity'
import type { FeedSteps } from '../domain/run/steps.ts'
import type { StateStore } from './ports/state-store.ts'

/** What an earlier run of this life of the feed left in the store, or null (contract S-07). */
export function createLoadState({ states }: { readonly states: StateStore }): FeedSteps['loadState'] {
  return ({ feed }) => states.read(feed, cancellationSignal())
}
