import { describe, expect, it } from 'vitest'
import { createWindowCutter } from '../../../activities/search/cut-window.ts'
import type { LogWindow, ShardPoint } from '../../../domain/search/window.ts'

const ask = { kind: 'flow', intervalMs: 60_000, fresh: false, cursor: null } as const
const signal = (): AbortSignal => AbortSignal.timeout(5_000)
const point = (checkpoint: number): ShardPoint => ({ index: 'a', uuid: 'u', history: 'h', shard: 0, checkpoint })

/** One cluster's windows in memory, and workers over them that note each step they take. */
function cluster() {
  const windows = new Map<number, LogWindow>()
  const steps: string[] = []
  const world = { clock: 0, checkpoint: 0, windows, steps, gate: Promise.resolve(), pruned: 0, refreshes: true }
  let random = 0
  const worker = () =>
    createWindowCutter({
      clock: () => world.clock,
      now: () => new Date(0),
      random: () => `r${++random}`,
      logs: {
        checkpoints: async () => {
          steps.push('checkpoints')
          const read = world.checkpoint
          await world.gate
          return [point(read)]
        },
        refresh: async (_, points) => {
          steps.push('refresh')
          return world.refreshes ? points : []
        },
      },
      windows: {
        newest: async () => {
          steps.push('newest')
          return windows.get(Math.max(0, ...windows.keys())) ?? null
        },
        read: async (_, number) => windows.get(number) ?? null,
        older: async () => null,
        create: async (window) => {
          steps.push('create')
          if (windows.has(window.number)) return false
          windows.set(window.number, window)
          return true
        },
        prune: async () => {
          world.pruned++
        },
      },
    })
  return { ...world, worker, world }
}

describe('a cut', () => {
  it('Q-06 reads the newest window, then the checkpoints, then refreshes, then writes', async () => {
    const { worker, steps } = cluster()
    await worker().current({ ...ask, fresh: true }, signal())
    expect(steps).toEqual(['newest', 'newest', 'checkpoints', 'refresh', 'create'])
  })

  it('Q-06 moves only what was refreshed: an index that could not be keeps its place', async () => {
    const { worker, world } = cluster()
    const cutter = worker()
    await cutter.current({ ...ask, fresh: true }, signal())
    world.checkpoint = 9
    world.refreshes = false
    expect((await cutter.current({ ...ask, fresh: true }, signal())).points).toEqual([point(0)])
    world.refreshes = true
    expect((await cutter.current({ ...ask, fresh: true }, signal())).points).toEqual([point(9)])
  })

  it('Q-08 is made when this worker has seen the newest window for one interval, by its own clock', async () => {
    const { worker, world } = cluster()
    const one = worker()
    const two = worker()
    expect((await one.current(ask, signal())).number).toBe(1)
    world.clock += 59_999
    expect((await one.current(ask, signal())).number).toBe(1)
    // The other worker meets it only now, and its interval begins.
    expect((await two.current(ask, signal())).number).toBe(1)
    world.clock += 1
    expect((await two.current(ask, signal())).number).toBe(1)
    expect((await one.current(ask, signal())).number).toBe(2)
    world.clock += 59_999
    expect((await two.current(ask, signal())).number).toBe(2)
  })

  it('Q-06 is shared by feeds that ask at the same moment; who asks for a fresh one during it gets the next', async () => {
    const { worker, world, steps } = cluster()
    const cutter = worker()
    let open = (): void => undefined
    world.gate = new Promise<void>((resolve) => (open = resolve))
    const first = [cutter.current(ask, signal()), cutter.current(ask, signal())]
    while (!steps.includes('checkpoints')) await Promise.resolve()
    world.checkpoint = 5
    const fresh = [cutter.current({ ...ask, fresh: true }, signal()), cutter.current({ ...ask, fresh: true }, signal())]
    open()
    expect((await Promise.all(first)).map(({ number }) => number)).toEqual([1, 1])
    const windows = await Promise.all(fresh)
    expect(windows.map(({ number, points }) => [number, points[0]?.checkpoint])).toEqual([[2, 5], [2, 5]])
    expect(steps.filter((step) => step === 'create')).toHaveLength(2)
  })

  it('Q-06 that another worker wins is the winner’s', async () => {
    const { worker, world, windows } = cluster()
    const winner: LogWindow = { kind: 'flow', number: 1, id: 'other.x', cutAt: '', points: [point(3)] }
    let open = (): void => undefined
    world.gate = new Promise<void>((resolve) => (open = resolve))
    const cut = worker().current({ ...ask, fresh: true }, signal())
    while (!world.steps.includes('checkpoints')) await Promise.resolve()
    windows.set(1, winner)
    open()
    expect(await cut).toEqual(winner)
  })

  it('Q-06 goes on for the others when one who waits for it is aborted', async () => {
    const { worker, world } = cluster()
    const cutter = worker()
    let open = (): void => undefined
    world.gate = new Promise<void>((resolve) => (open = resolve))
    const aborted = new AbortController()
    const first = cutter.current({ ...ask, fresh: true }, aborted.signal)
    while (!world.steps.includes('checkpoints')) await Promise.resolve()
    const second = cutter.current(ask, signal())
    aborted.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    open()
    expect((await second).number).toBe(1)
  })

  it('Q-06 stays in the chain of the window before, and starts another when windows were lost', async () => {
    const { worker } = cluster()
    const cutter = worker()
    const first = await cutter.current({ ...ask, fresh: true }, signal())
    const second = await cutter.current({ ...ask, fresh: true }, signal())
    expect(second.id.split('.')[0]).toBe(first.id.split('.')[0])
    const third = await cutter.current({ ...ask, cursor: { number: 99, id: 'x.y' } }, signal())
    expect(third.number).toBe(3)
    expect(third.id.split('.')[0]).not.toBe(first.id.split('.')[0])
  })

  it('Q-06 starts another chain when windows were restored from yesterday, whoever asks first: this worker has seen newer ones', async () => {
    const { worker, windows } = cluster()
    const cutter = worker()
    const first = await cutter.current({ ...ask, fresh: true }, signal())
    await cutter.current({ ...ask, fresh: true }, signal())
    windows.delete(2)
    const again = await cutter.current(ask, signal())
    expect(again.number).toBe(2)
    expect(again.id.split('.')[0]).not.toBe(first.id.split('.')[0])
    // Once is enough: the next asker finds the chain as it is.
    expect(await cutter.current(ask, signal())).toEqual(again)
  })

  it('Q-06 prunes now and then', async () => {
    const { worker, world } = cluster()
    const cutter = worker()
    for (let i = 0; i < 130; i++) await cutter.current({ ...ask, fresh: true }, signal())
    expect(world.pruned).toBe(2)
  })
})
