import { describe, expect, it } from 'vitest'
import type { NetworkSetApi, NetworkSetOwner } from '../../../../activities/ports/network-set-api.ts'
import { FEED_UID_LABEL, type HeldNetworkSet, type NetworkSet, SPAN_ANNOTATION } from '../../../../domain/network-set/network-set.ts'
import { NEVER, uniqueName } from '../cluster.ts'

function wanted(owner: NetworkSetOwner, changes: Partial<NetworkSet> = {}): NetworkSet {
  return { name: `threatfeed.${owner.name}`, labels: { [FEED_UID_LABEL]: owner.uid, level: 'high' }, annotations: {}, nets: ['192.0.2.0/24'], ...changes }
}

function someFeed(start: string): NetworkSetOwner {
  return { name: uniqueName(start), uid: uniqueName('uid') }
}

async function created(api: NetworkSetApi, object: NetworkSet, owner: NetworkSetOwner): Promise<HeldNetworkSet> {
  const made = await api.create(object, owner, NEVER)
  if (made === null) throw new Error('not created')
  return made
}

/** What every NetworkSetApi does, the real one and the fake. */
export function networkSetApiContract(make: () => NetworkSetApi): void {
  describe('as a NetworkSetApi', () => {
    it('G-01 creates an object, lists it as it was made, and reads its prefixes', async () => {
      const api = make()
      const feed = someFeed('created')
      expect(await api.list(feed, 'labelled-or-named', NEVER)).toEqual([])
      const made = await created(api, wanted(feed, { annotations: { [SPAN_ANNOTATION]: 'x' } }), feed)
      const [listed, ...others] = await api.list(feed, 'labelled-or-named', NEVER)
      expect(others).toEqual([])
      expect(listed).toMatchObject({ name: `threatfeed.${feed.name}`, labels: wanted(feed).labels, annotations: { [SPAN_ANNOTATION]: 'x' } })
      expect(listed).toEqual(expect.objectContaining({ uid: made.uid, resourceVersion: made.resourceVersion }))
      expect(listed).not.toHaveProperty('nets')
      expect(await api.read(made, NEVER)).toEqual(['192.0.2.0/24'])
    })

    it('G-02 lists those of the label, and those of the feed’s names whoever made them', async () => {
      const api = make()
      const feed = someFeed('listed')
      await created(api, wanted(feed, { labels: {} }), feed)
      await created(api, wanted(feed, { name: `threatfeed-1.${feed.name}` }), feed)
      await created(api, wanted(feed, { name: `threatfeed-2.${feed.name}`, labels: {} }), feed)
      await created(api, wanted(feed, { name: `threatfeed-3.${feed.name}`, labels: { [FEED_UID_LABEL]: 'former' } }), feed)
      await created(api, wanted(feed, { name: uniqueName('renamed') }), feed)
      await created(api, wanted(feed, { name: `threatfeed.x${feed.name}`, labels: { [FEED_UID_LABEL]: 'another' } }), feed)
      const names = (await api.list(feed, 'labelled-or-named', NEVER)).map(({ name }) => name)
      expect(names.sort()).toEqual([expect.stringMatching(/^renamed/), ...[1, 2, 3].map((k) => `threatfeed-${k}.${feed.name}`), `threatfeed.${feed.name}`])
      const labelled = (await api.list(feed, 'labelled', NEVER)).map(({ name }) => name)
      expect(labelled.sort()).toEqual([expect.stringMatching(/^renamed/), `threatfeed-1.${feed.name}`])
    })

    it('G-05 an update, removal or read of what someone else changed meanwhile says so and writes nothing', async () => {
      const api = make()
      const feed = someFeed('raced')
      const stale = await created(api, wanted(feed), feed)
      expect(await api.update(stale, wanted(feed, { nets: ['198.51.100.0/24'], labels: { [FEED_UID_LABEL]: feed.uid } }), feed, NEVER)).toBe(true)
      expect(await api.read(stale, NEVER)).toBeNull()
      expect(await api.update(stale, wanted(feed, { nets: [] }), feed, NEVER)).toBe(false)
      expect(await api.remove(stale, NEVER)).toBe(false)
      const [fresh] = await api.list(feed, 'labelled-or-named', NEVER)
      if (fresh === undefined) throw new Error('not listed')
      expect(fresh.labels).toEqual({ [FEED_UID_LABEL]: feed.uid })
      expect(await api.read(fresh, NEVER)).toEqual(['198.51.100.0/24'])
      expect(await api.remove(fresh, NEVER)).toBe(true)
      expect(await api.remove(fresh, NEVER)).toBe(true)
      expect(await api.read(fresh, NEVER)).toBeNull()
      expect(await api.update(fresh, wanted(feed), feed, NEVER)).toBe(false)
      expect(await api.list(feed, 'labelled-or-named', NEVER)).toEqual([])
    })

    it('G-04 creating what exists says so and leaves it', async () => {
      const api = make()
      const feed = someFeed('twice')
      const made = await created(api, wanted(feed), feed)
      expect(await api.create(wanted(feed, { nets: [] }), feed, NEVER)).toBeNull()
      expect(await api.read(made, NEVER)).toEqual(['192.0.2.0/24'])
    })

    it('G-05 keeps annotations of others, and takes the span off', async () => {
      const api = make()
      const feed = someFeed('kept')
      const made = await created(api, wanted(feed, { annotations: { 'example.com/note': 'x', [SPAN_ANNOTATION]: 'y' } }), feed)
      await api.update(made, wanted(feed), feed, NEVER)
      expect((await api.list(feed, 'labelled-or-named', NEVER))[0]?.annotations).toEqual({ 'example.com/note': 'x' })
    })
  })
}
