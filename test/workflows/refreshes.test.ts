import { describe, expect, it } from 'vitest'
import { Refreshes } from '../../workflows/refreshes.ts'

const UPDATED = { outcome: 'updated', message: '1 added' } as const

describe('refreshes', () => {
  it('L-04 are answered by an attempt that began after they were asked for, and no earlier one', () => {
    const refreshes = new Refreshes(false)
    const first = refreshes.ask()
    refreshes.begin()
    const during = refreshes.ask()
    refreshes.serve(refreshes.begun, UPDATED)
    expect([refreshes.answerTo(first), refreshes.answerTo(during), refreshes.wanted]).toEqual([UPDATED, null, true])
    refreshes.serve(refreshes.begin(), { ...UPDATED, outcome: 'unchanged' })
    expect(refreshes.answerTo(during)?.outcome).toBe('unchanged')
    expect(refreshes.wanted).toBe(false)
  })

  it('L-04 one that a run before took is wanted of the next', () => {
    expect(new Refreshes(true).wanted).toBe(true)
    expect(new Refreshes(false).wanted).toBe(false)
  })

  it('L-04 a run waits for those who wait for an answer, and for no signal', () => {
    const refreshes = new Refreshes(true)
    expect([refreshes.wanted, refreshes.awaited]).toEqual([true, false])
    const first = refreshes.ask()
    refreshes.await(first, false)
    refreshes.begin()
    const during = refreshes.ask()
    refreshes.await(during, false)
    refreshes.serve(refreshes.begun, UPDATED)
    expect(refreshes.awaited).toBe(true)
    refreshes.serve(refreshes.begin(), UPDATED)
    expect(refreshes.awaited).toBe(false)
    refreshes.await(refreshes.ask(), false)
    refreshes.close(UPDATED)
    expect(refreshes.awaited).toBe(false)
  })

  it('L-04 ten are taken late, then nobody is before the run has continued', () => {
    const refreshes = new Refreshes(false)
    for (let early = 0; early < 50; early += 1) refreshes.await(refreshes.ask(), false)
    for (let late = 0; late < 9; late += 1) refreshes.await(refreshes.ask(), true)
    expect(refreshes.full).toBe(false)
    refreshes.await(refreshes.ask(), true)
    expect(refreshes.full).toBe(true)
  })

  it('L-02 L-06 all of them end with the run, those that come later too', () => {
    const refreshes = new Refreshes(false)
    const waiting = refreshes.ask()
    const final = { outcome: 'disabled', message: 'cancelled' } as const
    refreshes.close(final)
    expect([refreshes.answerTo(waiting), refreshes.answerTo(refreshes.ask())]).toEqual([final, final])
  })
})
