import { MockActivityEnvironment } from '@temporalio/testing'
import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import type { NetworkSetLimits } from '../../domain/network-set/limits.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memoryNetworkSetApi } from '../fakes/memory-network-set-api.ts'

const NEVER = new AbortController().signal
export const NAME = 'threatfeed.a'
export const PULL = { http: { url: 'https://feeds.example/list' } }
export const SPEC = { pull: PULL, globalNetworkSet: { labels: { level: 'high' } } }

export function setUp(spec: Record<string, unknown> = SPEC, annotations: Record<string, string> = {}, limits?: NetworkSetLimits, name = 'a') {
  const feeds = memoryFeedApi()
  const networkSets = memoryNetworkSetApi()
  const blobs = memoryBlobStore()
  const feed = { cluster: 'c', name, uid: feeds.put(name, spec, annotations) }
  const environment = new MockActivityEnvironment()
  const store = async (...members: string[]): Promise<SetRef> => {
    const bytes = new TextEncoder().encode(members.join('\n'))
    const { sha256 } = await blobs.put((async function* () {
      yield bytes.subarray(0, 7)
      yield bytes.subarray(7)
    })(), NEVER)
    return { sha256, members: members.length }
  }
  const sync = (set: SetRef | null, api: NetworkSetApi = networkSets, touched?: boolean) =>
    environment.run(createSyncNetworkSet({ feeds, networkSets: api, blobs, ...(limits === undefined ? {} : { limits }) }), {
      feed,
      set,
      ...(touched === undefined ? {} : { touched }),
    })
  return { feeds, networkSets, blobs, environment, feed, store, sync }
}
