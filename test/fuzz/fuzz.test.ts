import fc, { type IAsyncProperty, type IProperty } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvBodies, jsonBodies, newlineBodies } from './bodies.ts'
import { addresses, durations, encodings, feeds, jsonDocuments, jsonPaths, names, retryAfters, sets } from './values.ts'

/** Seconds for all parsers together: 30 in `npm test`, 600 in `npm run fuzz`. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 30)
/** To see a failure again: the seed that it was reported with. */
const SEED = process.env['FUZZ_SEED']

type AnyProperty = IProperty<never> | IAsyncProperty<never>

/** Whole bodies go through all the rest, so they get most of the time. */
const PARSERS: readonly (readonly [title: string, share: number, property: unknown])[] = [
  ['F-01 F-11 F-12 N-03: newline bodies', 4, newlineBodies],
  ['F-02 F-05 F-11 F-12: csv bodies with any options', 5, csvBodies],
  ['F-07 F-09 F-12: json bodies with any path', 4, jsonBodies],
  ['N-01 N-02: addresses', 2, addresses],
  ['N-04 N-05: names', 3, names],
  ['F-07 F-08: json paths', 2, jsonPaths],
  ['F-07: json documents, beside JSON.parse', 1, jsonDocuments],
  ['V-18: specs', 3, feeds],
  ['V-06: durations', 1, durations],
  ['P-06: Retry-After', 1, retryAfters],
  ['P-08: Content-Encoding', 1, encodings],
  ['N-03: sets as they are stored', 1, sets],
]
const SHARES = PARSERS.reduce((sum, [, share]) => sum + share, 0)

describe('whatever comes in', () => {
  // A hang is what the time limit is for.
  it.each(PARSERS)('%s', { timeout: SECONDS * 1000 + 60_000 }, async (title, share, property) => {
    const budget = { numRuns: 1e9, interruptAfterTimeLimit: Math.ceil((SECONDS * 1000 * share) / SHARES), markInterruptAsFailure: false }
    const run = await fc.check(property as AnyProperty, { ...budget, ...(SEED === undefined ? {} : { seed: Number(SEED) }) })
    process.stderr.write(`${title}: ${run.numRuns} cases, seed ${run.seed}\n`)
    expect(run.failed, run.failed ? fc.defaultReportMessage(run) : '').toBe(false)
    expect(run.numRuns).toBeGreaterThan(0)
  })
})
