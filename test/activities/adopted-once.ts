import { createStoreSet } from '../../activities/store-set.ts'
import type { FeedState } from '../../domain/run/state.ts'
import type { StoreInput } from '../../domain/run/steps.ts'
import { signal } from '../adapters/elasticsearch/stores.ts'
import { streamOf } from '../fakes/scripted-feed-host.ts'
import { PULL_SPEC, pullInput, recordOf, run, save, world } from './world.ts'

export const OLD = ['1.1.1.1/32', '2.2.2.2/32']
export const NEW = ['2.2.2.2/32', '3.3.3.3/32']

/** A feed whose first set is adopted; its next one is saved, and its body lies in the store. */
export async function adoptedOnce() {
  const from = world()
  const feed = from.apply(PULL_SPEC)
  const hash = await from.pullHash()
  const store = createStoreSet(from)
  const first = await run(store, pullInput(feed, await save(from.blobs, OLD), hash))
  const snapshot = await from.blobs.put(streamOf('2.2.2.2\n3.3.3.3\n'), signal())
  await from.pulls.write(feed, recordOf(snapshot, { pullHash: hash }), signal())
  const pending = { snapshot, validators: null, pullHash: hash, content: 'IPSet', format: { kind: 'newline' }, allowEmpty: false, set: null } as const
  const state: FeedState = { ...first.state, owed: null, cursor: { number: 9, id: 'window-9' }, pending }
  const next: StoreInput = pullInput(feed, await save(from.blobs, NEW), hash, {
    state,
    source: { kind: 'pull', pullHash: hash, validators: { etag: '"2"' }, snapshot },
  })
  return { from, feed, hash, store, first, next, snapshot }
}
