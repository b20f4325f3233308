import type { ContestResult } from '../measure/contest.ts'
import type { Goal } from '../measure/goals.ts'
import { figureOf } from '../measure/spread.ts'
import { NAMES } from './contestants.ts'

/** The contests over the generated lists. */
export interface ParseResults {
  readonly addresses: ContestResult | undefined
  readonly names: ContestResult | undefined
  readonly heldAddresses: ContestResult | undefined
  readonly heldNames: ContestResult | undefined
}

/** What parsing and holding sets are to reach. Times and sizes are medians. */
export function parseGoals({ addresses, names, heldAddresses, heldNames }: ParseResults): readonly Goal[] {
  return [
    ratio('9', 'addresses to merged ranges inside a process, to the whole of iprange -C', 1.0, of(addresses, NAMES.ours, 'insideMs'), of(addresses, NAMES.iprange)),
    ratio('9', 'addresses, whole process, to iprange -C', 1.5, of(addresses, NAMES.ours), of(addresses, NAMES.iprange)),
    size('9', 'addresses, peak memory of the process', 80, 'MB', of(addresses, NAMES.ours, 'peakMB')),
    ratio('10', 'names, whole process, to the Go map program', 1.0, of(names, NAMES.ours), of(names, NAMES.goMap)),
    ratio('10', 'names, whole process, to sort -u', 1.7, of(names, NAMES.ours), of(names, NAMES.sort)),
    size('11', 'memory for a name', 10, 'bytes', of(heldNames, NAMES.ours, 'bytesEach')),
    ratio('11', 'lookup of a name, to a Set of strings', 1.2, of(heldNames, NAMES.ours, 'lookupNs'), of(heldNames, NAMES.set, 'lookupNs')),
    size('11', 'memory for an IPv4 address', 5, 'bytes', of(heldAddresses, NAMES.ours, 'bytesEach')),
    ratio('11', 'lookup of an IPv4 address, to a Set of strings', 1.2, of(heldAddresses, NAMES.ours, 'lookupNs'), of(heldAddresses, NAMES.set, 'lookupNs')),
  ]
}

function of(contest: ContestResult | undefined, name: string, figure = 'wallMs'): number | null {
  return figureOf(contest, name, figure)?.median ?? null
}

function ratio(id: string, text: string, atMost: number, ours: number | null, theirs: number | null): Goal {
  return { id, text, atMost, unit: '×', measured: ours === null || theirs === null ? null : ours / theirs }
}

function size(id: string, text: string, atMost: number, unit: 'MB' | 'bytes', measured: number | null): Goal {
  return { id, text, atMost, unit, measured }
}
