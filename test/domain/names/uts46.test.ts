import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalName } from '../../../domain/names/canonical-name.ts'
import { patience, runs } from '../../runs.ts'
import { memberByPlatform } from './platform.ts'
import { memberOf } from './contract-rules.ts'
import { decodeAceLabel } from '../../../domain/names/ace-label.ts'
import { anyEntry } from './entries.ts'
import { type IdnaRow, idnaRows } from './idna-test-v2.ts'

function member(entry: string): string | null {
  const name = canonicalName(entry)
  return typeof name === 'string' ? name : null
}

/** What contract N-04 switches off, hyphens in places three and four or at an end (V2, V3) and STD3 (U1), and lengths, judged here. */
const NOT_ASKED = ['V2', 'V3', 'U1', 'A4_1', 'A4_2', 'X4_2']

/** What a row says of its source with a suffix: labels of Latin letters behind it change no verdict. */
function wanted({ toAscii, status }: IdnaRow, suffix: string): string | null {
  return status.every((code) => NOT_ASKED.includes(code)) ? memberOf(toAscii + suffix) : null
}

/** Where ours differs from the rows, and why that is right. */
const JUDGED_ROWS: readonly { readonly holds: RegExp; readonly why: string }[] = [
  { holds: /\u{32931}|xn--20-9802c/u, why: 'U+32931 has been a letter since Unicode 17, ours; the rows are of 16' },
  { holds: /xn--9-i0j5967eg3qz/, why: 'the same of U+32B9A, in ACE' },
]

/** Where ours differs from the platform's `URL` (Node 20.20 has ada 2.9 with tables of Unicode 15, workerd a newer one, Deno another), and why that is right. */
const JUDGED_CLASSES: readonly { readonly holds: (entry: string) => boolean; readonly why: string }[] = [
  {
    holds: (entry) => member(entry) === null && RIGHT_TO_LEFT.test(unicode(entry)),
    why: 'CheckBidi holds for all labels of a name with a right-to-left one (RFC 5893, 2), where the platform judges each alone',
  },
  {
    holds: (entry) => member(entry) === null && /[\u200c\u200d]{2}/.test(unicode(entry)),
    why: 'each joiner needs a letter or a virama right before it (RFC 5892, A.1 and A.2), where the platform asks of the first one alone',
  },
  {
    holds: (entry) => Array.from(unicode(entry)).some((character) => member(`${character}a.b`) !== memberByPlatform(`${character}a.b`)),
    why: 'a character newer than the platform: such as U+32931, a letter since Unicode 17, and U+1E9E, which is ß and not ss since 15.1',
  },
]

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** An entry with its ACE labels decoded. */
function unicode(entry: string): string {
  return entry.replace(/xn--[a-z0-9-]*/gi, (label) => decodeAceLabel(label.toLowerCase()) ?? label)
}

describe('UTS-46', () => {
  const rows = idnaRows()

  it.each([
    ['by itself', ''],
    // Most rows are single labels, which contract N-05 rejects whatever they say.
    ['as the beginning of a longer name', '.example'],
  ])("N-04 N-05 does what Unicode's IdnaTestV2 says of each source, %s", (_, suffix) => {
    const differences = rows
      .filter((row) => member(row.source + suffix) !== wanted(row, suffix))
      .filter((row) => !JUDGED_ROWS.some(({ holds }) => holds.test(row.source)))
      .map((row) => ({ ...row, ours: canonicalName(row.source + suffix) }))
    expect(differences).toEqual([])
    expect(rows).toHaveLength(6389)
    expect(rows.filter((row) => wanted(row, suffix) !== null).length).toBeGreaterThan(400)
  })

  it('N-04 differs from IdnaTestV2 in nothing but what is judged above', () => {
    for (const { holds } of JUDGED_ROWS) {
      expect(rows.some((row) => holds.test(row.source) && member(row.source) !== wanted(row, ''))).toBe(true)
    }
  })

  it('N-04 N-05 does what the platform does, but for what is judged above', { timeout: patience(10_000) }, () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const platform = memberByPlatform(entry)
        if (member(entry) === platform || JUDGED_CLASSES.some(({ holds }) => holds(entry))) return
        expect({ entry, ours: canonicalName(entry) }).toEqual({ entry, ours: platform })
      }),
      { numRuns: runs(10_000) },
    )
  })
})
