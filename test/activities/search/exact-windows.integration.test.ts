import { afterEach, describe, expect, inject, it } from 'vitest'
import { createWindowCutter } from '../../../activities/search/cut-window.ts'
import type { LogStore } from '../../../activities/ports/log-store.ts'
import { spansBetween } from '../../../domain/search/spans.ts'
import type { LogWindow } from '../../../domain/search/window.ts'
import { flow, searchWorld, signal, type SearchWorld } from './world.ts'

const LOGS = 20_000
/** Windows that are cut while logs are written; writers go on until both are reached. */
const WINDOWS = 9
const WRITERS = 4
const BULK = 100

let world: SearchWorld
afterEach(() => world.close())

/** A dest_ip of its own for each log: 11.0.0.0 and so on. */
function addressOf(number: number): string {
  return `11.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
}

/** How far a trial has come. */
interface Trial {
  written: number
  windows: number
  /** How often each log's address was found. */
  readonly times: Map<string, number>
}

/** Writers take the next bulk each, over three indices: two rollovers in the middle of it. */
async function write(world: SearchWorld, trial: Trial): Promise<void> {
  const writer = async (): Promise<void> => {
    while (trial.written < LOGS || trial.windows < WINDOWS) {
      const start = trial.written
      trial.written += BULK
      const part = trial.windows < WINDOWS / 3 ? 'a' : trial.windows < (2 * WINDOWS) / 3 ? 'b' : 'c'
      await world.log('flow', Array.from({ length: BULK }, (_, i) => flow({ source_ip: null, dest_ip: addressOf(start + i) })), part)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}

/** Cuts windows as fast as they come while logs are written, and reads each window's logs right after its cut. */
async function run(logs: LogStore): Promise<Trial> {
  const cutter = createWindowCutter({ ...world.ports, logs })
  const trial: Trial = { written: 0, windows: 0, times: new Map() }
  let last: LogWindow | null = null
  const searchNext = async (): Promise<void> => {
    const window = await cutter.current({ kind: 'flow', intervalMs: 0, fresh: true, cursor: null }, signal())
    const { found, unreachable } = await logs.digest({ kind: 'flow', spans: spansBetween(last?.points ?? null, window.points) }, signal())
    expect(unreachable).toEqual([])
    for (const value of found.find(({ field }) => field === 'dest_ip')?.values ?? []) trial.times.set(value, (trial.times.get(value) ?? 0) + 1)
    last = window
    trial.windows++
  }
  let writing = true
  const written = write(world, trial).finally(() => (writing = false))
  while (writing) await searchNext()
  await written
  await searchNext()
  return trial
}

/** Nothing refreshes by itself, so that only the cut's own refresh makes logs visible. */
async function worldWithoutRefresh(): Promise<void> {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '', 2)
  for (const part of ['a', 'b', 'c']) {
    await world.client.indices.create({ index: world.index('flow', part), settings: { 'index.refresh_interval': -1 } })
  }
}

describe('windows of logs that several writers write', () => {
  it('Q-06 hold every log exactly once, over two shards and two rollovers', async () => {
    await worldWithoutRefresh()
    const { times, written } = await run(world.ports.logs)
    expect(times.size).toBe(written)
    expect([...times.values()].filter((count) => count !== 1)).toEqual([])
  })

  it('Q-06 miss logs when the refresh is left out: the trial above can fail', async () => {
    await worldWithoutRefresh()
    const { times, written } = await run({ ...world.ports.logs, refresh: async (_, points) => points })
    expect(times.size).toBeLessThan(written)
  })

  it('Q-06 are each cut once when two workers cut at the same moment', async () => {
    await worldWithoutRefresh()
    const workers = [createWindowCutter(world.ports), createWindowCutter(world.ports)]
    const seen = new Map<number, Set<string>>()
    for (let round = 0; round < 10; round++) {
      await world.log('flow', [flow({})])
      const cuts = await Promise.all(workers.map((worker) => worker.current({ kind: 'flow', intervalMs: 0, fresh: true, cursor: null }, signal())))
      for (const { number, id } of cuts) seen.set(number, (seen.get(number) ?? new Set()).add(id))
    }
    expect([...seen.values()].filter((ids) => ids.size !== 1)).toEqual([])
    const newest = await world.ports.windows.newest('flow', signal())
    expect(newest?.number).toBe(Math.max(...seen.keys()))
    // Every number up to the newest is there, and under no key does a checkpoint fall.
    let before: LogWindow | null = null
    for (let number = 1; number <= (newest?.number ?? 0); number++) {
      const window: LogWindow | null = await world.ports.windows.read('flow', number, signal())
      expect(window).not.toBeNull()
      for (const point of window?.points ?? []) {
        const same = before?.points.find(({ uuid, shard }) => uuid === point.uuid && shard === point.shard)
        expect(point.checkpoint).toBeGreaterThanOrEqual(same?.checkpoint ?? -1)
      }
      before = window
    }
  })
})
