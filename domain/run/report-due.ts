import type { Reported, RunView } from './run-view.ts'
import { nextSlot, unlessBeyond } from './schedule.ts'
import type { FeedState, Observed } from './state.ts'

/** A time that merely advances is written this often, and the state document with it (contract T-06, S-07). */
const REPORT_EVERY_MS = 5 * 60_000
/** So long it waits for a search of new logs, to go with it. */
const REPORT_WAITS_MS = 60_000

/** What a change of the status would be, without the times that merely advance. */
export function summaryOf(state: FeedState, observed: Observed | null): string {
  const { conditions, version, networkSet, rejected, lastSyncAt, lastSearchAt } = state
  const seen = observed === null ? null : [observed.generation, observed.enabled, observed.networkSet]
  return JSON.stringify([conditions, version?.set.sha256 ?? null, networkSet, rejected, lastSyncAt !== null, lastSearchAt !== null, seen])
}

/** The times that a status tells of and that merely advance. */
export function timesOf(state: FeedState): string {
  return `${String(state.lastSyncAt)}/${String(state.lastSearchAt)}`
}

/** Whether there is something to tell now. */
export function reportIsDue(view: RunView, now: number): boolean {
  const at = reportAt(view, now)
  return at !== null && at <= now
}

/** When the next report is due, in milliseconds since the epoch; null while there is nothing to tell. */
export function reportAt({ state, observed, marks: { reported } }: RunView, now: number): number | null {
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
