import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it } from 'vitest'
import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import { FEW, scattered } from '../domain/network-set/given.ts'
import { NAME, PULL, setUp, SPEC } from './network-set-world.ts'

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

  it.each<readonly [string, Record<string, string>]>([
    ['changed', { level: 'low' }],
    ['put beside ours', { level: 'high', more: 'x' }],
    ['taken off', {}],
  ])('G-05 reverts labels that were %s though all else stayed', async (_, labels) => {
    const { networkSets, feed, store, sync } = setUp()
    const set = await store('192.0.2.0/24')
    await sync(set)
    networkSets.edit(NAME, { labels: { ...labels, [FEED_UID_LABEL]: feed.uid } })
    expect(await sync(set)).toMatchObject({ writes: 1 })
    expect(networkSets.objects.get(NAME)?.labels).toEqual({ level: 'high', [FEED_UID_LABEL]: feed.uid })
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

  it('G-02 G-06 leaves another one’s object alone, and adopts it when the feed says so', async () => {
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
    networkSets.hooks.beforeWrite = (name) => {
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

  it('G-04 a set of any size is spread over further objects, which go when it is small again', async () => {
    const { networkSets, store, sync } = setUp(SPEC, {}, FEW)
    expect(await sync(await store(...scattered(40)))).toEqual({ objects: 8, prefixes: 40, writes: 8 })
    const objects = [...networkSets.objects.values()]
    expect(objects.map(({ name }) => name)).toEqual([NAME, ...[1, 2, 3, 4, 5, 6, 7].map((k) => `threatfeed-${k}.a`)])
    expect(objects.flatMap(({ nets }) => nets)).toEqual(scattered(40))
    expect(new Set(objects.map(({ labels }) => JSON.stringify(labels))).size).toBe(1)
    expect(await sync(await store(...scattered(40), '11.0.0.1/32'))).toMatchObject({ objects: 8, writes: 1 })
    expect(await sync(await store(...scattered(3)))).toEqual({ objects: 1, prefixes: 3, writes: 8 })
    expect([...networkSets.objects.values()]).toMatchObject([{ name: NAME, annotations: {}, nets: scattered(3) }])
  })

  it('G-04 another one’s object in the way of a further name stays as it is, and another name is taken', async () => {
    const { networkSets, store, sync } = setUp(SPEC, {}, FEW)
    for (const k of [1, 2, 4, 5, 6, 7, 8, 9]) networkSets.edit(`threatfeed-${k}.a`, { nets: ['10.0.0.0/8'], labels: { mine: 'yes' } })
    const before = new Map(networkSets.objects)
    expect(await sync(await store(...scattered(20)))).toMatchObject({ objects: 4, writes: 4 })
    for (const [name, object] of before) expect(networkSets.objects.get(name)).toEqual(object)
    expect([...networkSets.objects.keys()].filter((name) => !before.has(name))).toEqual([NAME, 'threatfeed-3.a', 'threatfeed-10.a', 'threatfeed-11.a'])
    await sync(null)
    expect(networkSets.objects).toEqual(before)
  })

  it('G-04 the longest name of a feed works through further objects', async () => {
    const name = 'a'.repeat(230)
    const { networkSets, store, sync } = setUp(SPEC, {}, FEW, name)
    await sync(await store(...scattered(20)))
    expect([...networkSets.objects.keys()]).toEqual([`threatfeed.${name}`, ...[1, 2, 3].map((k) => `threatfeed-${k}.${name}`)])
    await sync(null)
    expect(networkSets.objects.size).toBe(0)
  })

  it('G-04 G-05 what others moved from object to object is covered at every write while it is moved back', async () => {
    const { networkSets, store, sync } = setUp(SPEC, {}, FEW)
    const set = await store(...scattered(9))
    await sync(set)
    const [lower, upper] = [NAME, 'threatfeed-1.a'].map((name) => networkSets.objects.get(name)?.nets ?? [])
    networkSets.edit(NAME, { nets: upper ?? [] })
    networkSets.edit('threatfeed-1.a', { nets: lower ?? [] })
    networkSets.hooks.afterWrite = () => expect([...networkSets.objects.values()].flatMap(({ nets }) => nets)).toEqual(expect.arrayContaining(scattered(9)))
    expect(await sync(set)).toEqual({ objects: 2, prefixes: 9, writes: 4 })
    expect([...networkSets.objects.values()].map(({ name, nets }) => [name, nets])).toEqual([[NAME, lower], ['threatfeed-1.a', upper]])
  })

  it('G-05 a span that others changed is written again, and taken off an object that owns all', async () => {
    const { networkSets, store, sync } = setUp(SPEC, {}, FEW)
    const span = (): string | undefined => networkSets.objects.get(NAME)?.annotations[SPAN_ANNOTATION]
    for (const count of [9, 3]) {
      const set = await store(...scattered(count))
      await sync(set)
      const before = span()
      networkSets.edit(NAME, { annotations: { [SPAN_ANNOTATION]: '0.0.0.0-11.0.0.6' } })
      await sync(set)
      expect(span()).toBe(before)
    }
  })

  it('G-05 a cancellation ends it between two writes', async () => {
    const { networkSets, environment, store, sync } = setUp(SPEC, {}, FEW)
    const set = await store(...scattered(40))
    networkSets.hooks.afterWrite = () => environment.cancel()
    await expect(sync(set)).rejects.toMatchObject({ name: 'CancelledFailure' })
    expect(networkSets.objects.size).toBe(1)
  })

  it('G-05 objects of a former life of the feed are taken over while it lives, and left alone by a cleanup that is late', async () => {
    const { feeds, networkSets, blobs, feed, store, sync } = setUp(SPEC, {}, FEW)
    const set = await store(...scattered(20))
    await sync(set)
    feeds.delete('a')
    const next = { ...feed, uid: feeds.put('a', SPEC) }
    const nextSync = (to: SetRef | null) => new MockActivityEnvironment().run(createSyncNetworkSet({ feeds, networkSets, blobs, limits: FEW }), { feed: next, set: to })
    expect(await nextSync(await store(...scattered(14)))).toMatchObject({ objects: 3 })
    const taken = new Map(networkSets.objects)
    for (const { labels } of taken.values()) expect(labels[FEED_UID_LABEL]).toBe(next.uid)
    expect(taken.size).toBe(3)
    await sync(null)
    await expect(sync(set)).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(networkSets.objects).toEqual(taken)
    await nextSync(null)
    expect(networkSets.objects.size).toBe(0)
  })

  it('L-05 what another life makes while a step of the former one lists is not taken for a former one’s', async () => {
    const { feeds, networkSets, store, sync } = setUp(SPEC, {}, FEW)
    const set = await store(...scattered(20))
    await sync(set)
    let anew = ''
    const list: NetworkSetApi['list'] = async (...args) => {
      feeds.delete('a')
      anew = feeds.put('a', SPEC)
      networkSets.edit(NAME, { labels: { [FEED_UID_LABEL]: anew }, nets: ['198.51.100.0/24'] })
      return networkSets.list(...args)
    }
    await expect(sync(set, { ...networkSets, list })).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(networkSets.objects.get(NAME)).toMatchObject({ labels: { [FEED_UID_LABEL]: anew }, nets: ['198.51.100.0/24'] })
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
