import type { FeedKey } from '../domain/run/references.ts'
import { freshState } from '../domain/run/state.ts'
import type { FeedApi } from './ports/feed-api.ts'
import { removeStored, type RemoveFeedPorts } from './remove-feed.ts'

export interface FormerLivesPorts extends RemoveFeedPorts {
  readonly feeds: FeedApi
}

/**
 * Removes what former lives of a feed stored whose runs were terminated before they could: a document of theirs would be taken for a
 * pushed one, or lie in the other index for good (contract S-05, L-05).
 *
 * The lives are listed before the resource is looked at: if that has this uid, whatever was listed under its name and another uid is
 * of a life that is over. Of a later one there can be nothing yet.
 * @throws FeedFailure `StoreFailed`, `ApiUnavailable`
 */
export async function removeFormerLives(ports: FormerLivesPorts, feed: FeedKey, signal: AbortSignal): Promise<void> {
  const { feeds, states } = ports
  const { cluster, name, uid } = feed
  const former = (await states.list({ cluster, name }, signal)).filter((life) => life.uid !== uid)
  if (former.length === 0) return
  const found = await feeds.read(name, signal)
  if (found?.uid !== uid) return
  for (const life of former) {
    const state = (await states.read(life, signal)) ?? freshState(life.uid)
    await removeStored(ports, { feed: life, state, reason: 'deleted' }, signal)
  }
}
