import type { Format } from '../domain/feed/feed.ts'

/** What one pull may cost (contract P-07); the configuration may set others. */
export interface PullLimits {
  /** Milliseconds for the whole attempt, at most; half the period where that is less. */
  readonly attemptMs: number
  /** Unpacked bytes of a body that is parsed as a stream. */
  readonly streamBytes: number
  /** Unpacked bytes of a JSON body, which is held as one document. */
  readonly jsonBytes: number
}

export const PULL_LIMITS: PullLimits = { attemptMs: 5 * 60_000, streamBytes: 512 * 1024 * 1024, jsonBytes: 64 * 1024 * 1024 }

export function attemptMs(limits: PullLimits, periodMs: number): number {
  return Math.min(limits.attemptMs, Math.floor(periodMs / 2))
}

export function maxBytes(limits: PullLimits, format: Format): number {
  return format.kind === 'json' ? limits.jsonBytes : limits.streamBytes
}
