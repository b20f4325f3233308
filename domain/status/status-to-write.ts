import type { FeedStatus } from './feed-status.ts'
import { mergeStatus, saysTheSame } from './merge-status.ts'

/** A time that merely advances is written at most this often (contract T-06), milliseconds. */
export const TIMES_EVERY_MS = 300_000

/**
 * What is to be written now over what a resource shows, or null: at once when it says something else or a time appears, and for times
 * that merely advance once the time shown is five minutes old (contract T-06). A time never goes back. A resource that shows what the page
 * names and nothing of what our own CRD adds has a CRD that drops it, or had until now: that goes along and is no reason to write
 * (contract T-05).
 *
 * @param now milliseconds since the epoch.
 */
export function statusToWrite(current: FeedStatus, wanted: FeedStatus, now: number): FeedStatus | null {
  const next = mergeStatus(current, wanted)
  const isDue =
    !saysTheSame(current, dropsOurs(current) ? onThePage(next) : next) ||
    advances(current.lastSuccessfulSync, next.lastSuccessfulSync, now) ||
    advances(current.lastSuccessfulSearch, next.lastSuccessfulSearch, now)
  return isDue ? next : null
}

function dropsOurs({ conditions, ...shown }: FeedStatus): boolean {
  return conditions === undefined && (shown.errorConditions.length > 0 || shown.lastSuccessfulSync !== undefined || shown.lastSuccessfulSearch !== undefined)
}

function onThePage({ errorConditions }: FeedStatus): FeedStatus {
  return { errorConditions }
}

function advances(current: string | undefined, next: string | undefined, now: number): boolean {
  if (next === undefined || current === next) return false
  return current === undefined || now - Date.parse(current) >= TIMES_EVERY_MS
}
