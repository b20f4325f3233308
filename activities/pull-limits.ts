import type { Format } from '../domain/feed/feed.ts'

/** What one pull may cost (contract P-07): settings, with their defaults in adapters/http/settings.ts. */
export interface PullLimits {
  /** Milliseconds for the whole attempt, at most; half the period where that is less. */
  readonly attemptMs: number
  /** Unpacked bytes of a body that is parsed as a stream. */
  readonly streamBytes: number
  /** Unpacked bytes of a JSON body, which is held as one document. */
  readonly jsonBytes: number
}

export function attemptMs(limits: PullLimits, periodMs: number): number {
  return Math.min(limits.attemptMs, Math.floor(periodMs / 2))
}

export function maxBytes(limits: PullLimits, format: Format): number {
  return format.kind === 'json' ? limits.jsonBytes : limits.streamBytes
}
