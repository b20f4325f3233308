import { isCancellation } from '@temporalio/workflow'
import type { Debt } from '../domain/search/window.ts'
import { stepFailure } from './failure.ts'
import type { FeedRun } from './feed-run.ts'
import { searchBackward, searchForward } from './steps.ts'

/** Searches the logs that arrived since the last time (contract Q-06). */
export async function searchNewLogs(run: FeedRun): Promise<void> {
  run.mark({ searchedAt: Date.now() })
  await search(run, false)
}

/** The same now, up to a window cut now: before a changed set is adopted. @returns whether it got there. */
export function bringUpToDate(run: FeedRun): Promise<boolean> {
  return search(run, true)
}

async function search(run: FeedRun, fresh: boolean): Promise<boolean> {
  const { observed, state } = run
  if (observed === null) return false
  const { content, match, settings } = observed
  try {
    const found = await searchForward({
      feed: run.feed,
      content,
      match,
      set: state.version?.set ?? null,
      cursor: state.cursor,
      debts: state.debts,
      fresh,
      searchIntervalMs: settings.searchIntervalMs,
    })
    const { cursor, debts, startedAt, unsearchable } = found
    run.update({ cursor, debts })
    if (state.version !== null) run.update({ lastSearchAt: Math.max(startedAt, run.state.lastSearchAt ?? 0) })
    run.condition('SearchFailed', debts.length > 0 ? debtMessage(debts) : null)
    run.condition('LogsUnsearchable', unsearchable)
    return true
  } catch (error) {
    run.failed('search-forward', 'SearchFailed', stepFailure(error, 'search'))
    return false
  }
}

function debtMessage(debts: readonly Debt[]): string {
  const indices = [...new Set(debts.map(({ span }) => `${span.index}[${String(span.shard)}]`))].slice(0, 3).join(', ')
  return `${String(debts.length)} spans of logs cannot be searched now and are owed (${indices}); they are searched when their shards are back`
}

/** Starts one slice of the backward search beside the loop, which goes on searching new logs meanwhile (contract Q-07). */
export function startBackwardSlice(run: FeedRun): void {
  const { observed, state } = run
  if (observed === null || state.owed === null) return
  run.searchingBackward = true
  void slice(run, state.owed, observed).finally(() => {
    run.searchingBackward = false
    run.awake = true
  })
}

async function slice(run: FeedRun, owed: NonNullable<FeedRun['state']['owed']>, observed: NonNullable<FeedRun['observed']>): Promise<void> {
  const { content, match, lookbackMs } = observed
  try {
    const { set, upTo, position } = owed
    const done = await searchBackward({ feed: run.feed, content, match, owed: set, upTo, lookbackMs, position })
    const now = run.state.owed
    // A version adopted meanwhile owes another set: it is searched as it stands then.
    if (now === null || now.set.sha256 !== set.sha256 || now.upTo.id !== upTo.id) return
    run.update({ owed: done.position === null ? null : { ...now, position: done.position } })
  } catch (error) {
    if (!isCancellation(error)) run.failed('search-backward', 'SearchFailed', stepFailure(error, 'search backward'))
  }
}
