import { CancellationScope, condition, patched } from '@temporalio/workflow'
import { afterBackward, isSameSearch } from '../domain/run/owed.ts'
import type { Observed, Owed } from '../domain/run/state.ts'
import type { Debt } from '../domain/search/window.ts'
import { isCancelled, stepFailure } from './failure.ts'
import type { FeedRun } from './feed-run.ts'
import { MENDED } from './mended.ts'
import { searchBackward, searchForward } from './steps.ts'
import { oweForMatch } from './take-look.ts'

/** Whether the forward search got to the newest window; `lost`: the set in force is not in the store, so that it never will with it. */
export type CaughtUp = 'yes' | 'no' | 'lost'

/** Searches the logs that arrived since the last time (contract Q-06). */
export async function searchNewLogs(run: FeedRun): Promise<void> {
  run.mark({ searchedAt: Date.now() })
  await search(run, false)
}

/** The same now, up to a window cut now: before a changed set is adopted. */
export async function bringUpToDate(run: FeedRun): Promise<CaughtUp> {
  const caughtUp = await search(run, true)
  // What is adopted then is owed to older logs up to a cursor, so there has to be one.
  return caughtUp === 'lost' && run.state.cursor === null ? search(run, true, null) : caughtUp
}

async function search(run: FeedRun, fresh: boolean, set = run.state.version?.set ?? null): Promise<CaughtUp> {
  const { observed, state } = run
  if (observed === null) return 'no'
  const { match, rating, settings } = observed
  // What is in force is searched as what it is, whatever an invalid resource says (contract V-23).
  const content = state.version?.content ?? observed.content
  try {
    const found = await searchForward({
      feed: run.feed,
      content,
      match,
      ...(rating === undefined ? {} : { rating }),
      set,
      cursor: state.cursor,
      debts: state.debts,
      // A feed that starts, or was just enabled, begins with what arrives from now on: the newest window may be of before (contract L-02).
      fresh: fresh || state.cursor === null,
      searchIntervalMs: settings.searchIntervalMs,
    })
    const { cursor, debts, startedAt, behind = 0, unsearchable } = found
    run.update({ cursor, debts })
    if (state.version !== null) run.update({ lastSearchAt: Math.max(startedAt, run.state.lastSearchAt ?? 0) })
    oweForMatch(run)
    const olderProblem = run.state.owed === null ? null : run.marks.backwardProblem
    run.condition('SearchFailed', behind > 0 ? behindMessage(behind) : debts.length > 0 ? debtMessage(debts) : olderProblem)
    run.condition('LogsUnsearchable', unsearchable)
    return 'yes'
  } catch (error) {
    const failure = stepFailure(error, 'search')
    if (fresh && failure.code === 'BlobMissing') return 'lost'
    run.failed('search-forward', 'SearchFailed', failure)
    return 'no'
  }
}

/** The number is said in thousands, so that a feed that stays behind is not a new status each time. */
function behindMessage(logs: number): string {
  const most = 10 ** Math.max(4, Math.ceil(Math.log10(logs)))
  return `The search is behind by up to ${String(most)} logs: so many match that their events take longer to write than to arrive; they are searched next`
}

function debtMessage(debts: readonly Debt[]): string {
  const indices = [...new Set(debts.map(({ span }) => `${span.index}[${String(span.shard)}]`))].slice(0, 3).join(', ')
  return `${String(debts.length)} spans of logs cannot be searched now and are owed (${indices}); they are searched when their shards are back`
}

/** Starts one slice of the backward search beside the loop, which goes on searching new logs meanwhile (contract Q-07). */
export function startBackwardSlice(run: FeedRun): void {
  const { observed, state } = run
  if (observed === null || state.owed === null || state.version === null) return
  const { owed } = state
  const { match, rating, lookbackMs } = observed
  const how = { content: state.version.content, match, lookbackMs, ...(rating === undefined ? {} : { rating }) }
  run.backward = new CancellationScope()
  void run.backward.run(() => slice(run, owed, how)).finally(() => {
    run.backward = null
    run.awake = true
  })
}

/** Ends the slice that is under way, if there is one, and returns once it can write nothing more. What it was to search stays owed. */
export async function stopBackwardSlice(run: FeedRun): Promise<void> {
  run.backward?.cancel()
  await condition(() => !run.searchingBackward)
}

async function slice(run: FeedRun, owed: Owed, how: Pick<Observed, 'content' | 'match' | 'rating' | 'lookbackMs'>): Promise<void> {
  const { set, upTo, position } = owed
  // Another way of matching wished for meanwhile owes another search: it is made as it stands then.
  const isStill = (now: Owed | null): now is Owed =>
    now !== null && isSameSearch(owed, now) && now.position === position && run.observed?.match === how.match
  try {
    const done = await searchBackward({ feed: run.feed, ...how, owed: set, upTo, position })
    const now = run.state.owed
    if (isStill(now)) run.update({ owed: done.position === null ? afterBackward(now) : { ...now, position: done.position } })
    // As many other feeds are searched for as may be at once.
    if (done.waits === true) run.retryLater('search-backward', run.observed?.settings.searchIntervalMs)
    else forgetProblem(run)
  } catch (error) {
    if (isCancelled()) return
    const failure = stepFailure(error, 'search backward')
    // What was searched for is no longer owed so, and its set may be gone by now: nothing hangs on it.
    const now = run.state.owed
    if (!isStill(now)) return
    const inForce = run.state.version?.set
    if (failure.code === 'BlobMissing' && inForce !== undefined && inForce.sha256 !== set.sha256) {
      // The whole set is more than was owed, which makes no event twice.
      run.update({ owed: { ...now, set: inForce, position: null } })
      return
    }
    // What keeps new logs from being searched is said as long as it lasts: two that take turns would be a new status each time (contract T-06).
    const standing = run.state.conditions.find(({ type }) => type === 'SearchFailed')?.message ?? null
    const isSaid = standing === null || standing === run.marks.backwardProblem || standing === failure.message || !patched(MENDED)
    run.failed('search-backward', isSaid ? 'SearchFailed' : null, failure)
    run.mark({ backwardProblem: failure.message })
  }
}

/** The condition stays over successful searches of new logs, and goes with the first slice that succeeds. */
function forgetProblem(run: FeedRun): void {
  const { backwardProblem } = run.marks
  if (backwardProblem === null) return
  run.mark({ backwardProblem: null })
  if (run.state.conditions.some(({ type, message }) => type === 'SearchFailed' && message === backwardProblem)) run.condition('SearchFailed', null)
}
