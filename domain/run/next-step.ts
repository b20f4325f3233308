import { logKindOf } from '../feed/content.ts'
import { nextSlot, pullDue, slotDue, unlessBeyond } from './schedule.ts'
import type { ErrorCondition, FeedState, Observed } from './state.ts'

/** Between two looks that must both miss an object before it counts as deleted (contract L-05). */
export const CONFIRM_ABSENCE_MS = 30_000
/** A time that merely advances is written this often, and the state document with it (contract T-06, S-07). */
const REPORT_EVERY_MS = 5 * 60_000
/** So long it waits for a search of new logs, to go with it. */
const REPORT_WAITS_MS = 60_000

/** What signals and updates ask for; handlers only set these. */
export interface Requests {
  /** The resource may have changed: look at it. */
  readonly look: boolean
  /** Pull now, or read the pushed document now (contract L-04). */
  readonly refresh: boolean
  /** A delete event named this uid. */
  readonly deleted: boolean
}

/** What the last report said, to see whether another one is due. */
export interface Reported {
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number
  /** When a time that advances is told of next, likewise. Absent in a report of an older version: five minutes after it was written. */
  readonly nextAt?: number
  /** What it said, but for times that merely advance. */
  readonly summary: string
  /** The times that it said. */
  readonly times: string
}

/** Where the loop stands beside the state: lost with the run, carried when it continues as new. */
export interface LoopMarks {
  /** What an earlier run knew was looked for: before that nothing is pulled, stored or removed, nor the state document written. */
  readonly loaded: boolean
  /** First look that missed the resource, in milliseconds since the epoch; null while it is there. */
  readonly absentSince: number | null
  /** Null before the first report of this run. */
  readonly reported: Reported | null
  /** Start of the last forward search that was tried. */
  readonly searchedAt: number | null
  /** Last time the pushed document was looked at. */
  readonly pushReadAt: number | null
  /** The network set is to be compared with the cluster's even if nothing changed here (contract G-05). */
  readonly reconcile: boolean
  /**
   * A network set was written or removed in this run or one that it continues. Before that there may be one that no state tells of:
   * its writer ended before it could say so.
   */
  readonly networkSetKnown: boolean
  /** Somebody told of a change since the network set was last written, perhaps of an edit by others: all that bears its names is looked at. */
  readonly networkSetTouched: boolean
  /** The set is lost from the store: the pushed document is read whole even if it has not changed. */
  readonly pushReread: boolean
  /** Why the last slice of the backward search failed. */
  readonly backwardProblem: string | null
  /** Earliest time of another try of a step that failed, by its kind. */
  readonly retryAt: Readonly<Partial<Record<StepKind, number>>>
}

/** The marks of a run that knows nothing yet. */
export function freshMarks(): LoopMarks {
  return {
    loaded: false,
    absentSince: null,
    reported: null,
    searchedAt: null,
    pushReadAt: null,
    reconcile: true,
    networkSetKnown: false,
    networkSetTouched: true,
    pushReread: false,
    backwardProblem: null,
    retryAt: {},
  }
}

/** The steps that a run may take, apart from waiting. */
export const STEP_KINDS = [
  'load',
  'observe',
  'remove',
  'drop-content',
  'pull',
  'adopt',
  'read-pushed',
  'sync-network-set',
  'search-forward',
  'search-backward',
  'report',
] as const
/** A step that does something. */
export type StepKind = (typeof STEP_KINDS)[number]

/** What a run does next: a step, or waiting. */
export type Step =
  | { readonly kind: StepKind }
  /** Nothing to do until then (null: until asked), and what comes next, for the timer's summary. */
  | { readonly kind: 'wait'; readonly until: number | null; readonly next: string }

/** All that the decision hangs on. */
export interface RunView {
  /** The workflow's id: phases and jitter hang on it. */
  readonly id: string
  /** What the run knows. */
  readonly state: FeedState
  /** The resource at the last look; null when it was not there, or not looked for yet. */
  readonly observed: Observed | null
  /** What was asked of it and not done yet. */
  readonly requests: Requests
  /** Where the loop stands. */
  readonly marks: LoopMarks
  /** A slice of the search of older logs is in flight: no second one is begun. */
  readonly backwardRunning: boolean
  /** The step right before this one, without a rest between, was a search of new logs. */
  readonly searchedLast: boolean
}

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

/** What a change of the status would be, without the times that merely advance. */
export function summaryOf(state: FeedState, observed: Observed | null): string {
  const { conditions, version, networkSet, rejected, lastSyncAt, lastSearchAt } = state
  const seen = observed === null ? null : [observed.generation, observed.enabled, observed.networkSet]
  return JSON.stringify([conditions, version?.set.sha256 ?? null, networkSet, rejected, lastSyncAt !== null, lastSearchAt !== null, seen])
}

export function timesOf(state: FeedState): string {
  return `${String(state.lastSyncAt)}/${String(state.lastSearchAt)}`
}

/** Whether there is something to tell now. */
export function reportIsDue(view: RunView, now: number): boolean {
  const at = reportAt(view, now)
  return at !== null && at <= now
}

function reportAt({ state, observed, marks: { reported } }: RunView, now: number): number | null {
  if (reported === null || reported.summary !== summaryOf(state, observed)) return 0
  const { nextAt = reported.at + REPORT_EVERY_MS, times } = reported
  return times === timesOf(state) ? null : unlessBeyond(nextAt, now + 2 * REPORT_EVERY_MS)
}

/**
 * What a report that is written now says. The five minutes until the next begin with the newest time that it tells of, and end with the
 * first search of new logs, which it follows: a timer of its own is set only where the next search is more than a minute away.
 */
export function reportedNow({ id, state, observed, marks }: Pick<RunView, 'id' | 'state' | 'observed' | 'marks'>, now: number): Reported {
  // A step's time is of the worker's clock: it counts as no later than now, and no earlier than the last search began.
  const newest = Math.max(marks.searchedAt ?? 0, state.lastSearchAt ?? 0, state.lastSyncAt ?? 0)
  const due = Math.min(newest, now) + REPORT_EVERY_MS
  const slot = observed === null ? due : nextSlot(id, due, observed.settings.searchIntervalMs)
  return { at: now, nextAt: slot - due > REPORT_WAITS_MS ? due : slot, summary: summaryOf(state, observed), times: timesOf(state) }
}

/** Replaces or removes the condition of one type; the order of the others stays. */
export function withCondition(
  conditions: readonly ErrorCondition[],
  type: ErrorCondition['type'],
  message: string | null,
): readonly ErrorCondition[] {
  const at = conditions.findIndex((condition) => condition.type === type)
  if (message === null) return at < 0 ? conditions : conditions.filter((condition) => condition.type !== type)
  if (at < 0) return [...conditions, { type, message }]
  return conditions.map((condition, index) => (index === at ? { type, message } : condition))
}
