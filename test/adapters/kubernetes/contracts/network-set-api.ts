import { describe, expect, it } from 'vitest'
import type { NetworkSetApi } from '../../../../activities/ports/network-set-api.ts'
import { FEED_UID_LABEL, type NetworkSetObject } from '../../../../domain/network-set/network-set.ts'
import { NEVER, uniqueName } from '../cluster.ts'

function wanted(feed: string, uid: string, changes: Partial<NetworkSetObject> = {}): NetworkSetObject {
  return { name: `threatfeed.${feed}`, labels: { [FEED_UID_LABEL]: uid, level: 'high' }, annotations: {}, nets: ['192.0.2.0/24'], ...changes }
}

/** What every NetworkSetApi does, the real one and the fake. */
export function networkSetApiContract(make: () => NetworkSetApi): void {
  describe('as a NetworkSetApi', () => {
    it('G-01 creates an object and lists it as it was written', async () => {
      const api = make()
      const [feed, uid] = [uniqueName('created'), uniqueName('uid')]
      expect(await api.list(feed, uid, NEVER)).toEqual([])
      await api.create(wanted(feed, uid), NEVER)
      const [object, ...others] = await api.list(feed, uid, NEVER)
      expect(others).toEqual([])
      expect(object).toMatchObject(wanted(feed, uid))
      expect(object?.uid).toMatch(/./)
      expect(object?.resourceVersion).toMatch(/./)
    })

    it('G-02 lists those of the label, and the one of the name whoever made it', async () => {
      const api = make()
      const [feed, uid] = [uniqueName('listed'), uniqueName('uid')]
      await api.create(wanted(feed, uid, { labels: {} }), NEVER)
      await api.create(wanted(feed, uid, { name: `threatfeed-1.${feed}` }), NEVER)
      await api.create(wanted(feed, uid, { name: `threatfeed-2.${feed}`, labels: {} }), NEVER)
      const names = (await api.list(feed, uid, NEVER)).map(({ name }) => name)
      expect(names.sort()).toEqual([`threatfeed-1.${feed}`, `threatfeed.${feed}`])
    })

    it('G-05 an update or removal of what someone else changed meanwhile says so and writes nothing', async () => {
      const api = make()
      const [feed, uid] = [uniqueName('raced'), uniqueName('uid')]
      await api.create(wanted(feed, uid), NEVER)
      const [stale] = await api.list(feed, uid, NEVER)
      if (stale === undefined) throw new Error('not listed')
      expect(await api.update({ ...stale, nets: ['198.51.100.0/24'], labels: { [FEED_UID_LABEL]: uid } }, NEVER)).toBe(true)
      expect(await api.update({ ...stale, nets: [] }, NEVER)).toBe(false)
      expect(await api.remove(stale, NEVER)).toBe(false)
      const [fresh] = await api.list(feed, uid, NEVER)
      expect(fresh).toMatchObject({ nets: ['198.51.100.0/24'], labels: { [FEED_UID_LABEL]: uid } })
      if (fresh === undefined) throw new Error('not listed')
      expect(await api.remove(fresh, NEVER)).toBe(true)
      expect(await api.remove(fresh, NEVER)).toBe(true)
      expect(await api.update(fresh, NEVER)).toBe(false)
      expect(await api.list(feed, uid, NEVER)).toEqual([])
    })

    it('G-06 creating what exists is GlobalNetworkSetSyncFailed, to be tried again', async () => {
      const api = make()
      const [feed, uid] = [uniqueName('twice'), uniqueName('uid')]
      await api.create(wanted(feed, uid), NEVER)
      await expect(api.create(wanted(feed, uid), NEVER)).rejects.toMatchObject({ code: 'GlobalNetworkSetSyncFailed', failureClass: 'retry' })
    })

    it('keeps annotations of others', async () => {
      const api = make()
      const [feed, uid] = [uniqueName('kept'), uniqueName('uid')]
      await api.create(wanted(feed, uid, { annotations: { 'example.com/note': 'x' } }), NEVER)
      const [object] = await api.list(feed, uid, NEVER)
      if (object === undefined) throw new Error('not listed')
      await api.update({ ...object, annotations: {} }, NEVER)
      expect((await api.list(feed, uid, NEVER))[0]?.annotations).toEqual({ 'example.com/note': 'x' })
    })
  })
}
