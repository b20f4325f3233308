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

/** A pull that asked nobody is tried again within the minute of contract P-04, 15 s of it left for the pull itself. */
const UNASKED = 45_000
/** The first wait of a refusal (contract P-06). */
const SLOW = 10 * MINUTE

export interface RetryAdvice {
  /** Consecutive failures, this one included: from 1. */
  readonly failures: number
  readonly periodMs: number
  /** A refusal that will not pass by itself, such as 404. */
  readonly slow: boolean
  readonly retryAfterS: number | null
  /** The host was not asked, since a reference is missing (contract P-04). @default false */
  readonly unasked?: boolean
}

/** How long a failed pull waits: 1 minute (10 when refused), doubling to the lesser of period/3 and 1 hour (contract P-06). */
export function retryDelay({ failures, periodMs, slow, retryAfterS, unasked = false }: RetryAdvice): number {
  if (unasked) return UNASKED
  const first = slow ? SLOW : MINUTE
  const most = Math.min(periodMs / 3, HOUR)
  const doubled = Math.min(first * 2 ** Math.min(failures - 1, 20), Math.max(most, first))
  if (retryAfterS === null) return doubled
  return Math.min(Math.max(doubled, retryAfterS * 1000), periodMs)
}

export interface PullTimes {
  readonly lastAttemptAt: number | null
  /** Earliest time after a failure, by the period of that time. */
  readonly retryPullAt: number | null
  readonly periodMs: number
}

/**
 * When a host is asked next: after a failure at its own time, but no later than the period as it is now allows. A time further away
 * than any wait may last comes from a clock that went back: the host is asked now, and the next wait counts from there.
 */
export function pullDue(id: string, { lastAttemptAt, retryPullAt, periodMs }: PullTimes, now: number): number {
  const longest = Math.max(periodMs, SLOW) + JITTER_MOST
  const at =
    retryPullAt === null
      ? lastAttemptAt === null
        ? 0
        : nextPullAt(id, lastAttemptAt, periodMs)
      : Math.min(retryPullAt, (lastAttemptAt ?? retryPullAt) + longest)
  return unlessBeyond(at, now + longest)
}

/** The next slot after one that was used, or 0 when that one lies in a future that a clock which went back has not reached. */
export function slotDue(id: string, used: number, intervalMs: number, now: number): number {
  return unlessBeyond(nextSlot(id, used, intervalMs), now + 2 * intervalMs)
}

export function unlessBeyond(at: number, latest: number): number {
  return at > latest ? 0 : at
}
