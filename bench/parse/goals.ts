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

/**
 * What parsing and holding sets are to reach. Times and sizes are medians. Goal 9 speaks of merged ranges, which is all that `iprange`
 * makes; what a feed's pull makes besides, the canonical text and its hash, is shown beside it by the same limits.
 */
export function parseGoals({ addresses, names, heldAddresses, heldNames }: ParseResults): readonly Goal[] {
  return [
    ...addressGoals('9', addresses, NAMES.oursRanges, 'addresses to merged ranges'),
    ...addressGoals('beside 9', addresses, NAMES.ours, 'addresses to a set, its text and hash, and its merged ranges'),
    whole('10', 'names to a set, whole process, to the Go map program', 1.0, names, NAMES.goMap),
    whole('10', 'names to a set, whole process, to sort -u', 1.7, names, NAMES.sort),
    size('11', 'memory for a name', 10, 'bytes', heldNames, NAMES.ours, 'bytesEach'),
    lookup('lookup of a name, to a Set of strings', heldNames),
    size('11', 'memory for an IPv4 address', 5, 'bytes', heldAddresses, NAMES.ours, 'bytesEach'),
    lookup('lookup of an IPv4 address, to a Set of strings', heldAddresses),
  ]
}

function addressGoals(id: string, contest: ContestResult | undefined, ours: string, what: string): readonly Goal[] {
  const inside = ratio(contest, [ours, 'insideMs'], [NAMES.iprange, 'wallMs'])
  const insideCpu = ratio(contest, [ours, 'insideCpuMs'], [NAMES.iprange, 'cpuMs'])
  return [
    { id, text: `${what} inside a process, to the whole of iprange -C`, atMost: 1.0, unit: '×', measured: inside, measuredCpu: insideCpu },
    whole(id, `${what}, whole process, to iprange -C`, 1.5, contest, NAMES.iprange, ours),
    size(id, `${what}, peak of the process`, 80, 'MB', contest, ours, 'peakMB'),
  ]
}

function whole(id: string, text: string, atMost: number, contest: ContestResult | undefined, rival: string, ours: string = NAMES.ours): Goal {
  const measured = ratio(contest, [ours, 'wallMs'], [rival, 'wallMs'])
  return { id, text, atMost, unit: '×', measured, measuredCpu: ratio(contest, [ours, 'cpuMs'], [rival, 'cpuMs']) }
}

function lookup(text: string, contest: ContestResult | undefined): Goal {
  return { id: '11', text, atMost: 1.2, unit: '×', measured: ratio(contest, [NAMES.ours, 'lookupNs'], [NAMES.set, 'lookupNs']) }
}

function size(id: string, text: string, atMost: number, unit: 'MB' | 'bytes', contest: ContestResult | undefined, name: string, figure: string): Goal {
  return { id, text, atMost, unit, measured: figureOf(contest, name, figure)?.median ?? null }
}

type NameAndFigure = readonly [name: string, figure: string]

/** Of two medians; null when one is missing, or too short a time to be told. */
function ratio(contest: ContestResult | undefined, ours: NameAndFigure, theirs: NameAndFigure): number | null {
  const our = figureOf(contest, ...ours)?.median
  const their = figureOf(contest, ...theirs)?.median
  return our === undefined || their === undefined || their === 0 ? null : our / their
}
