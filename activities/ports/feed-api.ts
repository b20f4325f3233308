import type { Enabling } from '../../domain/run/requests.ts'
import type { Disabling } from '../../domain/run/steps.ts'
import type { FeedStatus } from '../../domain/status/feed-status.ts'

/** A resource as the API server holds it. */
export interface FeedObject {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** The whole object, untyped: it may have been admitted under a laxer CRD (contract V-18). */
  readonly object: Readonly<Record<string, unknown>>
}

/** A status as the API server showed it before a write and holds it since: what its CRD lacks is in neither (contract T-05). */
export interface StatusChange {
  readonly feed: FeedObject
  readonly before: FeedStatus
  readonly after: FeedStatus
}

/**
 * The GlobalThreatFeed resource. Its group is found by discovery and remembered (contract V-20).
 * Every method throws FeedFailure `ApiUnavailable` when the API server is down or the kind is not served now: that is never an absence.
 */
export interface FeedApi {
  /** null only on a 404 that names this object (contract L-05). */
  read(name: string, signal: AbortSignal): Promise<FeedObject | null>
  /**
   * Writes the status that `next` makes of the one shown, null being none; asks it again after a lost race.
   * @returns what was written over what, null when nothing was, as for another uid.
   */
  updateStatus(name: string, uid: string, next: (shown: FeedStatus) => FeedStatus | null, signal: AbortSignal): Promise<StatusChange | null>
  /** Sets `mode: Disabled` if the object still has this uid (contract L-06). */
  disable(name: string, uid: string, signal: AbortSignal): Promise<Disabling>
  /** Sets `mode: Enabled` likewise, for somebody who reaches Temporal alone. */
  enable(name: string, uid: string, signal: AbortSignal): Promise<Enabling>
}

export type FeedChange =
  /** Every feed that exists, after a complete list: what is not in it may be gone, to be confirmed. */
  | { readonly kind: 'listed'; readonly feeds: readonly { readonly name: string; readonly uid: string }[] }
  | { readonly kind: 'changed'; readonly name: string; readonly uid: string }
  | { readonly kind: 'deleted'; readonly name: string; readonly uid: string }

/** What the controller watches: the feeds themselves, and what they depend on. */
export interface FeedWatch {
  /** Lists, watches, relists from time to time, and goes on over every error, until aborted. `report` gets each change in order. */
  run(report: (change: FeedChange) => Promise<void>, signal: AbortSignal): Promise<void>
}
