import { describeMachine } from '../measure/machine.ts'
import { markdownTable, plainTable, type Rows } from '../measure/table.ts'
import type { LoadResult } from './bench-load.ts'

export function loadTables({ machine, options, adoptedMs, measuredMs, usage, logs, lag, everythingEvents }: LoadResult, markdown: boolean): string {
  const { feeds, members, logsPerSecond, intervalS, everything } = options
  const minutes = measuredMs / 60_000
  const what = `${feeds} feeds of ${members} addresses${everything ? ' and one of 0.0.0.0/0' : ''}, ${logsPerSecond} flow logs a second, interval ${intervalS} s, ${minutes.toFixed(1)} min`
  const found: Rows = [
    ['what', 'found'],
    ['all feeds had their sets after', seconds(adoptedMs)],
    ['logs written', `${logs.written}, at most ${seconds(logs.latestMs)} behind plan`],
    ['events of listed logs', `${lag.events}, ${lag.missing} missing`],
    ['from a log to its event, p50', seconds(lag.p50)],
    ['p95', seconds(lag.p95)],
    ['the slowest feed', seconds(lag.slowest)],
    ...(everythingEvents === null ? [] : [['events of 0.0.0.0/0', `${everythingEvents} of ${logs.written} logs`]]),
  ]
  const costs: Rows = [
    ['process', 'CPU s a minute', 'most MB'],
    ...Object.entries(usage).map(([name, { cpuMs, peakBytes }]) => [name, (cpuMs / 1000 / minutes).toFixed(1), (peakBytes / 1e6).toFixed(0)]),
  ]
  return [describeMachine(machine), what, ...[found, costs].map(markdown ? markdownTable : plainTable)].join('\n\n')
}

function seconds(ms: number | null): string {
  return ms === null ? 'none' : `${(ms / 1000).toFixed(1)} s`
}
