import type { HeaderReference } from '../../domain/feed/feed.ts'

/** Values of referenced headers, read at every pull in one namespace only (contract P-05). */
export interface HeaderSource {
  /** null when the object or its key is missing. @throws FeedFailure `PullFailed` when the value cannot be a header's. */
  read(reference: HeaderReference, signal: AbortSignal): Promise<string | null>
  /** What changes with each write of the object, its value unread; null when it is missing, or may not be read. */
  version(reference: HeaderReference, signal: AbortSignal): Promise<string | null>
}
