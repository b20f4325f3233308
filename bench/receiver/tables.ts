import { describeMachine } from '../measure/machine.ts'
import { contestRows, type Layout, report } from '../measure/report.ts'
import type { ReceiverBench } from './bench-receiver.ts'

const PUSHING: Layout = {
  ours: 'Node',
  compared: 'firstMs',
  columns: [
    { figure: 'startMs', head: 'start to first answer, ms', digits: 0, spread: true },
    { figure: 'firstMs', head: 'first push, ms', digits: 0, spread: true },
    { figure: 'cpuMs', head: 'CPU of it, ms', digits: 0 },
    { figure: 'againMs', head: 'second push, ms', digits: 0, spread: true },
    { figure: 'peakMB', head: 'peak, MB', digits: 0 },
  ],
}

/** A table for each body; the ratio at the end is that of the first push to Node's. */
export function receiverTables({ machine, lines, runs, pushes, moduleBytes }: ReceiverBench, markdown: boolean): string {
  const head = `${describeMachine(machine)}; ${lines} lines, ${runs === 1 ? 'one run' : `${runs} runs in turns`}; medians (least..most); 1 MB is 1,000,000 bytes; the module for workerd has ${(moduleBytes / 1000).toFixed(1)} kB, compressed`
  return `${head}\n\n${report(pushes.map((contest) => contestRows(contest, PUSHING)), pushes, markdown)}`
}
