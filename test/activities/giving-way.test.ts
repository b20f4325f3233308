import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { givingWay } from '../../activities/giving-way.ts'

describe('givingWay', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('lets timers in once a stretch of 50 ms is over, and not before', async () => {
    const giveWay = givingWay(new AbortController().signal)
    const given = vi.fn()
    await vi.advanceTimersByTimeAsync(49)
    await giveWay()
    await vi.advanceTimersByTimeAsync(1)
    const turn = giveWay().then(given)
    for (let i = 0; i < 10; i++) await Promise.resolve()
    expect(given).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(0)
    await turn
    await giveWay()
  })

  it('ends the work of a step that is cancelled, also while it waits', async () => {
    const controller = new AbortController()
    const giveWay = givingWay(controller.signal)
    await vi.advanceTimersByTimeAsync(50)
    const given = expect(giveWay()).rejects.toThrow('enough')
    controller.abort(new Error('enough'))
    await vi.advanceTimersByTimeAsync(1)
    await given
    await expect(giveWay()).rejects.toThrow('enough')
  })
})
