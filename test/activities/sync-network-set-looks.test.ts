import { describe, expect, it } from 'vitest'
import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { FEED_UID_LABEL } from '../../domain/network-set/network-set.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import { FEW, scattered } from '../domain/network-set/given.ts'
import { setUp, SPEC } from './network-set-world.ts'

describe('what a sync looks for', () => {
  const MEMBERS = scattered(20)

  async function written() {
    const { networkSets, store, sync } = setUp(SPEC, {}, FEW)
    const set = await store(...MEMBERS)
    await sync(set)
    const sought: string[] = []
    const api: NetworkSetApi = {
      ...networkSets,
      list: (owner, which, signal) => {
        sought.push(which)
        return networkSets.list(owner, which, signal)
      },
    }
    const nets = () => [...networkSets.objects.values()].flatMap((object) => object.nets).sort()
    const look = async (touched?: boolean, what: SetRef | null = set) => {
      sought.length = 0
      await sync(what, api, touched)
      return sought
    }
    return { networkSets, store, look, nets }
  }

  it('G-05 objects with the feed’s label alone as long as nobody touched them and none is missing; else all that has a name of its', async () => {
    const { networkSets, look, nets, store } = await written()
    expect(await look(false)).toEqual(['labelled'])
    expect(await look(false, await store(...MEMBERS, '12.0.0.0/32'))).toEqual(['labelled'])
    expect(nets()).toEqual([...MEMBERS, '12.0.0.0/32'].sort())
    expect(await look(true)).toEqual(['labelled-or-named'])
    expect(await look()).toEqual(['labelled-or-named'])
    networkSets.edit('threatfeed-2.a', { labels: {} })
    expect(await look(false)).toEqual(['labelled', 'labelled-or-named'])
    expect(nets()).toEqual([...MEMBERS].sort())
    expect(await look(false)).toEqual(['labelled'])
    networkSets.edit('threatfeed.a', { labels: { [FEED_UID_LABEL]: 'former-life' } })
    expect(await look(false)).toEqual(['labelled', 'labelled-or-named'])
    expect(await look(false)).toEqual(['labelled'])
  })

  it('G-05 an object without its label whose few addresses another one has room for is found all the same', async () => {
    const { networkSets, look, nets, store } = await written()
    const fewer = [...MEMBERS.slice(0, 3), ...MEMBERS.slice(8)]
    const set = await store(...fewer)
    await look(false, set)
    expect(networkSets.objects.get('threatfeed-1.a')?.nets).toHaveLength(2)
    networkSets.edit('threatfeed-1.a', { labels: {} })
    await look(false, set)
    expect(nets()).toEqual([...fewer].sort())
    expect(networkSets.objects.get('threatfeed-1.a')?.labels).toMatchObject({ level: 'high' })
  })

  it('G-05 all of them once somebody was there first, and when they are to go', async () => {
    const { networkSets, look, nets, store } = await written()
    // A hand that takes the label off what is about to be written.
    let raced = false
    networkSets.hooks.beforeWrite = (name) => {
      if (!raced) networkSets.edit(name, { labels: {} })
      raced = true
    }
    expect(await look(false, await store(...MEMBERS, '12.0.0.1/32'))).toEqual(['labelled', 'labelled-or-named'])
    expect(nets()).toEqual([...MEMBERS, '12.0.0.1/32'].sort())
    networkSets.edit('threatfeed-9.a', { labels: { [FEED_UID_LABEL]: 'former-life' } })
    expect(await look(false, null)).toEqual(['labelled-or-named'])
    expect(networkSets.objects.size).toBe(0)
  })
})
