import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { beating } from '../../activities/beating.ts'
import { environment } from './world.ts'

describe('beating', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('heartbeats while the work runs, and no longer', async () => {
    const from = environment()
    let beats = 0
    from.on('heartbeat', () => (beats += 1))
    const done = from.run(() =>
      beating(async () => {
        await vi.advanceTimersByTimeAsync(12_000)
        return beats
      }),
    )
    expect(await done).toBe(3)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(beats).toBe(3)
  })

  it('heartbeats three times within a timeout that is shorter', async () => {
    const from = environment({ heartbeatTimeoutMs: 6_000 })
    let beats = 0
    from.on('heartbeat', () => (beats += 1))
    await from.run(() => beating(async () => void (await vi.advanceTimersByTimeAsync(6_000))))
    expect(beats).toBe(4)
  })

  it('gives the work the signal of the step', async () => {
    const from = environment()
    const work = from.run(() => beating(async (signal) => signal.throwIfAborted()))
    await expect(work).resolves.toBeUndefined()
    from.cancel()
    await expect(from.run(() => beating(async (signal) => signal.throwIfAborted()))).rejects.toMatchObject({ name: 'CancelledFailure' })
  })
})
