import type { Match } from '../kinds.ts'
import type { LogRead } from '../recording/logs.ts'
import { arrivals, reaches } from '../recording/windows.ts'
import type { WindowRead } from '../recording/windows.ts'
import { holds } from './matches.ts'
import type { Search } from './searches.ts'

export interface Logs {
  readonly logs: readonly LogRead[]
  /** Of their kind, the oldest first. */
  readonly windows: readonly WindowRead[]
  readonly lookbackMs: number
}

/** Ids of the logs that a feed has to find, each with a reason for people. */
export function expectedOf(searches: readonly Search[], match: Match, { logs, windows, lookbackMs }: Logs): ReadonlyMap<string, string> {
  const expected = new Map<string, string>()
  for (const log of logs) {
    const arrived = arrivals(windows, log)
    if (arrived.length === 0) throw new Error(`log ${log.id} of ${log.index} is in no window`)
    for (const search of searches) {
      if (!isIn(search, log, arrived, windows, lookbackMs)) continue
      for (const member of search.members) {
        if (holds(log, member, match)) expected.set(log.id, `holds ${member}: ${search.why}; the log is in window ${arrived.join(' and ')}`)
      }
    }
  }
  return expected
}

function isIn(search: Search, log: LogRead, arrived: readonly number[], windows: readonly WindowRead[], lookbackMs: number): boolean {
  if (search.kind === 'forward') return arrived.some((number) => number > search.after && number <= search.upTo)
  const bound = windows.find(({ number }) => number === search.upTo)
  if (bound === undefined) throw new Error(`window ${String(search.upTo)} is not there any more`)
  return reaches(bound, log) && timeOf(log.source) >= search.at - lookbackMs
}

/** A log's time is the first present of three fields (contract, section 7); one that has none is never too old. */
function timeOf(source: LogRead['source']): number {
  for (const field of ['generated_time', '@timestamp', 'end_time']) {
    const value = source[field]
    if (typeof value === 'string') return Date.parse(value)
    // Seconds in `end_time` of flow logs, milliseconds elsewhere.
    if (typeof value === 'number') return field === 'end_time' ? value * 1000 : value
  }
  return Number.POSITIVE_INFINITY
}
