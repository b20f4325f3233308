import { errors, type Client } from '@elastic/elasticsearch'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { elasticsearchEventStore } from '../../../adapters/elasticsearch/event-store.ts'
import { buildEvent } from '../../../domain/events/build-event.ts'
import type { SearchedField } from '../../../domain/search/log.ts'
import { flow, searchWorld, signal, type SearchWorld } from '../../activities/search/world.ts'
import { anyLog } from '../../domain/events/any-log.ts'

let world: SearchWorld
beforeEach(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
})
afterEach(() => world.close())

const event = (id: string, fields: Readonly<Record<string, unknown>> = {}) => ({ id, document: { type: 'gtf_suspicious_flow', origin: 'some-feed', ...fields } })

describe('security events', () => {
  it('E-01 go to an index behind the alias, made with a mapping when nothing is there', async () => {
    expect(await world.ports.events.write([event('a', { source_ip: '2001:db8::1', time: '2026-01-01T00:00:00Z' })], signal())).toBe(1)
    const mapping = await world.client.indices.getMapping({ index: world.alias })
    expect(Object.values(mapping)[0]?.mappings.properties).toMatchObject({ source_ip: { type: 'ip' }, severity: { type: 'integer' } })
  })

  it('E-01 go to an index of that very name where it exists', async () => {
    await world.client.indices.create({ index: world.alias })
    expect(await world.ports.events.write([event('a')], signal())).toBe(1)
    expect([...(await world.events()).values()].map(({ index }) => index)).toEqual([world.alias])
  })

  it('E-01 go through an alias of any name to the index that is marked to take them, and into no other', async () => {
    const [old, now, alias] = [`${world.alias}.theirs-1`, `${world.alias}.theirs-2`, `${world.alias}.by-another-name`]
    await world.client.indices.create({ index: old, aliases: { [alias]: {} } })
    await world.client.indices.create({ index: now, aliases: { [alias]: { is_write_index: true } } })
    expect(await elasticsearchEventStore(world.client, { events: alias }).write([event('a')], signal())).toBe(1)
    expect((await world.client.get({ index: now, id: 'a' })).found).toBe(true)
  })

  it('E-01 say that an alias of two indices without a mark takes no writes, and are not written anywhere', async () => {
    const alias = `${world.alias}.unmarked`
    for (const part of ['1', '2']) await world.client.indices.create({ index: `${world.alias}.part-${part}`, aliases: { [alias]: {} } })
    const writing = elasticsearchEventStore(world.client, { events: alias }).write([event('a')], signal())
    await expect(writing).rejects.toMatchObject({ code: 'SearchFailed', failureClass: 'user', message: expect.stringContaining(alias) })
  })

  it('E-03 are never written a second time, over a rollover of the events', async () => {
    expect(await world.ports.events.write([event('a'), event('b')], signal())).toBe(2)
    await world.client.indices.rollover({ alias: world.alias })
    expect(await world.ports.events.write([event('a'), event('b'), event('c')], signal())).toBe(1)
    const events = await world.events()
    expect([...events.keys()].sort()).toEqual(['a', 'b', 'c'])
    expect(events.get('c')?.index).not.toBe(events.get('a')?.index)
  })

  it('E-03 stay dismissed when their log is searched again', async () => {
    const set = await world.set(['203.0.113.77/32'])
    const { cursor } = await world.forward({ set, cursor: null })
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' })])
    await world.forward({ set, cursor })
    const [[id, found] = []] = await world.events()
    await world.client.index({ index: found?.index ?? '', id: id ?? '', document: { ...found?.source, dismissed: true } })
    await world.client.indices.rollover({ alias: world.alias })
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 1, newEvents: 0 })
    expect([...(await world.events()).values()].map(({ source }) => source['dismissed'])).toEqual([true])
  })

  it('E-03 count once when two writers write them at the same moment, and when one list holds them twice', async () => {
    await world.ports.events.write([event('first')], signal())
    const many = Array.from({ length: 700 }, (_, i) => event(`e${i}`))
    const written = await Promise.all([1, 2, 3].map(() => world.ports.events.write([...many, ...many], signal())))
    expect(written.reduce((sum, count) => sum + count, 0)).toBe(700)
    expect((await world.events()).size).toBe(701)
  })

  it('E-03 are not written while an index behind the alias cannot be asked, and are there once when it can', async () => {
    expect(await world.ports.events.write([event('a'), event('b')], signal())).toBe(2)
    const [old = ''] = Object.keys(await world.client.indices.getAlias({ index: world.alias }))
    await world.client.indices.rollover({ alias: world.alias })
    await world.client.indices.close({ index: old })
    const writing = world.ports.events.write([event('a'), event('c')], signal())
    await expect(writing).rejects.toMatchObject({ code: 'SearchFailed', message: expect.stringContaining(old) })
    await world.client.indices.open({ index: old })
    await world.client.cluster.health({ index: old, wait_for_status: 'yellow' })
    expect(await world.ports.events.write([event('a'), event('c')], signal())).toBe(1)
    expect([...(await world.events()).keys()].sort()).toEqual(['a', 'b', 'c'])
  })

  it('E-03 are looked for in an index just made once it has its shard, and written', async () => {
    const index = `${world.alias}.threatfeed-000001`
    const place = (name: string | null) => ({ 'index.routing.allocation.require._name': name })
    await world.client.indices.create({ index, wait_for_active_shards: 0, aliases: { [world.alias]: { is_write_index: true } }, settings: place('nobody') })
    let looks = 0
    /** After the first look the shard may be assigned. */
    const young: Client = Object.assign(Object.create(world.client) as Client, {
      mget: async (request: Parameters<Client['mget']>[0]) => {
        const answer = await world.client.mget(request)
        if (looks++ === 0) await world.client.indices.putSettings({ index, settings: place(null) })
        return answer
      },
    })
    expect(await elasticsearchEventStore(young, { events: world.alias }).write([event('a')], signal())).toBe(1)
    expect(looks).toBeGreaterThan(1)
  })

  it('E-03 that a busy Elasticsearch did not take of a bulk are tried again, one by one, and counted once', async () => {
    await world.ports.events.write([event('first')], signal())
    const sent: number[] = []
    /** Takes half of each bulk, and says of the rest that it has no room. */
    const busy: Client = Object.assign(Object.create(world.client) as Client, {
      bulk: async ({ operations }: { operations: unknown[] }) => {
        sent.push(operations.length / 2)
        const taken = 2 * Math.ceil(operations.length / 4)
        const { items } = await world.client.bulk({ operations: operations.slice(0, taken) as never })
        const left = Array.from({ length: (operations.length - taken) / 2 }, (_, n) => ({ create: { _index: 'x', status: n % 2 === 0 ? 429 : 503 } }))
        return { items: [...items, ...left] }
      },
    })
    const events = ['a', 'b', 'c', 'd', 'e'].map((id) => event(id))
    expect(await elasticsearchEventStore(busy, { events: world.alias }).write(events, signal())).toBe(5)
    expect(sent).toEqual([5, 2, 1])
    expect((await world.events()).size).toBe(6)
  })

  it('E-03 of a bulk for which a busy Elasticsearch has no room at all are waited for', async () => {
    await world.ports.events.write([event('first')], signal())
    let refusals = 2
    const full: Client = Object.assign(Object.create(world.client) as Client, {
      bulk: async (request: Parameters<Client['bulk']>[0]) => {
        if (refusals-- > 0) throw new errors.ResponseError({ statusCode: 429, body: { error: { type: 'es_rejected_execution_exception' } }, headers: {}, warnings: null, meta: {} as never })
        return world.client.bulk(request)
      },
    })
    expect(await elasticsearchEventStore(full, { events: world.alias }).write([event('a'), event('b')], signal())).toBe(2)
    expect(refusals).toBe(-1)
    expect((await world.events()).size).toBe(3)
  })

  it('E-04 of logs that lack any field, or hold anything in it, are valid: none is refused', async () => {
    const fields: readonly SearchedField[] = ['source_ip', 'dest_ip', 'qname', 'rrsets.name', 'rrsets.rdata']
    const logs = fc.sample(anyLog(), { numRuns: 1_000, seed: 4 })
    const events = logs.map((source, n) =>
      buildEvent({
        feedName: 'some-feed',
        setVersion: 'abc',
        foundAt: new Date(),
        hits: [{ log: { index: 'logs', id: `log-${n}`, source }, field: fields[n % fields.length] ?? 'qname', value: String(source['qname']), member: 'm' }],
      }),
    )
    expect(await world.ports.events.write(await Promise.all(events), signal())).toBe(logs.length)
  })

  it('E-03 that the index refuses are said without what they hold, and the others are written', async () => {
    const strict = { dynamic: 'strict', properties: { type: { type: 'keyword' }, origin: { type: 'keyword' } } } as const
    await world.client.indices.create({ index: world.alias, mappings: strict })
    const others = Array.from({ length: 1_200 }, (_, n) => event(`e${n}`))
    const writing = world.ports.events.write([event('a', { secret: 'canary-value' }), ...others], signal())
    await expect(writing).rejects.toMatchObject({ code: 'SearchFailed', failureClass: 'user', message: expect.not.stringContaining('canary') })
    expect([...(await world.events()).keys()].sort()).toEqual(others.map(({ id }) => id).sort())
  })
})
