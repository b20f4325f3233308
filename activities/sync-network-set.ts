import { cancellationSignal, heartbeat } from '@temporalio/activity'
import type { Range } from '../domain/addresses/range.ts'
import { FeedFailure } from '../domain/failure.ts'
import { readFeed } from '../domain/feed/read-feed.ts'
import { type NetworkSetChanges, type NetworkSetPlan, type NetworkSetWish, planNetworkSet } from '../domain/network-set/plan.ts'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedSteps, SyncNetworkSetOutput } from '../domain/run/steps.ts'
import type { SetRef } from '../domain/sets/indicator-set.ts'
import { rangesOf } from '../domain/sets/prefixes.ts'
import type { BlobStore } from './ports/blob-store.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { NetworkSetApi } from './ports/network-set-api.ts'

export interface SyncNetworkSetPorts {
  readonly feeds: FeedApi
  readonly networkSets: NetworkSetApi
  readonly blobs: BlobStore
}

/** Someone who writes the same object as often as we do within a second is no race but a quarrel: it is said. */
const TRIES = 5

/**
 * Makes the feed's network set equal to a set, or removes what is the feed's own (contract G-01 to G-06). Labels and adoption are read
 * from the resource as it is now; one that has no such stanza any more, or another uid, is `SpecChanged`.
 */
export function createSyncNetworkSet(ports: SyncNetworkSetPorts): FeedSteps['syncNetworkSet'] {
  return async ({ feed, set }) => {
    const signal = cancellationSignal()
    const wish = await wishFor(ports, feed, set, signal)
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      heartbeat()
      const done = await inStatus(set === null, () => sync(ports.networkSets, wish, signal))
      if (done !== null) return done
    }
    throw new FeedFailure('GlobalNetworkSetSyncFailed', 'wait', `the GlobalNetworkSet was changed by others at each of ${TRIES} tries to write it`)
  }
}

async function wishFor(ports: SyncNetworkSetPorts, feed: FeedKey, set: SetRef | null, signal: AbortSignal): Promise<NetworkSetWish> {
  const { name: feedName, uid } = feed
  const found = await ports.feeds.read(feedName, signal)
  const live = found?.uid === uid
  if (set === null) return { feedName, uid, live, labels: {}, adopt: false, ranges: null }
  if (found === null || !live) throw new FeedFailure('SpecChanged', 'wait', 'the resource is not the one that this set was made for')
  const { networkSet, options, enabled } = readFeed(found.object).feed
  if (networkSet === undefined || !enabled) throw new FeedFailure('SpecChanged', 'wait', 'the resource does not ask for a network set now')
  return { feedName, uid, live, labels: networkSet.labels, adopt: options.adopt, ranges: await loadRanges(ports.blobs, set, signal) }
}

/** The addresses of a set; its text is verified against its hash by the store. */
async function loadRanges(blobs: BlobStore, set: SetRef, signal: AbortSignal): Promise<Iterable<Range>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of blobs.get(set.sha256, signal)) {
    chunks.push(chunk)
    length += chunk.length
    heartbeat()
  }
  const text = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    text.set(chunk, at)
    at += chunk.length
  }
  return rangesOf({ content: 'IPSet', text, ...set })
}

/** @returns null when someone else wrote one of the objects first: to be planned again. */
async function sync(networkSets: NetworkSetApi, wish: NetworkSetWish, signal: AbortSignal): Promise<SyncNetworkSetOutput | null> {
  const plan: NetworkSetPlan = planNetworkSet(wish, await networkSets.list(wish.feedName, wish.uid, signal))
  if (plan.kind === 'refused') throw new FeedFailure('GlobalNetworkSetSyncFailed', 'user', plan.message)
  if (!(await apply(networkSets, plan, signal))) return null
  const { objects, prefixes, creates, updates, removes } = plan
  return { objects, prefixes, writes: creates.length + updates.length + removes.length }
}

async function apply(networkSets: NetworkSetApi, { creates, updates, removes }: NetworkSetChanges, signal: AbortSignal): Promise<boolean> {
  for (const object of creates) if (!(await created(networkSets, object, signal))) return false
  for (const object of updates) if (!(await networkSets.update(object, signal))) return false
  for (const object of removes) if (!(await networkSets.remove(object, signal))) return false
  return true
}

/** False when someone else created it meanwhile: a lost race too. */
async function created(networkSets: NetworkSetApi, object: NetworkSetChanges['creates'][number], signal: AbortSignal): Promise<boolean> {
  try {
    await networkSets.create(object, signal)
    return true
  } catch (error) {
    if (error instanceof FeedFailure && error.failureClass === 'retry') return false
    throw error
  }
}

/**
 * The API server just answered for the feed: that it does not for network sets is this network set's failure (contract G-06), and must
 * be seen on the resource. Where the kind was never served there is nothing to remove.
 */
async function inStatus(removing: boolean, act: () => Promise<SyncNetworkSetOutput | null>): Promise<SyncNetworkSetOutput | null> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof FeedFailure) || error.code !== 'ApiUnavailable') throw error
    if (removing && error.fields.status === 404) return { objects: 0, prefixes: 0, writes: 0 }
    throw new FeedFailure('GlobalNetworkSetSyncFailed', error.failureClass, error.message)
  }
}
