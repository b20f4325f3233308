import type { FeedStatus } from './feed-status.ts'
import { mergeStatus, sameConditions } from './merge-status.ts'

/** A time that merely advances is written at most this often (contract T-06), milliseconds. */
export const TIMES_EVERY_MS = 300_000

/**
 * Whether the status of a resource is to be written now: at once when its conditions change or a time appears, and for times that
 * merely advance once the time shown is five minutes old. A time never goes back.
 *
 * @param now milliseconds since the epoch.
 */
export function shouldWrite(current: FeedStatus, wanted: FeedStatus, now: number): boolean {
  const next = mergeStatus(current, wanted)
  return (
    !sameConditions(current, next) ||
    isDue(current.lastSuccessfulSync, next.lastSuccessfulSync, now) ||
    isDue(current.lastSuccessfulSearch, next.lastSuccessfulSearch, now)
  )
}

function isDue(current: string | undefined, next: string | undefined, now: number): boolean {
  if (next === undefined || current === next) return false
  return current === undefined || now - Date.parse(current) >= TIMES_EVERY_MS
}
