import { describeMachine } from '../measure/machine.ts'
import { goalRows } from '../measure/report.ts'
import { markdownTable, plainTable, type Rows } from '../measure/table.ts'
import type { ArmResult } from './arm.ts'
import type { FeedsBench } from './bench-feeds.ts'

const HEAD = [
  'feeds, interval, shape',
  'events a feed and hour',
  'a day',
  'actions a feed and day',
  'server, CPU s a minute',
  'MB',
  'worker, CPU s a minute',
  'MB',
  'step p50, ms',
  'p95',
  'restart, s',
  'CPU s',
] as const

const NAMES = { bare: 'a timer and an activity', ours: 'threatfeed' } as const

export function feedTables({ machine, measureMs, continueAfterEvents, results, goals }: FeedsBench, markdown: boolean): string {
  const head = `${describeMachine(machine)}; each shape ${measureMs / 60_000} min; continue-as-new at ${continueAfterEvents} events; 1 MB is 1,000,000 bytes`
  const rows: Rows = [HEAD, ...results.map(rowOf)]
  return [head, ...[rows, goalRows(goals)].map(markdown ? markdownTable : plainTable)].join('\n\n')
}

function rowOf({ arm, feeds, intervalMs, measuredMs, counted, server, worker, restart }: ArmResult): readonly string[] {
  const hours = (feeds * measuredMs) / 3_600_000
  const minutes = measuredMs / 60_000
  const cpu = (cpuMs: number): string => (cpuMs / 1000 / minutes).toFixed(1)
  const memory = (bytes: number): string => (bytes / 1e6).toFixed(0)
  return [
    `${feeds}, ${intervalMs / 1000} s, ${NAMES[arm]}`,
    (counted.events / hours).toFixed(0),
    ((24 * counted.events) / hours).toFixed(0),
    ((24 * counted.actions) / hours).toFixed(0),
    cpu(server.cpuMs),
    memory(server.peakBytes),
    cpu(worker.cpuMs),
    memory(worker.peakBytes),
    quantile(counted.latencies, 0.5),
    quantile(counted.latencies, 0.95),
    (restart.wallMs / 1000).toFixed(1),
    (restart.cpuMs / 1000).toFixed(1),
  ]
}

/** Empty where there is nothing to tell of. */
export function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return value === undefined ? '' : value.toFixed(0)
}
