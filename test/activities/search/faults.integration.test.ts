import { Client } from '@elastic/elasticsearch'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { LogStore } from '../../../activities/ports/log-store.ts'
import { createSearchTools } from '../../../activities/search/search-ports.ts'
import { elasticsearchLogStore } from '../../../adapters/elasticsearch/log-store.ts'
import { logPatterns } from '../../fixtures/log-mappings.ts'
import type { LogWindow } from '../../../domain/search/window.ts'
import { flow, forward, searchWorld, signal, type SearchWorld } from './world.ts'

let world: SearchWorld
beforeEach(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '', 2)
})
afterEach(() => world.close())

const LISTED = '203.0.113.77'
const hit = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => flow({ dest_ip: LISTED, ...fields })

/** A feed that stands at a window, as it would after an earlier search. */
async function standing() {
  const set = await world.set([`${LISTED}/32`])
  await world.log('flow', [flow({}), flow({})])
  const { cursor } = await world.forward({ set, cursor: null })
  return { set, cursor }
}

describe('forward', () => {
  it('Q-06 finds a log that arrives late, whatever its own time says', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit({ end_time: 1_000_000_000, '@timestamp': 1_000_000_000_000 }), hit({ end_time: 4_000_000_000, '@timestamp': 4_000_000_000_000 })])
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 2, newEvents: 2 })
  })

  it('Q-06 starts a feed without a cursor at the newest window, searching nothing', async () => {
    const set = await world.set([`${LISTED}/32`])
    await world.log('flow', [hit()])
    expect(await world.forward({ set, cursor: null })).toMatchObject({ hits: 0, newEvents: 0, debts: [] })
  })

  it('Q-06 searches each log once: the next search finds nothing new', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    const first = await world.forward({ set, cursor })
    expect(first.hits).toBe(1)
    expect(await world.forward({ set, cursor: first.cursor })).toMatchObject({ hits: 0, newEvents: 0 })
  })

  it('Q-06 catches up over many windows at once', async () => {
    const { set, cursor } = await standing()
    for (let i = 0; i < 5; i++) {
      await world.log('flow', [hit()], `part-${i}`)
      await world.forward({ set: null, cursor: null })
    }
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 5, newEvents: 5 })
  })

  it('E-03 makes no second event when the worker dies after the events and before its answer', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit(), hit()])
    const first = await world.forward({ set, cursor })
    const again = await world.forward({ set, cursor })
    expect([first.newEvents, again.hits, again.newEvents]).toEqual([2, 2, 0])
  })

  it('Q-06 loses nothing when a cut dies between its steps', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    const dying = (logs: Partial<LogStore>, windows: Partial<typeof world.ports.windows> = {}) => {
      const ports = { ...world.ports, logs: { ...world.ports.logs, ...logs }, windows: { ...world.ports.windows, ...windows } }
      return forward(ports, createSearchTools(ports), world.cluster, { set, cursor })
    }
    const crash = () => Promise.reject(new Error('killed'))
    await expect(dying({ checkpoints: crash })).rejects.toThrow('killed')
    await expect(dying({ refresh: crash })).rejects.toThrow('killed')
    await expect(dying({}, { create: crash })).rejects.toThrow('killed')
    await expect(dying({ digest: crash })).rejects.toThrow('killed')
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 1, newEvents: 1 })
  })

  it('Q-06 finds the newest window although a crash came before the pointer to it was moved', async () => {
    await standing()
    const newest = await world.ports.windows.newest('flow', signal())
    const next: LogWindow = { ...(newest ?? fail()), number: (newest?.number ?? 0) + 1, id: 'chain.next' }
    await world.client.create({ index: `.threatfeed.windows.${world.cluster}`, id: `flow-${next.number}`, document: { ...next } })
    expect(await world.ports.windows.newest('flow', signal())).toEqual(next)
    expect(await world.ports.windows.create(next, signal())).toBe(false)
  })

  it('Q-06 drops an index that was deleted, with its logs, and searches the others', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    await world.log('flow', [hit(), hit()], 'b')
    await world.forward({ set: null, cursor: null })
    await world.client.indices.delete({ index: world.index('flow', 'b') })
    expect(await world.forward({ set, cursor, fresh: false })).toMatchObject({ hits: 1, newEvents: 1, debts: [] })
  })

  it('Q-06 drops an index whose name another one bears now', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', Array.from({ length: 8 }, () => hit()), 'b')
    await world.forward({ set: null, cursor: null })
    await world.client.indices.delete({ index: world.index('flow', 'b') })
    await world.client.indices.create({ index: world.index('flow', 'b'), settings: { number_of_shards: 1 } })
    expect(await world.forward({ set, cursor, fresh: false })).toMatchObject({ hits: 0, debts: [] })
  })
})

describe('shards that cannot be searched', () => {
  it('Q-06 are owed while their index is closed, the others go on, and are paid with the set they are owed with', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    await world.log('flow', Array.from({ length: 20 }, () => hit()), 'b')
    await world.forward({ set: null, cursor: null })
    const index = world.index('flow', 'b')
    await world.client.indices.close({ index })
    const owing = await world.forward({ set, cursor })
    expect(owing).toMatchObject({ hits: 1, newEvents: 1 })
    expect(owing.debts.map(({ span, set: with_ }) => [span.index, with_.sha256])).toEqual([[index, set.sha256], [index, set.sha256]])

    const other = await world.set(['198.51.100.1/32'])
    const still = await world.forward({ set: other, cursor: owing.cursor, debts: owing.debts })
    expect(still).toMatchObject({ hits: 0, debts: owing.debts })

    await world.client.indices.open({ index })
    await world.client.cluster.health({ index, wait_for_status: 'yellow', timeout: '60s' })
    expect(await world.forward({ set: other, cursor: still.cursor, debts: still.debts })).toMatchObject({ hits: 20, newEvents: 20, debts: [] })
  })

  it('Q-06 are forgotten when their index is deleted', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()], 'b')
    await world.forward({ set: null, cursor: null })
    await world.client.indices.close({ index: world.index('flow', 'b') })
    const owing = await world.forward({ set, cursor })
    expect(owing.debts).toHaveLength(1)
    await world.client.indices.delete({ index: world.index('flow', 'b') })
    expect(await world.forward({ set, cursor: owing.cursor, debts: owing.debts })).toMatchObject({ debts: [] })
  })

  it('Q-06 fails with SearchFailed, and moves no cursor, when Elasticsearch itself is away', async () => {
    const { set, cursor } = await standing()
    const nowhere = new Client({ node: 'http://127.0.0.1:9', maxRetries: 0 })
    const ports = { ...world.ports, logs: elasticsearchLogStore(nowhere, logPatterns(world.cluster)) }
    await expect(forward(ports, createSearchTools(ports), world.cluster, { set, cursor })).rejects.toMatchObject({ code: 'SearchFailed', failureClass: 'wait' })
  })
})

describe('windows that are gone', () => {
  it('Q-06 a feed whose window was thinned goes on from the next older kept one', async () => {
    const { set, cursor: older } = await standing()
    await world.log('flow', [hit()])
    const { cursor } = await world.forward({ set: null, cursor: null })
    await world.client.delete({ index: `.threatfeed.windows.${world.cluster}`, id: `flow-${cursor.number}` })
    await world.client.index({ index: `.threatfeed.windows.${world.cluster}`, id: 'flow-newest', document: { number: older.number } })
    await world.ports.windows.create({ ...(await world.ports.windows.read('flow', older.number, signal()) ?? fail()), number: cursor.number + 1, id: older.id }, signal())
    await world.client.index({ index: `.threatfeed.windows.${world.cluster}`, id: 'flow-newest', document: { number: cursor.number + 1 } })
    await world.log('flow', [hit()])
    expect(await world.forward({ set, cursor })).toMatchObject({ hits: 2, newEvents: 2 })
  })

  it('Q-06 a feed whose windows were lost searches everything again, and no event comes twice', async () => {
    const { set, cursor } = await standing()
    await world.log('flow', [hit()])
    const searched = await world.forward({ set, cursor })
    await world.log('flow', [hit()])
    await world.client.indices.delete({ index: `.threatfeed.windows.${world.cluster}` })
    // Another feed cuts the first windows of the new chain, until there are more than the old one had.
    for (let i = 0; i < searched.cursor.number + 1; i++) await world.forward({ set: null, cursor: null })
    await world.log('flow', [hit()])
    expect(await world.forward({ set, cursor: searched.cursor })).toMatchObject({ hits: 3, newEvents: 2 })
    expect((await world.events()).size).toBe(3)
  })

  it('Q-06 a cursor that is ahead of the newest window searches everything again', async () => {
    const { set } = await standing()
    await world.log('flow', [hit()])
    expect(await world.forward({ set, cursor: { number: 5_000, id: 'old.x' } })).toMatchObject({ hits: 1, newEvents: 1 })
  })

  it('Q-06 pruning keeps the newest windows without a gap, thins older ones and removes old ones', async () => {
    const { windows } = world.ports
    const cutAt = (number: number): string => new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString()
    for (let number = 1; number <= 300; number++) {
      await windows.create({ kind: 'dns', number, id: `c.${number}`, cutAt: cutAt(number), points: [] }, signal())
    }
    await windows.prune('dns', new Date(cutAt(20)), signal())
    const kept: number[] = []
    for (let number = 1; number <= 300; number++) if ((await windows.read('dns', number, signal())) !== null) kept.push(number)
    expect(kept).toEqual([32, 48, ...Array.from({ length: 241 }, (_, i) => i + 60)])
    expect((await windows.newest('dns', signal()))?.number).toBe(300)
    expect((await windows.older('dns', 60, signal()))?.number).toBe(48)
  })

  it('Q-06 pruning thins windows beyond any number of older ones that stay', async () => {
    const index = `.threatfeed.windows.${world.cluster}`
    const staying = Array.from({ length: 2_001 }, (_, i) => 16 * (i + 1))
    const last = 2_001 * 16
    const thinned = Array.from({ length: 100 }, (_, i) => last + 1 + i).filter((number) => number % 16 !== 0)
    const operations = [...staying, ...thinned, last + 400].flatMap((number) => [
      { create: { _id: `dns-${number}` } },
      { kind: 'dns', number, id: `c.${number}`, cutAt: '2026-01-02T00:00:00.000Z', points: [] },
    ])
    expect((await world.client.bulk({ index, operations, refresh: true })).errors).toBe(false)
    await world.ports.windows.prune('dns', new Date('2026-01-01T00:00:00Z'), signal())
    await world.client.indices.refresh({ index })
    const left = await world.client.search<{ number: number }>({ index, size: 3_000, query: { term: { kind: 'dns' } }, sort: [{ number: 'asc' }] })
    expect(left.hits.hits.map(({ _source: source }) => source?.number)).toEqual([...staying, last + 400])
  })
})

function fail(): never {
  throw new Error('there must be a window')
}
