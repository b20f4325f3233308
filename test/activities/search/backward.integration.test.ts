import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createMatcherCache } from '../../../activities/search/matcher-cache.ts'
import { planSearch } from '../../../activities/search/plan-search.ts'
import { createSearchTools } from '../../../activities/search/search-ports.ts'
import { searchSlice } from '../../../activities/search/search-slice.ts'
import { spansBetween } from '../../../domain/search/spans.ts'
import { dns, flow, searchWorld, signal, type SearchWorld } from './world.ts'

let world: SearchWorld
beforeEach(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '', 2)
})
afterEach(() => world.close())

const DAY_MS = 86_400_000
const ago = (ms: number): Record<string, unknown> => ({ end_time: Math.floor((Date.now() - ms) / 1000), '@timestamp': Date.now() - ms })

describe('backward', () => {
  it('Q-07 finds members new to a set in the logs kept up to the window, not in later ones', async () => {
    const owed = await world.set(['198.51.100.0/24', '2001:db8::1/128', '203.0.113.77/32'])
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' }), flow({ source_ip: '198.51.100.9' }), flow({ dest_ip: '2001:db8::1' }), flow({})])
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' })], 'b')
    const { cursor: upTo } = await world.forward({ set: null, cursor: null })
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' })])
    await world.forward({ set: null, cursor: null })
    expect(await world.backward({ owed, upTo })).toMatchObject({ position: null, hits: 4, newEvents: 4, cost: { way: 'digest' } })
    // Searched again it finds the same events.
    expect(await world.backward({ owed, upTo })).toMatchObject({ position: null, hits: 4, newEvents: 0 })
  })

  it('Q-07 looks back so far and no further, by ingest time first', async () => {
    const owed = await world.set(['203.0.113.77/32'])
    const old = ago(9 * DAY_MS)
    const ids = await world.log('flow', [
      flow({ dest_ip: '203.0.113.77', ...old }),
      flow({ dest_ip: '203.0.113.77', ...old, generated_time: new Date().toISOString() }),
      flow({ dest_ip: '203.0.113.77', ...ago(DAY_MS), generated_time: new Date(Date.now() - 9 * DAY_MS).toISOString() }),
      flow({ dest_ip: '203.0.113.77', ...old, '@timestamp': Date.now() }),
      { dest_ip: '203.0.113.77' },
      { dest_ip: '203.0.113.77', end_time: old['end_time'] },
    ])
    const { cursor: upTo } = await world.forward({ set: null, cursor: null })
    await world.backward({ owed, upTo })
    const found = [...(await world.events()).values()].map(({ source }) => source['record'])
    expect(new Set(found.map((record) => (typeof record === 'object' && record !== null && 'flow_log_id' in record ? record.flow_log_id : null)))).toEqual(
      new Set([ids[1], ids[3], ids[4]]),
    )
    expect(await world.backward({ owed, upTo, lookbackMs: 0 })).toMatchObject({ position: null, hits: 0 })
  })

  it('Q-07 finds the same logs by a list of addresses as by matching distinct ones', async () => {
    const owed = await world.set(['10.9.0.0/16', '203.0.113.77/32', '2001:db8:7::/48', '2001:db8::1/128'])
    const listed = ['10.9.8.7', '203.0.113.77', '2001:db8::1', '2001:db8:7::9']
    await world.log('flow', [...listed, '10.10.0.1', '203.0.113.78', '2001:db8::2'].map((dest_ip) => flow({ dest_ip })))
    await world.log('flow', [flow({ source_ip: listed[0], dest_ip: listed[1] }), flow({ source_ip: null, dest_ip: null })], 'b')
    const { cursor } = await world.forward({ set: null, cursor: null })
    const window = await world.ports.windows.read('flow', cursor.number, signal())
    const spans = spansBetween(null, window?.points ?? [])
    const matcher = await createMatcherCache(world.blobs).matcher('IPSet', owed, 'exact', signal())
    const wanted = { feedName: 'some-feed', content: 'IPSet', setVersion: owed.sha256, matcher, notBefore: new Date(Date.now() - DAY_MS).toISOString() } as const
    // As many logs as make a list the cheaper way.
    const list = await planSearch(world.ports, createSearchTools(world.ports), { content: 'IPSet', owed }, 2_000_000, signal())
    expect(list.way).toBe('terms')
    for (const [plan, newEvents] of [[list, 5], [{ ...list, way: 'digest' }, 0]] as const) {
      const portions = []
      for await (const portion of searchSlice(world.ports, wanted, plan, spans, signal())) portions.push(portion)
      expect(portions).toMatchObject([{ hits: 5, newEvents, unreachable: [], spans, left: [] }])
    }
  })

  it('Q-07 finds names in whatever form old logs hold them', async () => {
    const owed = await world.set(['bad.example', 'xn--bcher-kva.example'])
    await world.log('dns', [
      dns({ qname: 'BÜCHER.example.' }),
      dns({ rrsets: [{ name: 'x.example', type: 'MX', rdata: ['10 Bad.Example.'] }] }),
      dns({ qname: 'notbad.example' }),
    ])
    const { cursor: upTo } = await world.forward({ content: 'DomainNameSet', set: null, cursor: null })
    expect(await world.backward({ content: 'DomainNameSet', owed, upTo })).toMatchObject({ position: null, hits: 2, newEvents: 2 })
  })

  it('Q-07 comes back to shards that could not be reached once all others are searched', async () => {
    const owed = await world.set(['203.0.113.77/32'])
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' })])
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' })], 'b')
    const { cursor: upTo } = await world.forward({ set: null, cursor: null })
    const index = world.index('flow', 'b')
    await world.client.indices.close({ index })
    const first = await world.backward({ owed, upTo })
    expect(first).toMatchObject({ hits: 1, newEvents: 1 })
    expect(first.position).not.toBeNull()
    await expect(world.backward({ owed, upTo, position: first.position })).rejects.toMatchObject({ code: 'SearchFailed' })
    await world.client.indices.open({ index })
    await world.client.cluster.health({ index, wait_for_status: 'yellow', timeout: '60s' })
    expect(await world.backward({ owed, upTo, position: first.position })).toMatchObject({ position: null, hits: 1, newEvents: 1 })
  })
})
