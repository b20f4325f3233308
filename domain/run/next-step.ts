import { logKindOf } from '../feed/content.ts'
import { reportAt } from './report-due.ts'
import type { RunView, StepKind } from './run-view.ts'
import { pullDue, slotDue } from './schedule.ts'
import type { FeedState, Observed } from './state.ts'

/** Between two looks that must both miss an object before it counts as deleted (contract L-05). */
export const CONFIRM_ABSENCE_MS = 30_000

/** What a run does next: a step, or waiting. */
export type Step =
  | { readonly kind: StepKind }
  /** Nothing to do until then (null: until asked), and what comes next, for the timer's summary. */
  | { readonly kind: 'wait'; readonly until: number | null; readonly next: string }

interface Candidate {
  readonly kind: StepKind
  /** When it is due; null when it is not wanted at all. */
  readonly at: number | null
}

/**
 * What a feed's run does now. Pure: the loop carries it out, records what came of it, and asks again.
 * Every step that failed waits for its own retry time, so that a lasting failure cannot spin.
 */
export function nextStep(view: RunView, now: number): Step {
  const candidates = inTurn(candidatesOf(view, now), view)
  for (const candidate of candidates) {
    const step = due(candidate, view, now)
    if (step !== null) return step
  }
  return waitFor(view, candidates)
}

/** Steps that come by the interval. */
const BY_INTERVAL: ReadonlySet<StepKind> = new Set(['read-pushed', 'search-forward'])

/**
 * After a search of new logs everything else has its turn before the next one: where searches take as long as the interval, the next is
 * due as soon as one ends, and neither older logs would ever be searched nor the status written.
 */
function inTurn(candidates: readonly Candidate[], { searchedLast }: RunView): readonly Candidate[] {
  if (!searchedLast) return candidates
  const comesByInterval = ({ kind }: Candidate): boolean => BY_INTERVAL.has(kind)
  return [...candidates.filter((candidate) => !comesByInterval(candidate)), ...candidates.filter(comesByInterval)]
}

function candidatesOf(view: RunView, now: number): readonly Candidate[] {
  const { observed, requests, marks } = view
  const look: Candidate = { kind: 'observe', at: lookAt(view) }
  if (!marks.loaded) {
    const report: Candidate = { kind: 'report', at: observed === null ? null : reportAt(view, now) }
    // One that is known to be gone is not looked for again: it waits for what there is to remove.
    return [{ kind: 'load', at: 0 }, ...(requests.deleted ? [] : [look]), report]
  }
  if (requests.deleted) return [{ kind: 'remove', at: 0 }]
  return observed === null || marks.absentSince !== null ? [look] : [look, ...wanted(view, observed, now)]
}

function due(candidate: Candidate, view: RunView, now: number): Step | null {
  const at = dueAt(candidate, view)
  return at !== null && at <= now ? { kind: candidate.kind } : null
}

function dueAt({ kind, at }: Candidate, view: RunView): number | null {
  return at === null ? null : Math.max(at, view.marks.retryAt[kind] ?? 0)
}

function waitFor(view: RunView, candidates: readonly Candidate[]): Step {
  let until: number | null = null
  let next = 'a change'
  for (const candidate of candidates) {
    const at = dueAt(candidate, view)
    if (at !== null && (until === null || at < until)) {
      until = at
      next = STEP_TITLES[candidate.kind]
    }
  }
  return { kind: 'wait', until, next }
}

/** For people: what a timer waits for. */
const STEP_TITLES: Record<StepKind, string> = {
  load: 'the store, for what an earlier run knew',
  observe: 'another look at the resource',
  remove: 'cleaning up',
  'drop-content': 'cleaning up the former content',
  pull: 'the next pull',
  adopt: 'storing the body that was pulled',
  'read-pushed': 'reading the pushed document',
  'sync-network-set': 'writing the network set',
  'search-forward': 'the next search of new logs',
  'search-backward': 'the search of older logs',
  report: 'writing the status',
}

function lookAt({ requests, observed, marks }: RunView): number | null {
  if (marks.absentSince !== null) return marks.absentSince + CONFIRM_ABSENCE_MS
  return requests.look || observed === null ? 0 : null
}

function wanted(view: RunView, observed: Observed, now: number): readonly Candidate[] {
  const { state } = view
  const report: Candidate = { kind: 'report', at: reportAt(view, now) }
  const syncNetworkSet: Candidate = { kind: 'sync-network-set', at: networkSetDue(view, observed) ? 0 : null }
  if (!observed.enabled) return [syncNetworkSet, report]
  // Nothing of the new content before the old one is gone: not even a search, whose set and cursor are the old one's (contract L-03).
  if (contentChanged(state, observed)) return [{ kind: 'drop-content', at: 0 }, report]
  return [
    { kind: 'adopt', at: state.pending !== null ? 0 : null },
    { kind: 'pull', at: pullAt(view, observed, now) },
    { kind: 'read-pushed', at: pushReadAt(view, observed, now) },
    syncNetworkSet,
    { kind: 'search-forward', at: searchAt(view, observed, now) },
    { kind: 'search-backward', at: state.owed !== null && !view.backwardRunning ? 0 : null },
    report,
  ]
}

/** An invalid content is read as the default one, which is no wish to change it (contract V-23). */
function contentChanged(state: FeedState, observed: Observed): boolean {
  return observed.pullable && state.version !== null && state.version.content !== observed.content
}

/** When the feed's host is asked next, or null for a push feed or an invalid spec (contract P-01, V-23, L-03). */
export function pullAt({ id, state, requests }: RunView, observed: Observed, now: number): number | null {
  if (observed.periodMs === null || !observed.pullable || state.pending !== null) return null
  if (requests.refresh || state.attemptedPullHash !== observed.pullHash) return 0
  return pullDue(id, { lastAttemptAt: state.lastAttemptAt, retryPullAt: state.retryPullAt, periodMs: observed.periodMs }, now)
}

function pushReadAt({ id, requests, marks }: RunView, observed: Observed, now: number): number | null {
  if (observed.periodMs !== null || !observed.pullable) return null
  if (requests.refresh || marks.pushReadAt === null) return 0
  return slotDue(id, marks.pushReadAt, observed.settings.searchIntervalMs, now)
}

function searchAt({ id, state, marks }: RunView, observed: Observed, now: number): number | null {
  if (state.version === null && state.debts.length === 0) return null
  return marks.searchedAt === null ? 0 : slotDue(id, marks.searchedAt, observed.settings.searchIntervalMs, now)
}

/** What the network set should be written for: null when there should be none. */
export function networkSetTarget(state: FeedState, observed: Observed): string | null {
  if (!observed.enabled || observed.networkSet !== 'wanted' || state.version === null) return null
  if (logKindOf(state.version.content) !== 'flow' || observed.periodMs === null) return null
  return `${state.version.set.sha256}/${observed.networkSetHash}`
}

function networkSetDue({ state, marks }: RunView, observed: Observed): boolean {
  if (observed.enabled && observed.networkSet === 'invalid') return false
  const target = networkSetTarget(state, observed)
  return target !== state.networkSetFor || !marks.networkSetKnown || (marks.reconcile && target !== null)
}
