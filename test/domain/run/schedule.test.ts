import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPullAt, nextSlot, pullDue, retryDelay, slotDue } from '../../../domain/run/schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('slots', () => {
  it('Q-08 come once an interval, in the phase of the feed, however late the last search was', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 10_000, max: HOUR }), (id, after, interval) => {
        const slot = nextSlot(id, after, interval)
        expect(slot).toBeGreaterThan(after)
        expect(slot - after).toBeLessThanOrEqual(interval)
        expect(nextSlot(id, slot, interval)).toBe(slot + interval)
      }),
    )
  })

  it('Q-08 spread a thousand feeds over the interval', () => {
    const minutes = new Set<number>()
    for (let feed = 0; feed < 1000; feed += 1) minutes.add(Math.floor(nextSlot(`threatfeed/c/feed-${String(feed)}`, 0, MINUTE) / 1000))
    expect(minutes.size).toBeGreaterThan(50)
  })
})

describe('pulls', () => {
  it('P-01 P-02 come a period after the last attempt, up to a tenth and five minutes later', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 5 * MINUTE, max: 240 * HOUR }), (id, last, period) => {
        const late = nextPullAt(id, last, period) - last - period
        expect(late).toBeGreaterThanOrEqual(0)
        expect(late).toBeLessThanOrEqual(Math.min(period / 10, 5 * MINUTE))
      }),
    )
  })

  it.each([
    [5 * MINUTE, MINUTE / 2],
    [50 * MINUTE, 5 * MINUTE],
    [24 * HOUR, 5 * MINUTE],
  ])('P-02 of a thousand feeds asked at one moment, each %i ms, spread over the whole of the %i ms that they may be late', (period, most) => {
    const late = Array.from({ length: 1000 }, (_, feed) => nextPullAt(`threatfeed/c/feed-${String(feed)}`, 1e12, period) - 1e12 - period)
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const within = late.filter((ms) => ms >= (most * tenth) / 10 && ms < (most * (tenth + 1)) / 10)
      // A hundred each, were they drawn by lot; eight deviations of 9.5 below it.
      expect(within.length).toBeGreaterThan(24)
    }
    expect(Math.max(...late)).toBeLessThan(most)
    // Nor does one feed come late by the same at each pull.
    expect(new Set(Array.from({ length: 10 }, (_, at) => nextPullAt('f', 1e12 + at * period, period) - at * period)).size).toBeGreaterThan(5)
  })

  it('P-06 that failed wait a minute, doubling to the lesser of a third of the period and an hour', () => {
    const delays = (periodMs: number, slow: boolean): number[] =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => retryDelay({ failures, periodMs, slow, retryAfterS: null }) / MINUTE)
    expect(delays(24 * HOUR, false)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(delays(15 * MINUTE, false)).toEqual([1, 2, 4, 5, 5, 5, 5, 5])
    expect(delays(24 * HOUR, true)).toEqual([10, 20, 40, 60, 60, 60, 60, 60])
  })

  it('P-04 that asked nobody are tried again within the minute, however often', () => {
    for (const failures of [1, 8]) expect(retryDelay({ failures, periodMs: 24 * HOUR, slow: false, retryAfterS: null, unasked: true })).toBeLessThan(MINUTE)
  })

  it('P-01 follow a changed period, also after a failure that had a longer one to wait for', () => {
    const times = { lastAttemptAt: 1e12, retryPullAt: 1e12 + 240 * HOUR }
    expect(pullDue('id', { ...times, periodMs: 240 * HOUR }, 1e12 + 1)).toBe(1e12 + 240 * HOUR)
    expect(pullDue('id', { ...times, periodMs: 5 * MINUTE }, 1e12 + 1)).toBe(1e12 + 15 * MINUTE)
    expect(pullDue('id', { lastAttemptAt: 1e12, retryPullAt: null, periodMs: 5 * MINUTE }, 1e12 + 1)).toBeLessThanOrEqual(1e12 + 6 * MINUTE)
  })

  it('P-01 after a long downtime are due at once', () => {
    expect(pullDue('id', { lastAttemptAt: 0, retryPullAt: null, periodMs: HOUR }, 1e12)).toBeLessThan(1e12)
  })

  it('P-01 and searches are not put off by a clock that went back: no wait is longer than any may be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 1e12 }), fc.boolean(), (now, lastAttemptAt, retried) => {
        const times = { lastAttemptAt, retryPullAt: retried ? lastAttemptAt + HOUR : null, periodMs: HOUR }
        expect(pullDue('id', times, now)).toBeLessThanOrEqual(now + HOUR + 5 * MINUTE)
        expect(slotDue('id', lastAttemptAt, MINUTE, now)).toBeLessThanOrEqual(now + 2 * MINUTE)
      }),
    )
  })

  it('P-06 honour Retry-After up to the period', () => {
    const wait = (retryAfterS: number): number => retryDelay({ failures: 1, periodMs: HOUR, slow: false, retryAfterS }) / MINUTE
    expect([wait(10), wait(600), wait(7200)]).toEqual([1, 10, 60])
  })
})
