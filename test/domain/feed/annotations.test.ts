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
  it('V-21 E-02 reads what a feed says of its events, and of it only what is said', () => {
    const rating = (annotations: Readonly<Record<string, string>>): unknown =>
      (read(Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`threatfeeds.projectcalico.org/${name}`, value]))).options as { rating?: unknown }).rating
    expect(rating({ severity: '1' })).toEqual({ severity: 1 })
    expect(rating({ severity: '100', 'mitre-tactic': 'Command and Control' })).toEqual({ severity: 100, mitreTactic: 'Command and Control' })
    expect(rating({ 'mitre-ids': 'T1496, T1090.003,T1496' })).toEqual({ mitreIds: ['T1496', 'T1090.003'] })
    expect(rating({ 'mitre-tactic': 'Impact', severity: '0' })).toEqual({ mitreTactic: 'Impact' })
    expect(rating({ match: 'exact' })).toBeUndefined()
  })
  it.each([
    ['severity', '0'],
    ['severity', '101'],
    ['severity', '07'],
    ['severity', '50.5'],
    ['severity', 'high'],
    ['severity', 50],
    ['mitre-ids', ''],
    ['mitre-ids', 'T149'],
    ['mitre-ids', 'T1496;T1090'],
    ['mitre-ids', 'T1496,'],
    ['mitre-ids', 'T1090.3'],
    ['mitre-ids', Array(17).fill('T1496').join(',')],
    ['mitre-tactic', ''],
    ['mitre-tactic', 'impact'],
    ['mitre-tactic', 'TA0011'],
    ['mitre-tactic', 'Impact '],
    ['mitre-tactic', `I${'m'.repeat(32)}`],
  ])('V-21 refuses %s: %j, and leaves it to the table', (name, value) => {
    const { options, problems } = read(option(name, value))
    expect(options).toEqual(DEFAULTS)
    expect(problems).toEqual([{ field: `metadata.annotations[threatfeeds.projectcalico.org/${name}]`, message: expect.stringMatching(/^must be .*, found /), scope: 'feed' }])
  })
})
