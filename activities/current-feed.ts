import { pullHash } from '../domain/feed/hashes.ts'
import type { Feed, PullSpec } from '../domain/feed/feed.ts'
import { readFeed } from '../domain/feed/read-feed.ts'
import { FeedFailure } from '../domain/failure.ts'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedApi } from './ports/feed-api.ts'

/**
 * The resource as it stands, if it is still this life of the feed.
 * @throws FeedFailure `SpecChanged` when it is gone or another life: the run looks at it again and decides.
 */
export async function currentFeed(feeds: FeedApi, feed: FeedKey, signal: AbortSignal): Promise<Feed> {
  const found = await feeds.read(feed.name, signal)
  if (found?.uid !== feed.uid) throw changed(`The resource of feed ${feed.name} is gone or was made anew`)
  return readFeed(found.object).feed
}

/** The same, if what a pulled body depends on is still what it was (contract L-03). */
export async function currentPull(
  feeds: FeedApi,
  feed: FeedKey,
  expectedHash: string,
  signal: AbortSignal,
): Promise<Feed & { readonly pull: PullSpec }> {
  const current = await currentFeed(feeds, feed, signal)
  const { pull } = current
  if (pull === undefined || (await pullHash(current)) !== expectedHash) throw changed(`The pull of feed ${feed.name} was changed`)
  return { ...current, pull }
}

export function changed(message: string): FeedFailure {
  return new FeedFailure('SpecChanged', 'wait', message)
}
