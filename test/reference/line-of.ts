import type { Judged } from './run-seed.ts'

/** What is said of a seed. */
export function lineOf({ seed, differences, events, logs, windows, seconds }: Judged): string {
  const verdict = differences.length === 0 ? 'passed' : `DIFFERS in ${String(differences.length)}`
  return `seed ${String(seed).padStart(4)}  ${verdict}  ${String(events)} events of ${String(logs)} logs in ${String(windows)} windows, ${seconds.toFixed(0)} s`
}
