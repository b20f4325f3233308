import { describe, expect, it } from 'vitest'
import { type Calibration, calibrated, UNCALIBRATED } from '../../../domain/search/calibration.ts'
import { choosePlan, estimate } from '../../../domain/search/planner.ts'

/** Logs in so many minutes of the measured cluster (docs/performance.md, "Searching"). */
const minutes = (count: number): number => 1_389 * count

describe('the plan', () => {
  it.each([
    [minutes(1), 200, 0, 'terms'],
    [minutes(1), 5_000, 0, 'digest'],
    [minutes(1), 0, 200, 'digest'],
    [minutes(60), 5_000, 0, 'terms'],
    [minutes(60), 120_430, 0, 'digest'],
    [minutes(1_440), 1_000, 0, 'terms'],
    [minutes(1_440), 120_430, 0, 'terms'],
    [minutes(1_440), 120_430, 10_862, 'digest'],
    [minutes(1_440), 1_200_000, 0, 'digest'],
  ])('Q-07 for %i logs, %i hosts and %i ranges is %s, as measured', (logs, hosts, ranges, way) => {
    const plan = choosePlan({ logs, hosts, ranges })
    expect(plan.way).toBe(way)
    expect(plan.estimatedMs).toBe(estimate(plan.way, { logs, hosts, ranges }))
    expect(plan.otherMs).toBeGreaterThanOrEqual(plan.estimatedMs)
  })

  it('Q-07 turns to the way that has cost less here', () => {
    const workload = { logs: minutes(60), hosts: 10_000, ranges: 0 }
    expect(choosePlan(workload).way).toBe('terms')
    expect(choosePlan(workload, { digest: 0.5, terms: 2 }).way).toBe('digest')
  })
})

describe('the calibration', () => {
  const after = (times: number, way: 'digest' | 'terms', measuredMs: number, from: Calibration = UNCALIBRATED): Calibration =>
    Array.from({ length: times }).reduce<Calibration>((now) => calibrated(now, way, { expectedMs: 10, measuredMs }), from)

  it('Q-07 comes near to what searches cost, the newest ones above all', () => {
    expect(after(40, 'digest', 30).digest).toBeCloseTo(3, 1)
    expect(after(40, 'digest', 10, after(40, 'digest', 30)).digest).toBeCloseTo(1, 1)
  })

  it('Q-07 takes a way that was too dear again in time', () => {
    const dear = after(20, 'terms', 90)
    expect(dear.terms).toBeGreaterThan(5 * dear.digest)
    const later = after(200, 'digest', 10, dear)
    expect(later.terms).toBeLessThan(1.2 * later.digest)
  })

  it('Q-07 learns little of one search that met a pause, and nothing of one without a time', () => {
    expect(after(1, 'digest', 10_000_000).digest).toBeLessThan(1.4)
    expect(after(1, 'digest', 0)).toEqual(UNCALIBRATED)
  })
})
