import { spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createSearchTools, type SearchPorts } from '../../../activities/search/search-ports.ts'
import { BACKWARD_PLACES, BACKWARD_SLICE_MS, FORWARD_PLACES, FORWARD_TURN, PORTION_LOGS } from '../../../activities/search/slice-limits.ts'
import type { SearchForwardOutput } from '../../../domain/run/steps.ts'
import { logsIn } from '../../../domain/search/spans.ts'
import { collect } from '../../local/run-command-line.ts'
import { flow, forward, searchWorld, type SearchWorld } from './world.ts'

const url = inject('servers')['ELASTICSEARCH_URL'] ?? ''
let world: SearchWorld
beforeEach(async () => {
  world = await searchWorld(url, 2)
})
afterEach(() => world.close())

/** Writes so many flows to a public address each, some of them aggregated. @returns ids of those with an address. */
async function crowd(logs: number): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for (let from = 0; from < logs; from += 5_000) {
    const docs = Array.from({ length: Math.min(5_000, logs - from) }, (_, at) => {
      const number = from + at
      return number % 10 === 9 ? flow({ source_ip: null, dest_ip: null }) : flow({ source_ip: `10.0.${(number >> 8) & 255}.${number & 255}`, dest_ip: '203.0.113.53' })
    })
    const written = await world.log('flow', docs)
    for (const [at, id] of written.entries()) if ((from + at) % 10 !== 9) ids.add(id)
  }
  return ids
}

/** Ids of the logs of all events of a feed; an event that is there twice is an error. */
async function logsOfEvents(feed: string): Promise<ReadonlySet<unknown>> {
  const logs: unknown[] = []
  for (const { source } of (await world.events()).values()) {
    const { record } = source
    if (source['origin'] === feed && typeof record === 'object' && record !== null && 'flow_log_id' in record) logs.push(record.flow_log_id)
  }
  expect(new Set(logs).size).toBe(logs.length)
  return new Set(logs)
}

const key = (name: string) => ({ cluster: world.cluster, name, uid: name })

/** The ports of the world, with something done before each page of events of one feed is written. */
function pausing(feed: string, before: (page: number) => Promise<void> | void): SearchPorts {
  let pages = 0
  return {
    ...world.ports,
    events: {
      async write(events, signal) {
        if (events[0]?.document['origin'] === feed) await before(++pages)
        return world.ports.events.write(events, signal)
      },
    },
  }
}

describe('a feed that holds every address', { timeout: 600_000 }, () => {
  it('Q-10 gets one event for each of 40,000 logs, in a heap of 96 MB', async () => {
    const set = await world.set(['0.0.0.0/0'])
    const { cursor } = await world.forward({ set, cursor: null })
    const ids = await crowd(40_000)
    const args = ['--max-old-space-size=96', 'test/local/run-typescript.mjs', 'test/memory/crowded-process.ts', url, world.cluster, set.sha256, JSON.stringify(cursor)]
    const { code, output, error } = await collect(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    expect([code, error]).toEqual([0, ''])
    const { heldMB, output: found } = JSON.parse(output) as { heldMB: number; output: SearchForwardOutput }
    expect(found).toMatchObject({ hits: ids.size, newEvents: ids.size, debts: [], behind: 0 })
    expect(await logsOfEvents('everything')).toEqual(ids)
    expect(heldMB).toBeLessThan(60)
  })

  it('Q-10 keeps no other feed waiting: the searches of all others end while its events are written', async () => {
    const everything = await world.set(['0.0.0.0/0'])
    const set = await world.set(['203.0.113.53/32', '203.0.113.77/32'].slice(1))
    const { cursor } = await world.forward({ set: everything, cursor: null })
    const ids = await crowd(3_000)
    await world.log('flow', [flow({ dest_ip: '203.0.113.77' })])
    const others: SearchForwardOutput[] = []
    const ports = pausing('everything', async (page) => {
      if (page !== 2) return
      // With all other feeds' places taken by searches like this one.
      for (let place = 0; place < FORWARD_PLACES; place++) tools.forwardPlaces.take()
      for (const name of ['one', 'two', 'three']) others.push(await forward(ports, tools, world.cluster, { feed: key(name), set, cursor, fresh: false }))
    })
    const tools = createSearchTools(ports)
    const found = await forward(ports, tools, world.cluster, { feed: key('everything'), set: everything, cursor })
    expect(others.map(({ hits, newEvents, debts }) => [hits, newEvents, debts])).toEqual([1, 2, 3].map(() => [1, 1, []]))
    expect(found).toMatchObject({ hits: ids.size + 1, newEvents: ids.size + 1 })
  })

  it('Q-10 that has more to write than fits into its turn owes the rest, says so, and writes it in its next ones', async () => {
    const set = await world.set(['0.0.0.0/0'])
    const { cursor } = await world.forward({ set, cursor: null })
    const ids = await crowd(12_000)
    const ports = pausing('everything', () => void (world.clock.at += FORWARD_TURN.mostMs / 8))
    const tools = createSearchTools(ports)
    let found = await forward(ports, tools, world.cluster, { feed: key('everything'), set, cursor })
    const turns = [found]
    while (found.debts.length > 0 && turns.length < 10) {
      expect(found.behind).toBe(logsIn(found.debts.map(({ span }) => span)))
      await world.log('flow', [flow({ source_ip: null, dest_ip: null })])
      found = await forward(ports, tools, world.cluster, { feed: key('everything'), set, cursor: found.cursor, debts: found.debts })
      turns.push(found)
    }
    expect(turns.map(({ newEvents }) => newEvents).reduce((sum, events) => sum + events, 0)).toBe(ids.size)
    expect(turns.length).toBeGreaterThan(1)
    expect(turns.every(({ newEvents }) => newEvents <= PORTION_LOGS)).toBe(true)
    expect(found).toMatchObject({ behind: 0, debts: [] })
    expect(await logsOfEvents('everything')).toEqual(ids)
  })

  it('Q-10 ends its turn earlier where as many others last as may', async () => {
    const set = await world.set(['0.0.0.0/0'])
    const { cursor } = await world.forward({ set, cursor: null })
    await crowd(12_000)
    const ports = pausing('everything', () => void (world.clock.at += FORWARD_TURN.longMs / 8))
    const tools = createSearchTools(ports)
    for (let place = 0; place < FORWARD_PLACES; place++) tools.forwardPlaces.take()
    const crowded = await forward(ports, tools, world.cluster, { feed: key('everything'), set, cursor })
    expect(crowded.behind).toBeGreaterThan(0)
    tools.forwardPlaces.give()
    expect(await forward(ports, tools, world.cluster, { feed: key('everything'), set, cursor: crowded.cursor, debts: crowded.debts })).toMatchObject({ behind: 0 })
    // It gave its place back.
    expect(tools.forwardPlaces.take()).toBe(true)
  })

  it('Q-10 whose worker is lost in the middle of a slice is searched on from the last heartbeat', async () => {
    const set = await world.set(['0.0.0.0/0'])
    const { cursor } = await world.forward({ set, cursor: null })
    const ids = await crowd(12_000)
    const input = { feed: key('everything'), set, cursor }
    let see: (details: unknown) => void = () => undefined
    const seen = new Promise<unknown>((resolve) => (see = resolve))
    let inSecond = false
    const ports = pausing('everything', async (page) => {
      inSecond = page >= 12
      if (!inSecond) return
      await seen
      throw new Error('the worker is gone')
    })
    const heartbeat = (details: unknown): void => {
      if (inSecond) see(details)
    }
    await expect(forward(ports, createSearchTools(ports), world.cluster, input, { heartbeat })).rejects.toThrow('the worker is gone')
    let pages = 0
    const counted = pausing('everything', (page) => void (pages = page))
    const found = await forward(counted, createSearchTools(counted), world.cluster, input, { heartbeatDetails: await seen })
    expect(found.hits).toBe(ids.size)
    // Of thirteen pages the eleven of the first portion are not read again.
    expect(pages).toBeLessThan(5)
    expect(await logsOfEvents('everything')).toEqual(ids)
  })
})

describe('a member that very many older logs hold', { timeout: 600_000 }, () => {
  it('Q-10 Q-07 is searched backward in portions, wherever a slice ends, until each log has its event', async () => {
    const owed = await world.set(['203.0.113.53/32'])
    const ids = await crowd(12_000)
    const { cursor: upTo } = await world.forward({ set: null, cursor: null })
    const ports = pausing('resolver', () => void (world.clock.at += BACKWARD_SLICE_MS / 5))
    const tools = createSearchTools(ports)
    let position: string | null = null
    let slices = 0
    do {
      const done = await world.backward({ feed: key('resolver'), owed, upTo, position }, ports, tools)
      expect(done.newEvents).toBeLessThanOrEqual(PORTION_LOGS)
      position = done.position
      slices++
    } while (position !== null && slices < 10)
    expect(slices).toBeGreaterThan(1)
    expect(await logsOfEvents('resolver')).toEqual(ids)
  })

  it('Q-10 Q-07 waits while as many feeds are searched backward as may be, with nothing done', async () => {
    const owed = await world.set(['203.0.113.53/32'])
    await crowd(10)
    const { cursor: upTo } = await world.forward({ set: null, cursor: null })
    const tools = createSearchTools(world.ports)
    for (let place = 0; place < BACKWARD_PLACES; place++) tools.backwardPlaces.take()
    const waits = await world.backward({ owed, upTo }, world.ports, tools)
    expect(waits).toMatchObject({ waits: true, hits: 0 })
    tools.backwardPlaces.give()
    expect(await world.backward({ owed, upTo, position: waits.position }, world.ports, tools)).toMatchObject({ position: null, hits: 9, newEvents: 9 })
    // It gave its place back.
    expect(tools.backwardPlaces.take()).toBe(true)
  })
})
