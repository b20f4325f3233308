import type { FeedState } from '../domain/run/state.ts'
import { wholeSeconds } from '../domain/run/whole-seconds.ts'
import type { Attempts, SearchProgress } from './results.ts'

/** @param nextPullAt milliseconds since the epoch; null where none is due. */
export function attempts(state: FeedState, nextPullAt: number | null, enabled: boolean): Attempts {
  return { last: timeOf(state.lastAttemptAt), failed: state.failedPulls, next: enabled ? timeOf(nextPullAt) : null }
}

/** @param newest number of the newest window; null where it is not known. */
export function searchProgress(state: FeedState, newest: number | null): SearchProgress {
  const window = state.cursor?.number ?? null
  return {
    window,
    newest,
    behind: newest === null || window === null ? null : Math.max(0, newest - window),
    owedMembers: state.owed?.set.members ?? 0,
    debts: state.debts.length,
  }
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : wholeSeconds(ms)
}
