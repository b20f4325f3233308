import { patched, workflowInfo } from '@temporalio/workflow'
import { networkSetTarget } from '../domain/run/next-step.ts'
import { reportedNow } from '../domain/run/report-due.ts'
import type { StepKind } from '../domain/run/run-view.ts'
import { freshState } from '../domain/run/state.ts'
import type { ConditionType } from '../domain/run/state.ts'
import { stepFailure } from './failure.ts'
import type { FeedRun } from './feed-run.ts'
import { MENDED } from './mended.ts'
import { searchNewLogs, startBackwardSlice, stopBackwardSlice } from './search-logs.ts'
import { loadState, observeFeed, removeFeed, reportStatus, syncNetworkSet } from './steps.ts'
import { takeLook } from './take-look.ts'
import { adopt, pull, readPushed } from './update-set.ts'

/** Without these a refresh cannot be served: one that fails answers it. */
const COMES_FIRST: ReadonlySet<StepKind> = new Set(['load', 'observe', 'drop-content', 'remove'])

/** Carries out one step. A failure of it ends up in the state; only cancellation and programming errors are thrown. */
export async function carryOut(run: FeedRun, kind: StepKind): Promise<void> {
  switch (kind) {
    case 'load':
      return guard(run, kind, 'StoreFailed', load)
    case 'observe':
      return guard(run, kind, null, look)
    case 'remove':
      return guard(run, kind, 'StoreFailed', remove)
    case 'drop-content':
      return guard(run, kind, 'StoreFailed', dropContent)
    case 'pull':
      return pull(run)
    case 'adopt':
      return adopt(run)
    case 'read-pushed':
      return readPushed(run)
    case 'sync-network-set':
      return guard(run, kind, 'GlobalNetworkSetSyncFailed', writeNetworkSet)
    case 'search-forward':
      return searchNewLogs(run)
    case 'search-backward':
      startBackwardSlice(run)
      return
    case 'report':
      return guard(run, kind, null, report)
  }
}

/** Does one thing; its failure becomes the condition of this type (null: none), and the step waits before it is tried again. */
async function guard(run: FeedRun, kind: StepKind, type: ConditionType | null, act: (run: FeedRun) => Promise<void>): Promise<void> {
  try {
    await act(run)
    if (type !== null) run.condition(type, null)
  } catch (error) {
    const failure = stepFailure(error, kind)
    run.failed(kind, type, failure)
    if (COMES_FIRST.has(kind)) run.refreshes.serve(run.refreshes.asked, { outcome: 'failed', message: failure.message })
  }
}

/** Goes on from what an earlier run left in the store (contract S-07). */
export async function load(run: FeedRun): Promise<void> {
  const known = await loadState({ feed: run.feed })
  if (known !== null) run.state = { ...freshState(run.feed.uid), ...known }
  run.mark({ loaded: true })
  run.look = true
}

async function look(run: FeedRun): Promise<void> {
  run.look = false
  let seen: Awaited<ReturnType<typeof observeFeed>>
  try {
    seen = await observeFeed({ feed: run.feed })
  } catch (error) {
    run.look = true
    // An absence is two answers in a row; meanwhile the feed goes on (contract L-05).
    run.mark({ absentSince: null })
    throw error
  }
  if (seen.kind === 'present') takeLook(run, seen.observed)
  else if (seen.kind === 'replaced') {
    run.successor = seen.uid
    run.deleted = true
  } else if (run.marks.absentSince === null) run.mark({ absentSince: Date.now() })
  else run.deleted = true
}

/** Removes what the feed stored and enforced: its resource is gone. */
export async function remove(run: FeedRun): Promise<void> {
  await stopBackwardSlice(run)
  await syncNetworkSet({ feed: run.feed, set: null })
  await removeFeed({ feed: run.feed, state: run.state, reason: 'deleted' })
  run.refreshes.close({ outcome: 'failed', message: 'the feed was deleted' })
  run.ended = true
}

async function dropContent(run: FeedRun): Promise<void> {
  await stopBackwardSlice(run)
  const isRemoved = await dropNetworkSet(run)
  await removeFeed({ feed: run.feed, state: run.state, reason: 'content-changed' })
  run.update({ version: null, cursor: null, owed: null, debts: [], match: null, pending: null, rejected: {}, delta: null, attemptedPullHash: null })
  if (isRemoved) run.update({ networkSetFor: null, networkSet: null })
  run.condition('SearchFailed', null)
  run.condition('LogsUnsearchable', null)
  run.mark({ backwardProblem: null })
}

/** @returns false where it cannot be removed now: that keeps nothing else waiting (contract G-06), and a later sync does it. */
async function dropNetworkSet(run: FeedRun): Promise<boolean> {
  try {
    await syncNetworkSet({ feed: run.feed, set: null })
    return true
  } catch (error) {
    const failure = stepFailure(error, 'sync-network-set')
    if (!patched(MENDED)) throw error
    run.failed('sync-network-set', 'GlobalNetworkSetSyncFailed', failure)
    run.mark({ networkSetKnown: false })
    return false
  }
}

async function writeNetworkSet(run: FeedRun): Promise<void> {
  const { observed, state } = run
  if (observed === null) return
  const target = networkSetTarget(state, observed)
  const touched = run.marks.networkSetTouched
  // Before the step: what is told while it runs is for the next one.
  run.mark({ networkSetTouched: false })
  const { objects, prefixes } = await syncNetworkSet({ feed: run.feed, set: target === null ? null : (state.version?.set ?? null), touched }).catch((error: unknown) => {
    run.mark({ networkSetTouched: true })
    throw error
  })
  run.update({ networkSetFor: target, networkSet: target === null ? null : { objects, prefixes } })
  run.mark({ reconcile: false, networkSetKnown: true })
}

/** Writes state and status. */
export async function report(run: FeedRun): Promise<void> {
  const { state, observed, marks } = run
  // One that fails may have written all the same: what the resource says is unknown until one succeeds.
  run.mark({ reported: null })
  await reportStatus({ feed: run.feed, state, observed, keep: marks.loaded })
  run.mark({ reported: reportedNow({ id: workflowInfo().workflowId, state, observed, marks }, Date.now()) })
}
