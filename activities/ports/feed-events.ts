import type { FeedEvent } from '../../domain/status/events-of.ts'
import type { FeedObject } from './feed-api.ts'

/** Kubernetes events on a feed, for `kubectl describe`. */
export interface FeedEvents {
  /** Tells what can be told within seconds; nothing of it is a failure of the feed, so it never throws. One told again is counted, not repeated. */
  tell(feed: FeedObject, events: readonly FeedEvent[], signal: AbortSignal): Promise<void>
}
