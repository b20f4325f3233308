import { describe, expect, it } from 'vitest'
import type { Arm, ArmResult } from '../../../bench/feeds/arm.ts'
import { feedGoals } from '../../../bench/feeds/goals.ts'
import { feedTables } from '../../../bench/feeds/tables.ts'
import { verdictOf } from '../../../bench/measure/goals.ts'
import { thisMachine } from '../../../bench/measure/machine.ts'

function result(arm: Arm, feeds: number, times: number): ArmResult {
  return {
    arm,
    feeds,
    intervalMs: 60_000,
    measuredMs: 600_000,
    server: { cpuMs: 10_000 * times, peakBytes: 200e6 },
    worker: { cpuMs: 4_000 * times, peakBytes: 300e6 },
    counted: { events: 110 * feeds * times, actions: 20 * feeds, latencies: [6, 7, 19] },
    restart: { wallMs: 61_000, cpuMs: 5_000 },
  }
}

const results = [result('bare', 10, 1), result('ours', 10, 1.2), result('bare', 100, 1), result('ours', 100, 1.5), result('ours', 1_000, 1)]

describe('goal 14', () => {
  it('compares like with like, three ratios each, and is not measured without its other half', () => {
    const goals = feedGoals(results)
    expect(goals.map(({ measured }) => measured)).toEqual([1.2, 1.2, 1.2, 1.5, 1.5, 1.5, null, null, null].map((ratio) => (ratio === null ? null : expect.closeTo(ratio))))
    expect(goals.map(verdictOf)).toEqual([...Array<string>(3).fill('met'), ...Array<string>(3).fill('missed'), ...Array<string>(3).fill('not measured')])
  })

  it('stands below a table with a row for each shape: an hour, a day and a minute of it', () => {
    const bench = { machine: thisMachine(), measureMs: 600_000, continueAfterEvents: 250, results, goals: feedGoals(results) }
    expect(feedTables(bench, true)).toContain('| 10, 60 s, a timer and an activity | 660 | 15840 | 2880 | 1.0 | 200 | 0.4 | 300 | 7 | 19 | 61.0 | 5.0 |')
    expect(feedTables(bench, false)).toContain("14: the server's CPU, 100 feeds at 60 s")
  })
})
