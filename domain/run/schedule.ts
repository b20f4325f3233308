/** Times are milliseconds since the epoch, durations milliseconds. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A pull starts up to a tenth of its period late, at most 5 minutes: a thousand feeds do not fire together (contract P-02). */
const JITTER_SHARE = 0.1
const JITTER_MOST = 5 * MINUTE

/** FNV-1a over UTF-16 units, as a fraction of 1: the same on every replay, which is all that is asked of it. */
function fractionOf(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at += 1) {
    hash ^= id.charCodeAt(at)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) / 2 ** 32
}

/** The first slot after `after` of those an interval apart, in this feed's own phase: no drift, and no rush after downtime. */
export function nextSlot(id: string, after: number, intervalMs: number): number {
  const phase = Math.floor(fractionOf(id) * intervalMs)
  return (Math.floor((after - phase) / intervalMs) + 1) * intervalMs + phase
}

/** When a feed that was last asked at `lastAttemptAt` is asked again (contract P-01, P-02). */
export function nextPullAt(id: string, lastAttemptAt: number, periodMs: number): number {
  const jitter = Math.min(periodMs * JITTER_SHARE, JITTER_MOST)
  return lastAttemptAt + periodMs + Math.floor(fractionOf(`${id}@${lastAttemptAt}`) * jitter)
}

export interface RetryAdvice {
  /** Consecutive failures, this one included: from 1. */
  readonly failures: number
  readonly periodMs: number
  /** A refusal that will not pass by itself, such as 404. */
  readonly slow: boolean
  readonly retryAfterS: number | null
}

/** How long a failed pull waits: 1 minute (10 when refused), doubling to the lesser of period/3 and 1 hour (contract P-06). */
export function retryDelay({ failures, periodMs, slow, retryAfterS }: RetryAdvice): number {
  const first = slow ? 10 * MINUTE : MINUTE
  const most = Math.min(periodMs / 3, HOUR)
  const doubled = Math.min(first * 2 ** Math.min(failures - 1, 20), Math.max(most, first))
  if (retryAfterS === null) return doubled
  return Math.min(Math.max(doubled, retryAfterS * 1000), periodMs)
}
