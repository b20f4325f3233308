import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createSearchTools, type SearchTools } from '../../../activities/search/search-ports.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import type { WindowCursor } from '../../../domain/search/window.ts'
import { flow, searchWorld, type SearchWorld } from './world.ts'

let world: SearchWorld
/** What was asked of the indices of logs since it was emptied. */
const asked: string[] = []

beforeAll(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
  world.client.diagnostic.on('request', (_, event) => {
    const { path = '', body } = event?.meta.request.params ?? {}
    if (!path.includes('_flows.')) return
    asked.push(!path.includes('/_search') ? (path.split('?', 1)[0]?.split('/').pop() ?? '') : String(body).includes('composite') ? 'digest' : 'search')
  })
})
afterAll(() => world.close())

function counted(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const what of asked.splice(0)) counts[what] = (counts[what] ?? 0) + 1
  return counts
}

/** One window further for a feed of its own, each with a set of its own. */
async function search(tools: SearchTools, feed: number, set: SetRef, cursor: WindowCursor | null, fresh = false) {
  return world.forward({ feed: { cluster: world.cluster, name: `feed-${feed}`, uid: `uid-${feed}` }, set, cursor, fresh }, tools)
}

async function setsFor(feeds: number): Promise<readonly SetRef[]> {
  return Promise.all(Array.from({ length: feeds }, (_, feed) => world.set([`203.0.113.${feed}/32`, `198.51.100.${feed}/32`])))
}

describe('the feeds of a worker', () => {
  it('Q-06 Q-10 that are late find all their logs, and ask for those alone that no feed before them asked for', async () => {
    const [set = { sha256: '', members: 0 }] = await setsFor(1)
    const tools = createSearchTools(world.ports)
    const early = (await search(tools, 0, set, null, true)).cursor
    await world.log('flow', [flow({ dest_ip: '203.0.113.0' })])
    const middle = (await search(tools, 1, set, early, true)).cursor
    await world.log('flow', [flow({ dest_ip: '203.0.113.0' }), flow({ dest_ip: '192.0.2.1' })])
    counted()
    expect(await search(tools, 1, set, middle, true)).toMatchObject({ hits: 1, newEvents: 1 })
    expect(counted()['digest']).toBe(1)
    expect(await search(tools, 2, set, early)).toMatchObject({ hits: 2, newEvents: 2 })
    expect(counted()).toEqual({ search: 1 })
  })

  it('Q-06 Q-10 that ask for one window at the same moment, fifty of them, are answered by one digest, and only those that something was found for ask more', async () => {
    const sets = await setsFor(50)
    const tools = createSearchTools(world.ports)
    const start = (await search(tools, 0, sets[0] ?? { sha256: '', members: 0 }, null, true)).cursor
    await world.log('flow', [flow({ dest_ip: '203.0.113.7' }), flow({ dest_ip: '198.51.100.8' }), flow({ dest_ip: '192.0.2.1' })])
    world.clock.at += 60_000
    counted()
    const searched = await Promise.all(sets.map((set, feed) => search(tools, feed, set, start)))
    expect(searched.map(({ newEvents }) => newEvents)).toEqual(sets.map((_, feed) => (feed === 7 || feed === 8 ? 1 : 0)))
    expect(new Set(searched.map(({ cursor }) => cursor.number)).size).toBe(1)
    // Two that found something, and a look for all whether logs can be searched at all.
    const { digest, search: others = 0 } = counted()
    expect(digest).toBe(1)
    expect(others).toBeGreaterThanOrEqual(2)
    expect(others).toBeLessThanOrEqual(3)
    // And again for the next window, of which nothing was kept.
    await world.log('flow', [flow({ dest_ip: '192.0.2.2' })])
    world.clock.at += 60_000
    counted()
    await Promise.all(sets.map((set, feed) => search(tools, feed, set, searched[feed]?.cursor ?? start)))
    expect(counted()).toMatchObject({ digest: 1 })
  })

  it('Q-06 do not stop others when one of them is cancelled, and ask again for what failed', async () => {
    const [set = { sha256: '', members: 0 }] = await setsFor(1)
    const logs = { ...world.ports.logs, digest: world.ports.logs.digest }
    const tools = createSearchTools({ ...world.ports, logs })
    const start = (await search(tools, 0, set, null, true)).cursor
    await world.log('flow', [flow({ dest_ip: '203.0.113.0' })])
    logs.digest = async () => {
      throw new Error('away')
    }
    await expect(search(tools, 0, set, start, true)).rejects.toThrow('away')
    logs.digest = world.ports.logs.digest
    expect(await search(tools, 0, set, start)).toMatchObject({ newEvents: 1 })
  })
})

describe('an unchanged minute', () => {
  it('Q-10 without new logs costs no search, and without hits nothing but the shared one', async () => {
    const sets = await setsFor(5)
    const tools = createSearchTools(world.ports)
    const start = (await search(tools, 0, sets[0] ?? { sha256: '', members: 0 }, null, true)).cursor
    counted()
    for (const [i, set] of sets.entries()) await search(tools, i, set, start)
    expect(counted()).toEqual({})
    await world.log('flow', [flow({ dest_ip: '192.0.2.1' })])
    counted()
    await search(tools, 0, sets[0] ?? { sha256: '', members: 0 }, start, true)
    counted()
    for (const [i, set] of sets.entries()) await search(tools, i, set, start)
    expect(counted()).toEqual({})
  })
})
