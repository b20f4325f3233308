import type { Goal } from '../measure/goals.ts'
import type { ArmResult } from './arm.ts'

const AT_MOST = 1.3

/** Goal 14 for each number of feeds and interval: ours at most so many times a bare timer and activity. */
export function feedGoals(results: readonly ArmResult[]): readonly Goal[] {
  return results.filter(({ arm }) => arm === 'ours').flatMap((ours) => {
    const bare = results.find(({ arm, feeds, intervalMs }) => arm === 'bare' && feeds === ours.feeds && intervalMs === ours.intervalMs)
    const where = `${ours.feeds} feeds at ${ours.intervalMs / 1000} s`
    const goal = (what: string, of: (result: ArmResult) => number): Goal => ({
      id: '14',
      text: `${what}, ${where}, to a bare timer and activity`,
      atMost: AT_MOST,
      unit: '×',
      measured: bare === undefined || of(bare) === 0 ? null : of(ours) / of(bare),
    })
    return [
      goal('events', ({ counted, measuredMs }) => counted.events / measuredMs),
      goal("the server's CPU", ({ server, measuredMs }) => server.cpuMs / measuredMs),
      goal("the worker's CPU", ({ worker, measuredMs }) => worker.cpuMs / measuredMs),
    ]
  })
}
