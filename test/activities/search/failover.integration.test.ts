import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWindowCutter } from '../../../activities/search/cut-window.ts'
import { FeedFailure } from '../../../domain/failure.ts'
import { spansBetween } from '../../../domain/search/spans.ts'
import type { LogWindow, Span } from '../../../domain/search/window.ts'
import { ownElasticsearch, type OwnElasticsearch, type OwnNode } from '../../own-elasticsearch.ts'
import { flow, searchWorld, signal, type SearchWorld } from './world.ts'

const WRITERS = 3
const BULK = 40
/** So that two nodes, the writers and the cuts share two cores. */
const PAUSE_MS = 20

let elasticsearch: OwnElasticsearch
let data: OwnNode
let world: SearchWorld
beforeAll(async () => {
  elasticsearch = await ownElasticsearch(['keeper', 'data'])
  const [keeper, second] = elasticsearch.nodes
  if (keeper === undefined || second === undefined) throw new Error('two nodes were asked for')
  data = second
  world = await searchWorld(keeper.url, 2)
})
afterAll(async () => {
  await world.client.close()
  await elasticsearch.close()
})

/** Waits until every copy of an index is where it belongs. */
const whole = (index: string) => world.client.cluster.health({ index, wait_for_status: 'green', wait_for_no_relocating_shards: true, timeout: '60s' })

/** An index whose primaries are on this node, and whose other copies, if it has them, are on the other one: `data` is killed, `keeper` stays. */
async function indexOn(node: 'data' | 'keeper', part: string, replicas: number): Promise<string> {
  const index = world.index('flow', part)
  const place = 'index.routing.allocation.include._name'
  await world.client.indices.create({ index, settings: { number_of_replicas: 0, 'index.refresh_interval': -1, [place]: node } })
  if (replicas > 0) await world.client.indices.putSettings({ index, settings: { [place]: null, number_of_replicas: replicas } })
  await whole(index)
  return index
}

/** The copies on the other node become the primaries. */
async function backToData(index: string): Promise<void> {
  const commands = [0, 1].map((shard) => ({ cancel: { index, shard, node: 'keeper', allow_primary: true } }))
  await world.client.cluster.reroute({ commands })
  await whole(index)
}

interface Trial {
  writing: boolean
  readonly acknowledged: Set<string>
  /** How often each log's address was found. */
  readonly times: Map<string, number>
  /** Shards that a window saw going back. */
  resets: number
}

/** Each log has a destination of its own; what is not acknowledged is sent again under the same id. */
async function write(trial: Trial, index: string): Promise<void> {
  let next = 0
  const writer = async (): Promise<void> => {
    while (trial.writing) {
      let left = Array.from({ length: BULK }, () => `11.${next >> 16}.${(next >> 8) & 255}.${next++ & 255}`)
      while (left.length > 0) {
        const operations = left.flatMap((dest_ip) => [{ create: { _index: index, _id: dest_ip } }, flow({ source_ip: null, dest_ip })])
        const answer = await world.client.bulk({ operations, timeout: '2s' }).catch(() => null)
        const taken = (at: number): boolean => [201, 409].includes(answer?.items[at]?.create?.status ?? 0)
        for (const [at, address] of left.entries()) if (taken(at)) trial.acknowledged.add(address)
        left = left.filter((_, at) => !taken(at))
        await sleep(PAUSE_MS)
      }
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}

/** Cuts windows as fast as they come and searches each; what cannot be reached is owed. */
async function search(trial: Trial): Promise<void> {
  const cutter = createWindowCutter(world.ports)
  let last: LogWindow | null = null
  let owed: readonly Span[] = []
  const next = async (): Promise<void> => {
    const window = await cutter.current({ kind: 'flow', intervalMs: 0, fresh: true, cursor: null }, signal())
    const spans = [...spansBetween(last?.points ?? null, window.points), ...owed]
    const { found, unreachable } = await world.ports.logs.digest({ kind: 'flow', spans }, signal())
    for (const value of found.find(({ field }) => field === 'dest_ip')?.values ?? []) trial.times.set(value, (trial.times.get(value) ?? 0) + 1)
    owed = unreachable
    last = window
    trial.resets = window.points.reduce((most, { resets = 0 }) => Math.max(most, resets), 0)
  }
  while (trial.writing) {
    await next().catch((error: unknown) => {
      if (!(error instanceof FeedFailure)) throw error
    })
    await sleep(PAUSE_MS)
  }
  await next()
  expect(owed).toEqual([])
}

describe('a failover', () => {
  it('Q-06 misses and doubles no log, written while the node of the primaries is killed twice', async () => {
    const index = await indexOn('data', 'replicated', 1)
    const trial: Trial = { writing: true, acknowledged: new Set(), times: new Map(), resets: 0 }
    const fault = async (): Promise<void> => {
      await sleep(2_000)
      await data.kill()
      await sleep(2_000)
      await data.start()
      await whole(index)
      await backToData(index)
      await sleep(2_000)
      await data.kill()
      await sleep(2_000)
    }
    const done = fault().finally(() => (trial.writing = false))
    await Promise.all([write(trial, index), search(trial), done])
    expect(trial.acknowledged.size).toBeGreaterThan(WRITERS * BULK)
    expect([...trial.acknowledged].filter((address) => !trial.times.has(address))).toEqual([])
    expect([...trial.times].filter(([, count]) => count !== 1)).toEqual([])
    expect(trial.resets).toBe(0)
  }, 300_000)
})

describe('a shard whose only copy is lost', () => {
  it('Q-06 is owed for an hour, while the others go on, and is searched when it is back with the set that was in force', async () => {
    await data.start()
    const set = await world.set(['203.0.113.77/32'])
    const hit = flow({ dest_ip: '203.0.113.77' })
    await indexOn('keeper', 'stays', 0)
    const index = await indexOn('data', 'lost', 0)
    const { cursor } = await world.forward({ set, cursor: null })
    await world.log('flow', Array.from({ length: 20 }, () => hit), 'lost')
    await world.log('flow', [hit], 'stays')
    await world.forward({ set: null, cursor: null })
    await data.kill()
    // Until its end is noticed, nobody can say what its shards hold, and every search fails.
    await world.client.cluster.health({ wait_for_nodes: '1', timeout: '60s' })

    const owing = await world.forward({ set, cursor })
    expect(owing).toMatchObject({ hits: 1, newEvents: 1 })
    expect(owing.debts.map(({ span }) => span.index)).toEqual([index, index])
    world.clock.at += 3_600_000
    const other = await world.set(['198.51.100.1/32'])
    const still = await world.forward({ set: other, cursor: owing.cursor, debts: owing.debts })
    expect(still).toMatchObject({ hits: 0, debts: owing.debts })

    await data.start()
    await whole(index)
    const paid = await world.forward({ set: other, cursor: still.cursor, debts: still.debts })
    expect(paid).toMatchObject({ hits: 20, newEvents: 20, debts: [] })
  }, 300_000)
})

describe('an index restored from a snapshot', () => {
  const LISTED = '198.51.100.9'
  const hit = (): Record<string, unknown> => flow({ dest_ip: LISTED })

  /** A feed that has searched two logs of an index which then lost its later ones: a snapshot holds the first alone. */
  async function restored(part: string, over: 'closed' | 'deleted') {
    const { client } = world
    const set = await world.set([`${LISTED}/32`])
    const index = world.index('flow', part)
    await client.indices.create({ index, settings: { number_of_shards: 1, number_of_replicas: 0 } })
    const { cursor } = await world.forward({ set, cursor: null })
    await world.log('flow', [hit()], part)
    await client.snapshot.createRepository({ name: part, repository: { type: 'fs', settings: { location: join(elasticsearch.snapshots, part) } } })
    await client.snapshot.create({ repository: part, snapshot: 'first', indices: index, include_global_state: false, wait_for_completion: true })
    await world.log('flow', [hit(), hit(), hit()], part)
    const before = await world.forward({ set, cursor })
    expect(before.newEvents).toBe(4)
    if (over === 'closed') await client.indices.close({ index })
    else await client.indices.delete({ index })
    await client.snapshot.restore({ repository: part, snapshot: 'first', indices: index, include_global_state: false, wait_for_completion: true })
    await whole(index)
    return { set, cursor: before.cursor }
  }

  it.each(['closed', 'deleted'] as const)('Q-06 E-03 over one that is %s: its new logs are found although they bear numbers that were searched, and the old ones make no second event', async (over) => {
    const { set, cursor } = await restored(`restored-${over}`, over)
    await world.log('flow', [hit(), hit()], `restored-${over}`)
    const found = await world.forward({ set, cursor })
    expect(found).toMatchObject({ hits: 3, newEvents: 2, debts: [] })
    expect(await world.forward({ set, cursor: found.cursor })).toMatchObject({ hits: 0, debts: [] })
  })
})

describe('a data stream', () => {
  it('Q-06 that fits the pattern is searched through the indices behind it, over a rollover', async () => {
    const { client } = world
    const set = await world.set(['198.51.100.10/32'])
    const stream = world.index('flow', 'stream')
    const mappings = { properties: { source_ip: { type: 'ip' }, dest_ip: { type: 'ip' } } } as const
    await client.indices.putIndexTemplate({ name: 'streams', index_patterns: [stream], priority: 300, data_stream: {}, template: { mappings } })
    // The first log makes the stream: the small servers have no other way.
    await client.index({ index: stream, op_type: 'create', document: flow({}) })
    const { cursor } = await world.forward({ set, cursor: null })
    const log = () => client.index({ index: stream, op_type: 'create', document: flow({ dest_ip: '198.51.100.10' }) })
    await log()
    await client.indices.rollover({ alias: stream })
    await log()
    await log()
    const first = await world.forward({ set, cursor })
    expect(first).toMatchObject({ hits: 3, newEvents: 3, debts: [] })
    await log()
    expect(await world.forward({ set, cursor: first.cursor })).toMatchObject({ hits: 1, newEvents: 1, debts: [] })
  })
})
