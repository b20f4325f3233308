import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Outcome } from '../measure/contest.ts'

/** Programs of our own, in JavaScript and Go, write their outcome as one JSON object. */
export function reported(output: string): Outcome {
  return JSON.parse(readFileSync(output, 'utf8')) as Outcome
}

/** `iprange -C` writes the number of entries and of unique addresses. */
export function uniqueAddresses(output: string): Outcome {
  const counts = /^\d+,(\d+)$/m.exec(readFileSync(output, 'utf8'))
  if (counts === null) throw new Error('it did not write two counts')
  return { facts: { addresses: Number(counts[1]) }, figures: {} }
}

/** Prefixes, one a line, in the order of their addresses; a single address without its length. */
export function printedPrefixes(output: string): Outcome {
  const { lines, sha256 } = measured(output)
  let addresses = 0
  for (const line of readFileSync(output, 'latin1').trimEnd().split('\n')) addresses += 2 ** (32 - Number(line.split('/')[1] ?? 32))
  return { facts: { prefixes: lines, 'the list of prefixes': sha256, addresses }, figures: {} }
}

/** `sort -u` of addresses: unique as texts, and so in number the members, but not in our order. */
export function sortedTexts(output: string): Outcome {
  return { facts: { members: measured(output).lines }, figures: {} }
}

/** `sort -u` of lower-case names in the order of bytes: the canonical text itself. */
export function sortedNames(output: string): Outcome {
  const { lines, sha256 } = measured(output)
  return { facts: { members: lines, sha256 }, figures: {} }
}

/** Lines, and the hash without the last line's end, as of a canonical text (contract N-03). */
function measured(output: string): { readonly lines: number; readonly sha256: string } {
  const bytes = readFileSync(output)
  let lines = 0
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++
  const text = bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes
  return { lines, sha256: createHash('sha256').update(text).digest('hex') }
}
