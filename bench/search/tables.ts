import { describeMachine } from '../measure/machine.ts'
import { goalRows } from '../measure/report.ts'
import { markdownTable, plainTable, type Rows } from '../measure/table.ts'
import type { Comparison, SearchBench } from './bench-search.ts'
import { searchGoals } from './goals.ts'
import { WAYS } from './ways.ts'

/** The tables of a run: each comparison, the planner's in one, many feeds, pulls, then the goals. */
export function searchTables(bench: SearchBench, markdown: boolean): string {
  const { machine, counts, comparisons, scale, pulls } = bench
  const [planned, others] = [comparisons.filter(isPlanned), comparisons.filter((comparison) => !isPlanned(comparison))]
  const tables: Rows[] = [
    ...others.map(comparisonRows),
    ...(planned.length === 0 ? [] : [planRows(planned)]),
    ...(scale.length === 0 ? [] : [scaleRows(bench)]),
    ...(pulls.length === 0 ? [] : [pullRows(bench)]),
    goalRows(searchGoals(bench)),
  ]
  const head = `${describeMachine(machine)}; ${counts.flow.toLocaleString('en')} flow and ${counts.dns.toLocaleString('en')} DNS logs; medians of each search`
  return [head, ...tables.map(markdown ? markdownTable : plainTable)].join('\n\n')
}

function isPlanned({ key }: Comparison): boolean {
  return key.startsWith('plan ')
}

function comparisonRows({ title, costs }: Comparison): Rows {
  return [
    [title, 'logs found', 'Elasticsearch, CPU ms', 'bench, CPU ms', 'ms', 'requests'],
    ...costs.map(({ name, hits, serverMs, ownMs, wallMs, requests }) => [name, hits === null ? '' : String(hits), ...[serverMs, ownMs, wallMs].map(ms), ms(requests)]),
  ]
}

function planRows(planned: readonly Comparison[]): Rows {
  const of = ({ costs }: Comparison, way: string): string => ms(costs.find(({ name }) => name === way)?.serverMs ?? 0)
  return [
    ['the planner: Elasticsearch, CPU ms', WAYS.digest, WAYS.list, 'as planned', 'chosen'],
    ...planned.map((cell) => [cell.title, of(cell, WAYS.digest), of(cell, WAYS.list), of(cell, WAYS.ours), cell.chosen ?? '']),
  ]
}

function scaleRows({ scale }: SearchBench): Rows {
  return [
    ['feeds of 5,000, one minute of flows', 'Elasticsearch, CPU ms', 'requests', 'worker, CPU ms', 'sets held, MB', 'logs found'],
    ...scale.map(({ feeds, serverMs, requests, ownMs, heldBytes, hits }) => [String(feeds), ms(serverMs), String(requests), ms(ownMs), (heldBytes / 1e6).toFixed(1), String(hits)]),
  ]
}

function pullRows({ pulls }: SearchBench): Rows {
  return [
    ['requests to Elasticsearch', 'sets and bodies written', 'small writes of our own', 'searches', 'reads'],
    ...pulls.map(({ title, bodies, small, searches, reads }) => [title, String(bodies), String(small), String(searches), String(reads)]),
  ]
}

function ms(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}
