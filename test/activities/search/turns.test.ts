import { describe, expect, it } from 'vitest'
import { beginTurn, createPlaces } from '../../../activities/search/turns.ts'

const LIMITS = { longMs: 10, mostMs: 100 }

describe('the turn of a search', () => {
  it('Q-10 is not over while it is short, whoever has the places', () => {
    let now = 0
    const turn = beginTurn(createPlaces(0), LIMITS, () => now)
    now = 9
    expect(turn.isOver()).toBe(false)
    now = 10
    expect(turn.isOver()).toBe(true)
  })

  it('Q-10 lasts with a place, and no longer than it may', () => {
    let now = 0
    const turn = beginTurn(createPlaces(1), LIMITS, () => now)
    now = 99
    expect(turn.isOver()).toBe(false)
    now = 100
    expect(turn.isOver()).toBe(true)
  })

  it('Q-10 leaves its place to others, once', () => {
    let now = 0
    const places = createPlaces(1)
    const [first, second, third] = [1, 2, 3].map(() => beginTurn(places, LIMITS, () => now))
    now = 10
    expect([first?.isOver(), second?.isOver()]).toEqual([false, true])
    first?.end()
    first?.end()
    // Whoever was told that it is over has ended: the free place is not its own.
    expect([second?.isOver(), third?.isOver()]).toEqual([true, false])
    expect(places.take()).toBe(false)
  })
})
