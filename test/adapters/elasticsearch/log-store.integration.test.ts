import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ShardPoint, Span } from '../../../domain/search/window.ts'
import { dns, flow, searchWorld, signal, type SearchWorld } from '../../activities/search/world.ts'

let world: SearchWorld
beforeAll(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '', 2)
})
afterAll(() => world.close())

const whole = ({ index, uuid, history, shard, checkpoint }: ShardPoint): Span => ({ index, uuid, history, shard, after: -1, upTo: checkpoint })
const destinations = (found: readonly { readonly field: string; readonly values: readonly string[] }[]): readonly string[] =>
  [...(found.find(({ field }) => field === 'dest_ip')?.values ?? [])].sort()

describe('the shards of many indices', () => {
  it('Q-06 are each reached by sequence number, more indices than one request line can name', async () => {
    // 20 names of 235 characters are 4.7 kB; a request line may have 4.
    const parts = Array.from({ length: 20 }, (_, i) => `many-${String(i).padStart(190, '0')}`)
    for (const [i, part] of parts.entries()) await world.log('flow', [flow({ dest_ip: `203.0.113.${i}` })], part)
    const points = await world.ports.logs.checkpoints('flow', signal())
    await world.ports.logs.refresh('flow', points, signal())
    expect(points).toHaveLength(40)
    const spans = points.map(whole).filter(({ upTo }) => upTo >= 0)
    const { found, unreachable } = await world.ports.logs.digest({ kind: 'flow', spans }, signal())
    expect(unreachable).toEqual([])
    expect(destinations(found)).toEqual(parts.map((_, i) => `203.0.113.${i}`).sort())
    // Half of them: what lies outside the spans is not found.
    const half = await world.ports.logs.digest({ kind: 'flow', spans: spans.slice(0, 10) }, signal())
    expect(destinations(half.found)).toHaveLength(10)
    for (const part of parts) await world.client.indices.delete({ index: world.index('flow', part) })
  })

  it('Q-06 are told apart: one that answers, one that is red, one that is closed, one that is gone, one that has no such shard', async () => {
    await world.log('flow', [flow({ dest_ip: '192.0.2.1' }), flow({ dest_ip: '192.0.2.1' }), flow({ dest_ip: '192.0.2.1' }), flow({ dest_ip: '192.0.2.1' })], 'good')
    await world.log('flow', [flow({})], 'closed')
    await world.client.indices.create({
      index: world.index('flow', 'red'),
      wait_for_active_shards: 0,
      settings: { 'index.routing.allocation.require._name': 'nowhere' },
    })
    const points = await world.ports.logs.checkpoints('flow', signal())
    await world.ports.logs.refresh('flow', points, signal())
    await world.client.indices.close({ index: world.index('flow', 'closed') })
    const settings = await world.client.indices.getSettings({ index: world.index('flow', '*'), expand_wildcards: 'all' })
    const span = (part: string, shard = 0): Span => {
      const index = world.index('flow', part)
      return { index, uuid: settings[index]?.settings?.index?.uuid ?? 'gone', history: 'h', shard, after: -1, upTo: 9 }
    }
    const good = points.map(whole).filter(({ index, upTo }) => index === world.index('flow', 'good') && upTo >= 0)
    const spans = [...good, span('red'), span('closed'), span('gone'), span('good', 7)]
    const { found, unreachable } = await world.ports.logs.digest({ kind: 'flow', spans }, signal())
    expect(destinations(found)).toEqual(['192.0.2.1'])
    expect(new Set(unreachable)).toEqual(new Set([span('red'), span('closed'), span('good', 7)]))

    const ids: string[] = []
    const lost: Span[] = []
    for await (const page of world.ports.logs.find({ kind: 'flow', spans }, { field: 'dest_ip', values: ['192.0.2.0-192.0.2.255'] }, signal())) {
      ids.push(...page.found.map(({ id }) => id))
      lost.push(...page.unreachable)
    }
    expect(ids).toHaveLength(4)
    expect(new Set(lost)).toEqual(new Set(unreachable))
  })
})

describe('distinct addresses', () => {
  it('Q-07 are the same cut by value, as of very many logs, as all at once, those of several in one log too', async () => {
    const addresses = ['0.0.0.0', '10.64.0.1', '10.64.0.2', '127.255.255.255', '192.0.2.1', '255.255.255.255', '::', '::1', '2001:db8::1', 'fe80::1', 'ffff::ffff']
    await world.log('flow', [...addresses.map((dest_ip) => flow({ dest_ip })), flow({ dest_ip: ['1.2.3.4', '203.0.113.9', '2001:db8::2'] }), flow({ dest_ip: null })], 'cut')
    const points = await world.ports.logs.checkpoints('flow', signal())
    await world.ports.logs.refresh('flow', points, signal())
    const spans = points.map(whole).filter(({ index, upTo }) => index === world.index('flow', 'cut') && upTo >= 0)
    const atOnce = await world.ports.logs.digest({ kind: 'flow', spans }, signal())
    expect(destinations(atOnce.found)).toEqual([...addresses, '1.2.3.4', '203.0.113.9', '2001:db8::2'].sort())
    // As many logs as must be cut, most of which are not there.
    const many = spans.map((span) => ({ ...span, upTo: 20_000_000 }))
    const pages: string[] = []
    const cut = await world.ports.logs.digest({ kind: 'flow', spans: many }, signal(), async ({ field, values }, within) => {
      expect(within.every((span) => many.includes(span))).toBe(true)
      if (field === 'dest_ip') pages.push(...values)
    })
    expect(cut).toEqual({ found: [{ field: 'source_ip', values: [] }, { field: 'dest_ip', values: [] }], unreachable: [] })
    expect([...new Set(pages)].sort()).toEqual(destinations(atOnce.found))
    expect(destinations((await world.ports.logs.digest({ kind: 'flow', spans: many }, signal())).found)).toEqual(destinations(atOnce.found))
  })
})

describe('logs that hold as much as an answer of the DNS can', () => {
  it('Q-10 are read in pages of which none is over 16 MiB, by the digest too, and none is left out', async () => {
    const long = (n: number): string => `${String(n)}-${'t'.repeat(31_000)}`
    const logs = Array.from({ length: 800 }, (_, n) => dns({ rrsets: [{ name: 'tunnel.example', type: 'TXT', class: 'IN', rdata: [long(n)] }] }))
    for (let at = 0; at < logs.length; at += 200) await world.log('dns', logs.slice(at, at + 200), 'long')
    const points = await world.ports.logs.checkpoints('dns', signal())
    await world.ports.logs.refresh('dns', points, signal())
    const spans = points.map(whole).filter(({ upTo }) => upTo >= 0)
    let longest = 0
    world.client.diagnostic.on('response', (_, result) => (longest = Math.max(longest, JSON.stringify(result?.body ?? '').length)))

    const pages: number[] = []
    const ids = new Set<string>()
    for await (const { found, unreachable, matching } of world.ports.logs.find({ kind: 'dns', spans }, { field: 'qname', values: ['www.example.org'] }, signal())) {
      expect(unreachable).toEqual([])
      expect(matching).toBeGreaterThan(0)
      pages.push(found.length)
      for (const { id } of found) ids.add(id)
    }
    expect(ids.size).toBe(800)
    expect(pages.reduce((sum, count) => sum + count)).toBe(800)
    const { found } = await world.ports.logs.digest({ kind: 'dns', spans }, signal())
    expect(found.find(({ field }) => field === 'rrsets.rdata')?.values).toHaveLength(800)
    expect(longest).toBeGreaterThan(1024 * 1024)
    expect(longest).toBeLessThanOrEqual(16 * 1024 * 1024)
  })
})
