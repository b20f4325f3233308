import { summaryOf, timesOf } from '../../../domain/run/report-due.ts'
import type { Reported, RunView } from '../../../domain/run/run-view.ts'
import { freshState } from '../../../domain/run/state.ts'
import type { FeedState, Observed } from '../../../domain/run/state.ts'
import { adopted, observedFeed } from './run-view.ts'

export const NOW = 1_800_000_000_000
/** The state of a feed that has nothing to do at `NOW`. */
export const quiet = { version: adopted('a'), cursor: { number: 1, id: 'w' }, attemptedPullHash: 'v1-pull', lastAttemptAt: NOW - 1000, lastSyncAt: NOW, lastSearchAt: NOW }
/** What the last report said, if it said all of this. */
export const reported = (state: FeedState, observed: Observed | null = observedFeed()): Reported => ({
  at: NOW - 1000,
  summary: summaryOf(state, observed),
  times: timesOf(state),
})
/** The same view, once a report has said all that there is to say of it. */
export function said(view: RunView): RunView {
  return { ...view, marks: { ...view.marks, reported: reported(view.state, view.observed) } }
}
/** The marks of that feed, once a report has said all of its state. */
export const quietMarks = { searchedAt: NOW, reported: reported({ ...freshState('uid-1'), ...quiet }), reconcile: false }
