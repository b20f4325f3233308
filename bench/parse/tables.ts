import { describeMachine } from '../measure/machine.ts'
import { contestRows, goalRows, type Layout, report } from '../measure/report.ts'
import type { ParseBench } from './bench-parse.ts'
import { NAMES } from './contestants.ts'

const PARSING: Layout = {
  ours: NAMES.ours,
  compared: 'wallMs',
  columns: [
    { figure: 'wallMs', head: 'whole process, ms', digits: 0, spread: true },
    { figure: 'cpuMs', head: 'CPU, ms', digits: 0 },
    { figure: 'insideMs', head: 'inside, ms', digits: 0, spread: true },
    { figure: 'peakMB', head: 'peak, MB', digits: 0 },
  ],
}

const HOLDING: Layout = {
  ours: NAMES.ours,
  compared: 'lookupNs',
  columns: [
    { figure: 'bytesEach', head: 'bytes each', digits: 1 },
    { figure: 'saysBytesEach', head: 'as it says itself', digits: 1 },
    { figure: 'lookupNs', head: 'lookup, ns', digits: 0, spread: true },
    { figure: 'confirmMs', head: 'all guesses confirmed, CPU ms', digits: 0 },
  ],
}

/** The tables of a run: each contest, then the goals. */
export function parseTables(bench: ParseBench, markdown: boolean): string {
  const { machine, runs, parsing, holding, goals } = bench
  const tables = [...parsing.map((contest) => contestRows(contest, PARSING)), ...holding.map((contest) => contestRows(contest, HOLDING)), goalRows(goals)]
  const head = `${describeMachine(machine)}; ${runs === 1 ? 'one run' : `${runs} runs in turns`}; medians (least..most); 1 MB is 1,000,000 bytes`
  return `${head}\n\n${report(tables, [...parsing, ...holding], markdown)}`
}
