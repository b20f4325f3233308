import { createHash } from 'node:crypto'
import { CancelledFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { describe, expect, it } from 'vitest'
import { createSearchTools, type SearchPorts } from '../../../activities/search/search-ports.ts'
import { SLICE_LOGS } from '../../../activities/search/slice-limits.ts'
import { createSearchBackward } from '../../../activities/search-backward.ts'
import { createSearchForward } from '../../../activities/search-forward.ts'
import type { LogSelection } from '../../../activities/ports/log-store.ts'
import { FeedFailure } from '../../../domain/failure.ts'
import { logsIn } from '../../../domain/search/spans.ts'
import type { SearchBackwardOutput, SearchForwardOutput } from '../../../domain/run/steps.ts'
import type { LogWindow } from '../../../domain/search/window.ts'
import { memoryBlobStore } from '../../fakes/memory-blob-store.ts'

const feed = { cluster: 'c', name: 'some-feed', uid: 'u' }
const window = (number: number, checkpoint: number): LogWindow => ({
  kind: 'dns',
  number,
  id: `chain.${number}`,
  cutAt: '',
  points: [{ index: 'a', uuid: 'u', history: 'h', shard: 0, checkpoint }, { index: 'b', uuid: 'v', history: 'h', shard: 0, checkpoint: SLICE_LOGS }],
})
const WINDOWS = [window(1, -1), window(2, 3 * SLICE_LOGS)]

/** Logs that are only counted; each slice takes so long by the clock. */
async function counted(sliceMs = 60_000) {
  const blobs = memoryBlobStore()
  const text = new TextEncoder().encode('bad.example')
  await blobs.put((async function* () { yield text })(), AbortSignal.timeout(5_000))
  const set = { sha256: createHash('sha256').update(text).digest('hex'), members: 1 }
  const searched: LogSelection[] = []
  let clock = 0
  const ports: SearchPorts = {
    blobs,
    clock: () => clock,
    now: () => new Date(0),
    random: () => 'r',
    events: { write: async () => 0 },
    windows: {
      newest: async () => WINDOWS[1] ?? null,
      read: async (_, number) => WINDOWS[number - 1] ?? null,
      older: async () => null,
      create: async () => false,
      prune: async () => undefined,
    },
    logs: {
      checkpoints: async () => [],
      refresh: async (_, points) => points,
      digest: async (selection) => {
        searched.push(selection)
        clock += sliceMs
        return { found: [], unreachable: [] }
      },
      find: async function* () {},
      unsearchable: async () => null,
    },
  }
  return { ports, searched, set, logs: () => searched.reduce((sum, { spans }) => sum + logsIn(spans), 0) }
}

const quiet = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })

describe('a backward search over many logs', () => {
  it('Q-07 comes back after about a minute and goes on where it was, until every log is searched once', async () => {
    const { ports, searched, set, logs } = await counted()
    const backward = createSearchBackward(ports)
    const input = { feed, content: 'DomainNameSet', match: 'exact', owed: set, upTo: { number: 2, id: 'chain.2' }, lookbackMs: 1_000 } as const
    let position: string | null = null
    let calls = 0
    do {
      const output: SearchBackwardOutput = await new MockActivityEnvironment().run(backward, { ...input, position })
      position = output.position
      calls++
    } while (position !== null && calls < 20)
    expect(logs()).toBe(4 * SLICE_LOGS + 2)
    expect(searched.every(({ spans, notBefore }) => logsIn(spans) <= SLICE_LOGS && notBefore === '1969-12-31T23:59:59.000Z')).toBe(true)
    expect(calls).toBe(searched.length)
  })

  it('Q-07 that a worker left in the middle goes on from its last heartbeat', async () => {
    const { ports, set, logs } = await counted()
    const position = JSON.stringify({ at: { uuid: 'u', shard: 0, upTo: 3 * SLICE_LOGS }, passed: false, left: [] })
    const environment = new MockActivityEnvironment({ heartbeatDetails: { position, hits: 7, newEvents: 5 } })
    const input = { feed, content: 'DomainNameSet', match: 'exact', owed: set, upTo: { number: 2, id: 'chain.2' }, lookbackMs: 1_000, position: null } as const
    expect(await environment.run(createSearchBackward(ports), input)).toMatchObject({ hits: 7, newEvents: 5 })
    expect(logs()).toBe(SLICE_LOGS)
  })
})

describe('a forward search over many logs', () => {
  const input = {
    feed, content: 'DomainNameSet', match: 'exact', cursor: { number: 1, id: 'chain.1' }, debts: [], fresh: false, searchIntervalMs: 60_000,
  } as const

  it('Q-06 that a worker left in the middle goes on after the slices that are done, up to the same window', async () => {
    const { ports, set, logs } = await counted()
    const progress = { to: { number: 2, id: 'chain.2' }, from: 'chain.1', done: 2, hits: 7, newEvents: 5, unreachable: [] }
    const environment = new MockActivityEnvironment({ heartbeatDetails: progress })
    const output: SearchForwardOutput = await environment.run(createSearchForward(ports), { ...input, set })
    expect(output).toMatchObject({ cursor: { number: 2, id: 'chain.2' }, hits: 7, newEvents: 5 })
    expect(logs()).toBe(SLICE_LOGS + 1)
  })

  it('Q-08 Q-10 shares one digest of a window among the feeds of a worker', async () => {
    const { ports, set, searched } = await counted(0)
    const forward = createSearchForward(ports, createSearchTools(ports))
    await Promise.all(Array.from({ length: 5 }, () => new MockActivityEnvironment().run(forward, { ...input, set })))
    expect(searched).toHaveLength(4)
  })

  it('Q-06 without a set moves on and searches nothing', async () => {
    const { ports, searched } = await counted()
    const output: SearchForwardOutput = await new MockActivityEnvironment().run(createSearchForward(ports), { ...input, set: null })
    expect([output.cursor.number, searched.length]).toEqual([2, 0])
  })

  it('Q-06 Q-11 keeps its cursor and debts, and what was said of the logs last, where that cannot be asked again', async () => {
    const { ports, set } = await counted()
    let asked = 0
    let newest = window(1, -1)
    const digest: SearchPorts['logs']['digest'] = async ({ spans }) => ({ found: [], unreachable: spans })
    const unsearchable = async () => {
      if (asked++ > 0) throw new FeedFailure('SearchFailed', 'wait', 'too busy')
      return 'they are aggregated'
    }
    const older: SearchPorts = { ...ports, logs: { ...ports.logs, digest, unsearchable } }
    const forward = createSearchForward({ ...older, windows: { ...older.windows, newest: async () => newest } })
    const first: SearchForwardOutput = await quiet().run(forward, { ...input, set })
    newest = window(2, 3 * SLICE_LOGS)
    const second: SearchForwardOutput = await quiet().run(forward, { ...input, set })
    expect([first.unsearchable, second.unsearchable, asked]).toEqual(['they are aggregated', 'they are aggregated', 2])
    expect(second.cursor).toEqual({ number: 2, id: 'chain.2' })
    expect(logsIn(second.debts.map(({ span }) => span))).toBe(3 * SLICE_LOGS + 1)
    const unasked: SearchForwardOutput = await quiet().run(createSearchForward(older), { ...input, set })
    expect([unasked.cursor.number, unasked.unsearchable]).toEqual([2, null])
  })

  it('Q-06 that is cancelled while it asks for that ends', async () => {
    const { ports, set } = await counted()
    const environment = quiet()
    const unsearchable = () => new Promise<never>(() => void environment.cancel())
    const search = environment.run(createSearchForward({ ...ports, logs: { ...ports.logs, unsearchable } }), { ...input, set })
    await expect(search).rejects.toBeInstanceOf(CancelledFailure)
  })

  it('Q-09 tells when it started', async () => {
    const { ports, set } = await counted()
    let now = 1_000
    const output: SearchForwardOutput = await new MockActivityEnvironment().run(createSearchForward({ ...ports, now: () => new Date(now++) }), { ...input, set })
    expect(output.startedAt).toBe(1_000)
  })
})
