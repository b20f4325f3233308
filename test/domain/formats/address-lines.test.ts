import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../../../domain/formats/parse-body.ts'
import { membersOf } from '../../../domain/sets/members.ts'
import { line, referee } from './address-lines.ts'
import { LOOKED_AT, NEWLINE } from './bodies.ts'

/** FC_RUNS for more than `npm test` has time for: each run is a list of 20 lines on average. */
const RUNS = Number(process.env['FC_RUNS'] ?? 400)

const lists = fc.tuple(fc.array(line, { minLength: 1, maxLength: 40, size: 'max' }), fc.constantFrom('', '\n'))

/** Cut at these places, in whatever order they come. */
async function* cut(body: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  const sorted = [0, ...places.map((place) => place % (body.length + 1)).sort((a, b) => a - b), body.length]
  for (let i = 1; i < sorted.length; i++) yield body.subarray(sorted[i - 1], sorted[i])
}

async function outcome(body: Uint8Array, places: readonly number[]): Promise<unknown> {
  const result = await parseBody(cut(body, places), { ...NEWLINE, allowEmpty: true })
  if (!result.ok) return { members: [], refused: true }
  const { set, rejections, entries } = result.parsed
  const rejected = Object.values(rejections.counts).reduce((sum, count) => sum + count, 0)
  return { members: [...membersOf(set)], entries, rejected, firstRejected: rejections.samples[0]?.line }
}

function expected(lines: readonly string[]): unknown {
  const verdicts = lines.map(referee)
  const members = [...new Set(verdicts.flatMap((verdict) => (typeof verdict === 'string' ? [] : [verdict.member])))].sort()
  const rejected = verdicts.filter((verdict) => verdict === 'rejected').length
  const entries = verdicts.filter((verdict) => verdict !== 'blank').length
  // A body in which nothing is a member is refused (contract P-11).
  if (members.length === 0 && entries > 0) return { members: [], refused: true }
  // Behind the line of what is looked at.
  return { members, entries, rejected, firstRejected: rejected === 0 ? undefined : verdicts.indexOf('rejected') + 2 }
}

describe('a list of addresses, read as bytes', () => {
  it('F-01 F-11 N-01 N-02 N-03 holds what a referee with ipaddr.js finds line by line, wherever its chunks are cut', { timeout: 0 }, async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.array(fc.nat(2_000), { maxLength: 6 }), async ([lines, end], places) => {
        const body = new TextEncoder().encode(LOOKED_AT + lines.join('\n') + end)
        expect(await outcome(body, places)).toEqual(expected(lines))
      }),
      { numRuns: RUNS },
    )
  })

  it('F-11 is the same with a border at every place', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
        const body = new TextEncoder().encode(LOOKED_AT + lines.join('\n'))
        const whole = await outcome(body, [])
        for (let place = LOOKED_AT.length; place <= body.length; place++) expect(await outcome(body, [place])).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })
})
