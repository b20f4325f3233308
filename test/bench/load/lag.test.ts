import { describe, expect, it } from 'vitest'
import { lagOf } from '../../../bench/load/lag.ts'
import { feedName } from '../../../bench/load/lists.ts'
import { loadTables } from '../../../bench/load/tables.ts'
import { thisMachine } from '../../../bench/measure/machine.ts'

const event = (log: string, feed: number, at: number) => ({ generated_time: new Date(at).toISOString(), origin: feedName(feed), record: { flow_log_id: log } })

describe('how late logs are found', () => {
  it('is from their writing to the event of the feed that lists them', () => {
    const listed = new Map(Array.from({ length: 100 }, (_, at) => [`log-${at}`, { at: 1_000, feed: at }]))
    const events = [...listed].map(([log, { feed }]) => event(log, feed, 1_000 + (feed + 1) * 10))
    expect(lagOf(listed, events, feedName)).toEqual({ events: 100, missing: 0, p50: 500, p95: 950, slowest: 1_000 })
  })

  it('counts a log without an event, or with another feed’s, as missing, and none twice', () => {
    const listed = new Map([['a', { at: 0, feed: 0 }], ['b', { at: 0, feed: 1 }], ['c', { at: 0, feed: 2 }]])
    const events = [event('a', 0, 70), event('a', 0, 90), event('b', 2, 10), event('x', 0, 10), {}]
    expect(lagOf(listed, events, feedName)).toEqual({ events: 1, missing: 2, p50: 70, p95: 70, slowest: 70 })
  })

  it('is nothing where no event came, and the table says so', () => {
    const lag = lagOf(new Map([['a', { at: 0, feed: 0 }]]), [], feedName)
    expect(lag).toEqual({ events: 0, missing: 1, p50: null, p95: null, slowest: null })
    const text = loadTables({
      machine: thisMachine(),
      options: { feeds: 1, members: 2, logsPerSecond: 3, measureMs: 60_000, intervalS: 60, everything: true },
      adoptedMs: 1_500,
      measuredMs: 120_000,
      usage: { worker: { cpuMs: 6_000, peakBytes: 250_000_000 } },
      logs: { written: 360, latestMs: 400 },
      lag,
      everythingEvents: 350,
    }, true)
    expect(text).toContain('| the slowest feed | none |')
    expect(text).toContain('| events of 0.0.0.0/0 | 350 of 360 logs |')
    expect(text).toContain('| worker | 3.0 | 250 |')
  })
})
