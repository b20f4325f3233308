import { describe, expect, it } from 'vitest'
import { readOptions } from '../../../domain/feed/annotations.ts'
import type { Problem } from '../../../domain/feed/feed.ts'

function read(annotations: unknown): { readonly options: unknown; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  return { options: readOptions(annotations, problems), problems }
}
const option = (name: string, value: unknown): Record<string, unknown> => ({ [`threatfeeds.projectcalico.org/${name}`]: value })
const DEFAULTS = { allowEmpty: false, adopt: false, match: 'exact' }

describe('readOptions', () => {
  it('V-21 has defaults for whatever stands in place of annotations', () => {
    for (const annotations of [undefined, null, 5, 'x', [], {}, { adopt: 'true' }, option('match', null)]) {
      expect(read(annotations)).toEqual({ options: DEFAULTS, problems: [] })
    }
  })
  it('V-21 reads each option', () => {
    expect(read(option('allow-empty', 'true')).options).toEqual({ ...DEFAULTS, allowEmpty: true })
    expect(read(option('adopt', 'true')).options).toEqual({ ...DEFAULTS, adopt: true })
    expect(read(option('match', 'subdomains')).options).toEqual({ ...DEFAULTS, match: 'subdomains' })
    expect(read(option('lookback', '1h30m')).options).toEqual({ ...DEFAULTS, lookbackMs: 5_400_000 })
    expect(read(option('lookback', '0s')).options).toEqual({ ...DEFAULTS, lookbackMs: 0 })
  })
  it('V-21 keeps the default of an invalid one, and says what was found and what would be right', () => {
    expect(read(option('match', 'prefix'))).toEqual({
      options: DEFAULTS,
      problems: [
        {
          field: 'metadata.annotations[threatfeeds.projectcalico.org/match]',
          message: 'must be "exact" or "subdomains", found "prefix"',
          scope: 'feed',
        },
      ],
    })
    expect(read(option('allow-empty', true)).problems[0]?.message).toBe('must be "true" or "false", found true')
    expect(read(option('lookback', '-5m')).options).toEqual(DEFAULTS)
  })
  it('V-23 counts an invalid adopt against the network set alone', () => {
    expect(read(option('adopt', 'yes')).problems.map(({ scope }) => scope)).toEqual(['networkSet'])
  })
})
