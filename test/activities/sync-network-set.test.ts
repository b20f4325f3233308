import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it } from 'vitest'
import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL } from '../../domain/network-set/network-set.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memoryNetworkSetApi } from '../fakes/memory-network-set-api.ts'

const NEVER = new AbortController().signal
const NAME = 'threatfeed.a'
const PULL = { http: { url: 'https://feeds.example/list' } }
const SPEC = { pull: PULL, globalNetworkSet: { labels: { level: 'high' } } }

function setUp(spec: Record<string, unknown> = SPEC, annotations: Record<string, string> = {}) {
  const feeds = memoryFeedApi()
  const networkSets = memoryNetworkSetApi()
  const blobs = memoryBlobStore()
  const feed = { cluster: 'c', name: 'a', uid: feeds.put('a', spec, annotations) }
  const environment = new MockActivityEnvironment()
  const store = async (...members: string[]): Promise<SetRef> => {
    const bytes = new TextEncoder().encode(members.join('\n'))
    const { sha256 } = await blobs.put((async function* () {
      yield bytes.subarray(0, 7)
      yield bytes.subarray(7)
    })(), NEVER)
    return { sha256, members: members.length }
  }
  const sync = (set: SetRef | null, api: NetworkSetApi = networkSets) =>
    environment.run(createSyncNetworkSet({ feeds, networkSets: api, blobs }), { feed, set })
  return { feeds, networkSets, blobs, feed, store, sync }
}

describe('syncing a network set', () => {
  it('G-01 makes it equal to the set, writes nothing when it is, and follows the set', async () => {
    const { networkSets, feed, store, sync } = setUp()
    const set = await store('192.0.2.0/32', '192.0.2.1/32', '2001:db8::/64')
    expect(await sync(set)).toEqual({ objects: 1, prefixes: 2, writes: 1 })
    expect(networkSets.objects.get(NAME)).toMatchObject({ labels: { level: 'high', [FEED_UID_LABEL]: feed.uid }, nets: ['192.0.2.0/31', '2001:db8::/64'] })
    expect(await sync(set)).toEqual({ objects: 1, prefixes: 2, writes: 0 })
    expect(await sync(await store('198.51.100.0/24'))).toEqual({ objects: 1, prefixes: 1, writes: 1 })
    expect(networkSets.objects.get(NAME)?.nets).toEqual(['198.51.100.0/24'])
  })

  it('G-05 reverts an edit and recreates what was deleted', async () => {
    const { networkSets, store, sync } = setUp()
    const set = await store('192.0.2.0/24')
    await sync(set)
    networkSets.edit(NAME, { nets: [], labels: { ...networkSets.objects.get(NAME)?.labels, level: 'low' } })
    await sync(set)
    expect(networkSets.objects.get(NAME)).toMatchObject({ nets: ['192.0.2.0/24'], labels: { level: 'high' } })
    networkSets.objects.delete(NAME)
    await sync(set)
    expect(networkSets.objects.get(NAME)?.nets).toEqual(['192.0.2.0/24'])
  })

  it('G-02 leaves another one’s object alone, and adopts it when the feed says so', async () => {
    const refused = setUp()
    refused.networkSets.edit(NAME, { nets: ['10.0.0.0/8'], labels: {} })
    const before = refused.networkSets.objects.get(NAME)
    await expect(refused.sync(await refused.store('192.0.2.0/24'))).rejects.toMatchObject({ code: 'GlobalNetworkSetSyncFailed', failureClass: 'user' })
    await refused.sync(null)
    expect(refused.networkSets.objects.get(NAME)).toEqual(before)

    const adopting = setUp(SPEC, { 'threatfeeds.projectcalico.org/adopt': 'true' })
    adopting.networkSets.edit(NAME, { nets: ['10.0.0.0/8'], labels: {} })
    await adopting.sync(await adopting.store('192.0.2.0/24'))
    expect(adopting.networkSets.objects.get(NAME)).toMatchObject({ nets: ['192.0.2.0/24'], labels: { [FEED_UID_LABEL]: adopting.feed.uid } })
  })

  it('G-05 wins a race by planning anew, and gives up a quarrel', async () => {
    const { networkSets, store, sync } = setUp()
    const set = await store('192.0.2.0/24')
    let races = 2
    networkSets.before.write = ({ name }) => {
      if (races-- > 0) networkSets.edit(name, { labels: { [FEED_UID_LABEL]: 'former-life' }, nets: [`10.0.0.${races}/32`] })
    }
    await sync(set)
    expect(networkSets.objects.get(NAME)?.nets).toEqual(['192.0.2.0/24'])
    races = Number.POSITIVE_INFINITY
    networkSets.edit(NAME, { nets: [] })
    await expect(sync(set)).rejects.toMatchObject({ code: 'GlobalNetworkSetSyncFailed', failureClass: 'wait' })
  })

  it('G-05 removes its own when the stanza is gone', async () => {
    const { networkSets, store, sync } = setUp()
    await sync(await store('192.0.2.0/24'))
    expect(await sync(null)).toEqual({ objects: 0, prefixes: 0, writes: 1 })
    expect(networkSets.objects.size).toBe(0)
    expect(await sync(null)).toEqual({ objects: 0, prefixes: 0, writes: 0 })
  })

  it('L-05 a late step of a former life writes nothing and removes nothing of the new one', async () => {
    const { feeds, networkSets, store, sync } = setUp()
    const set = await store('192.0.2.0/24')
    feeds.delete('a')
    await expect(sync(set)).rejects.toMatchObject({ code: 'SpecChanged' })
    const anew = feeds.put('a', SPEC)
    await expect(sync(set)).rejects.toMatchObject({ code: 'SpecChanged' })
    networkSets.edit(NAME, { labels: { [FEED_UID_LABEL]: anew }, nets: ['198.51.100.0/24'] })
    await sync(null)
    expect(networkSets.objects.get(NAME)?.nets).toEqual(['198.51.100.0/24'])
  })

  it.each([
    ['lost its stanza', { pull: PULL }],
    ['has an invalid one', { ...SPEC, globalNetworkSet: { labels: { level: 'not valid!' } } }],
    ['was disabled', { ...SPEC, mode: 'Disabled' }],
  ])('V-23 L-02 a feed that %s meanwhile is looked at again, and nothing is written', async (_what, spec) => {
    const { networkSets, store, sync } = setUp(spec)
    await expect(sync(await store('192.0.2.0/24'))).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(networkSets.objects.size).toBe(0)
  })

  it('G-06 a set of too many prefixes is said with its count, and what exists stays', async () => {
    const { networkSets, store, sync } = setUp()
    await sync(await store('192.0.2.0/24'))
    const many = Array.from({ length: 20_001 }, (_, at) => `10.${at >> 15}.${(at >> 7) & 255}.${(at & 127) * 2}/32`)
    await expect(sync(await store(...many))).rejects.toMatchObject({
      code: 'GlobalNetworkSetSyncFailed',
      message: expect.stringContaining('20001 prefixes'),
    })
    expect(networkSets.objects.get(NAME)?.nets).toEqual(['192.0.2.0/24'])
  })

  it('G-06 network sets that the API server does not serve are GlobalNetworkSetSyncFailed; of a kind never served nothing is to remove', async () => {
    const { networkSets, store, sync } = setUp()
    const failing = (fields: { status?: number }): NetworkSetApi => ({
      ...networkSets,
      list: () => Promise.reject(new FeedFailure('ApiUnavailable', 'user', 'does not serve globalnetworksets', fields)),
    })
    const failed = { code: 'GlobalNetworkSetSyncFailed', message: 'does not serve globalnetworksets' }
    await expect(sync(await store('192.0.2.0/24'), failing({ status: 404 }))).rejects.toMatchObject(failed)
    expect(await sync(null, failing({ status: 404 }))).toEqual({ objects: 0, prefixes: 0, writes: 0 })
    await expect(sync(null, failing({}))).rejects.toMatchObject(failed)
  })

  it('G-06 a set that is gone from the store is said as that', async () => {
    const { sync } = setUp()
    await expect(sync({ sha256: 'absent', members: 1 })).rejects.toMatchObject({ code: 'BlobMissing' })
  })
})
