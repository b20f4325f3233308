import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { flow, searchWorld, signal, type SearchWorld } from '../../activities/search/world.ts'

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

  it('E-03 that the index refuses are said without what they hold, and the others are written', async () => {
    const strict = { dynamic: 'strict', properties: { type: { type: 'keyword' }, origin: { type: 'keyword' } } } as const
    await world.client.indices.create({ index: world.alias, mappings: strict })
    const writing = world.ports.events.write([event('a', { secret: 'canary-value' }), event('b')], signal())
    await expect(writing).rejects.toMatchObject({ code: 'SearchFailed', failureClass: 'user', message: expect.not.stringContaining('canary') })
    expect([...(await world.events()).keys()]).toEqual(['b'])
  })
})
