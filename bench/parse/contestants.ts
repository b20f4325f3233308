import { fileURLToPath } from 'node:url'
import type { Absent, Contest, Contestant, Outcome } from '../measure/contest.ts'
import type { Program } from '../measure/run-process.ts'
import type { HeldInput, Input } from './inputs.ts'
import { printedPrefixes, reported, sortedNames, sortedTexts, uniqueAddresses } from './outcomes.ts'
import { absent, type Tools } from './tools.ts'

/** What the tables and the goals call them. */
export const NAMES = {
  ours: 'threatfeed',
  oursAgain: 'threatfeed, third time in one process',
  oursRanges: 'threatfeed, ranges without a set',
  oursPrinting: 'threatfeed, printing',
  iprange: 'iprange -C',
  iprangePrinting: 'iprange, printing',
  goNetip: 'Go netip, sort, merge',
  goMap: 'Go map, sort',
  sort: 'sort -u',
  ipaddr: 'ipaddr.js, sort, merge',
  plainNames: 'split, toLowerCase, Set, sort',
  set: 'Set of strings',
  sortedArray: 'sorted array of strings',
} as const

/** Addresses to their merged ranges. Those that print write the prefixes; `sort -u` only tells equal texts apart and merges nothing. */
export function addressContest(input: Input, tools: Tools): Contest {
  const { file } = input
  return contest(titleOf(input), [
    ours(NAMES.ours, 'our-addresses', [file, 'count']),
    ours(NAMES.oursAgain, 'our-addresses', [file, 'again']),
    ours(NAMES.oursRanges, 'our-ranges', [file]),
    { ...ours(NAMES.oursPrinting, 'our-addresses', [file, 'print']), outcomeOf: printedPrefixes },
    rival(NAMES.iprange, 'iprange', tools.iprange, ['-C', file], uniqueAddresses),
    rival(NAMES.iprangePrinting, 'iprange', tools.iprange, [file], printedPrefixes),
    rival(NAMES.goNetip, 'go', tools.go?.addresses ?? null, [file], reported),
    rival(NAMES.sort, 'sort', tools.sort, ['-u', file], sortedTexts, { LC_ALL: 'C' }),
    ours(NAMES.ipaddr, 'plain-addresses', [file]),
  ])
}

/** Names to lower-case, each once, in order. */
export function nameContest(input: Input, tools: Tools): Contest {
  const { file } = input
  return contest(titleOf(input), [
    ours(NAMES.ours, 'our-names', [file, 'count']),
    ours(NAMES.oursAgain, 'our-names', [file, 'again']),
    rival(NAMES.goMap, 'go', tools.go?.names ?? null, [file], reported),
    rival(NAMES.sort, 'sort', tools.sort, ['-u', file], sortedNames, { LC_ALL: 'C' }),
    ours(NAMES.plainNames, 'plain-names', [file]),
  ])
}

/** A set in memory: its size, and looking up values that a log might hold. */
export function heldContest({ list, lookups }: HeldInput): Contest {
  const hold = (name: string, structure: string): Contestant => ({
    ...ours(name, 'hold', [structure, list.file, lookups]),
    program: node('hold', [structure, list.file, lookups], ['--expose-gc']),
  })
  return contest(`held in memory: ${titleOf(list)}`, [
    hold(NAMES.ours, list.content === 'IPSet' ? 'address-matcher' : 'name-matcher'),
    hold(NAMES.set, 'set'),
    hold(NAMES.sortedArray, 'sorted-array'),
  ])
}

function titleOf({ title, entries, bytes }: Input): string {
  return `${title}, ${entries.toLocaleString('en')} (${(bytes / 1e6).toFixed(1)} MB)`
}

function contest(title: string, parts: readonly (Contestant | Absent)[]): Contest {
  return {
    title,
    contestants: parts.filter((part): part is Contestant => 'program' in part),
    absent: parts.filter((part): part is Absent => 'howToGet' in part),
  }
}

function ours(name: string, program: string, args: readonly string[]): Contestant {
  return { name, program: node(program, args), outcomeOf: reported }
}

function rival(
  name: string,
  tool: keyof Tools,
  command: string | null,
  args: readonly string[],
  outcomeOf: (output: string) => Outcome,
  env: Readonly<Record<string, string>> = {},
): Contestant | Absent {
  return command === null ? absent(name, tool) : { name, program: { command, args, env }, outcomeOf }
}

function node(program: string, args: readonly string[], options: readonly string[] = []): Program {
  const file = fileURLToPath(new URL(`./programs/${program}.js`, import.meta.url))
  return { command: process.execPath, args: [...options, file, ...args] }
}
