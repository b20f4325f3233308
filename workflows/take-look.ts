import { patched } from '@temporalio/workflow'
import type { Observed } from '../domain/run/state.ts'
import type { FeedRun } from './feed-run.ts'
import { MENDED } from './mended.ts'

/** Takes in what a look at the resource found, and lets go of what it makes void. */
export function takeLook(run: FeedRun, observed: Observed): void {
  run.observed = observed
  run.mark({ absentSince: null, reconcile: true })
  run.successor = null
  if (!observed.enabled) {
    run.backward?.cancel()
    dropBody(run)
    run.update({ cursor: null, conditions: [] })
    run.mark({ searchedAt: null })
    return
  }
  run.condition('InvalidSpec', observed.invalid)
  run.condition(observed.periodMs === null ? 'PullFailed' : 'PushInvalid', null)
  if (observed.networkSet !== 'wanted' && !(isStillThere(run, observed) && patched(MENDED))) run.condition('GlobalNetworkSetSyncFailed', null)
  const { pending, unasked } = run.state
  if (pending !== null && pending.pullHash !== observed.pullHash) dropBody(run)
  // What the host was not asked for want of may be there now, and trying asks nobody if it is not (contract P-04).
  if (unasked) run.update({ unasked: false, retryPullAt: null, attemptedPullHash: null })
  // A host that failed us may not with what the Secret holds by now; what it held is not asked with early (contract P-06).
  const { failedPulls, attemptedReferences } = run.state
  if (failedPulls > 0 && attemptedReferences !== null && attemptedReferences !== observed.references) {
    run.update({ retryPullAt: null, attemptedPullHash: null })
  }
  const { version } = run.state
  if (version === null) return
  // What was stored under another content is removed, and so is never the pusher's (contract L-03).
  if (observed.periodMs === null && version.pullHash !== null && version.content === observed.content) {
    run.update({ version: { ...version, pullHash: null }, attemptedPullHash: null })
  }
  oweForMatch(run)
}

/** The network set that nobody wants any more cannot be removed: that is so until it is, whatever looks there are meanwhile. */
function isStillThere({ state, marks }: FeedRun, { networkSet }: Observed): boolean {
  const hasFailed = state.conditions.some(({ type }) => type === 'GlobalNetworkSetSyncFailed')
  return hasFailed && networkSet === 'absent' && (state.networkSetFor !== null || !marks.networkSetKnown)
}

/** A body that is let go of before it was adopted is as one that never came: its host is asked as soon as there is a use for it (contract P-01). */
export function dropBody(run: FeedRun): void {
  if (run.state.pending === null) return
  run.update({ pending: null, ...(patched(MENDED) ? { attemptedPullHash: null } : {}) })
}

/**
 * Members that were compared as whole names, and match names below them from now on, are owed to older logs (contract Q-04). A feed
 * without a cursor, as one just enabled, owes them once its first search of new logs has given it one.
 */
export function oweForMatch(run: FeedRun): void {
  const { observed, state } = run
  const { version, cursor, match } = state
  if (observed === null || version === null || cursor === null || match === observed.match) return
  const widened = match === 'exact' && observed.match === 'subdomains' && observed.lookbackMs > 0
  run.update({ match: observed.match, ...(widened ? { owed: { set: version.set, upTo: cursor, position: null } } : {}) })
}
