import { describe, expect, it } from 'vitest'
import { describeProblems, MAX_INVALID, observe } from '../../../domain/feed/observe.ts'
import { CASES } from './cases.ts'
import { CANARY, feed, pulled, URL_OK } from './feed-case.ts'

const settings = { searchIntervalMs: 60_000, lookbackMs: 691_200_000, continueAfterEvents: 250, searchAttributes: false }

describe('observe', () => {
  it('V-06 V-23 sees a valid pull feed with a network set', async () => {
    const object = feed({ globalNetworkSet: {}, pull: { period: '1h', http: { url: URL_OK } } }, { uid: 'u1' })
    expect(await observe(object, settings)).toMatchObject({
      uid: 'u1',
      content: 'IPSet',
      enabled: true,
      periodMs: 3_600_000,
      networkSet: 'wanted',
      match: 'exact',
      lookbackMs: 691_200_000,
      invalid: null,
      pullable: true,
      settings,
    })
  })
  it('V-23 an invalid network set leaves a feed pullable and says so', async () => {
    const observed = await observe(pulled({}, { globalNetworkSet: { labels: { 'a b': 'x' } } }), settings)
    expect(observed).toMatchObject({ networkSet: 'invalid', pullable: true })
    expect(observed.invalid).toContain('spec.globalNetworkSet.labels holds the key "a b"')
  })
  it('V-23 an invalid pull is not pullable, keeps its network set, and is no push feed', async () => {
    const observed = await observe(pulled({ url: `ftp://${CANARY}` }, { globalNetworkSet: {} }), settings)
    expect(observed).toMatchObject({ networkSet: 'wanted', pullable: false, periodMs: 86_400_000 })
    expect(await observe(feed({}), settings)).toMatchObject({ periodMs: null, pullable: true })
  })
  it('V-21 a feed may shorten the lookback and not lengthen it', async () => {
    const lookback = (text: string) => observe(feed({}, { annotations: { 'threatfeeds.projectcalico.org/lookback': text } }), settings)
    expect(await lookback('0s')).toMatchObject({ lookbackMs: 0 })
    expect(await lookback('24h')).toMatchObject({ lookbackMs: 86_400_000 })
    expect(await lookback('1000h')).toMatchObject({ lookbackMs: 691_200_000 })
  })
  it('V-21 E-02 sees what the feed says of its events, and nothing where it says nothing', async () => {
    const annotations = { 'threatfeeds.projectcalico.org/severity': '35', 'threatfeeds.projectcalico.org/mitre-ids': 'T1090.003' }
    expect(await observe(feed({}, { annotations }), settings)).toMatchObject({ rating: { severity: 35, mitreIds: ['T1090.003'] } })
    expect(await observe(feed({}), settings)).not.toHaveProperty('rating')
  })
  it('V-18 holds no url and no header value, whatever the feed', async () => {
    const observed = await Promise.all(CASES.map(({ object }) => observe(object, settings)))
    expect(JSON.stringify(observed)).not.toContain(CANARY)
    expect(JSON.stringify(observed)).not.toContain('feeds.example')
    observed.forEach(({ invalid }, index) => expect(invalid === null).toBe(CASES[index]?.problems.length === 0))
  })
})

describe('describeProblems', () => {
  const problem = (field: string, message: string) => ({ field, message, scope: 'feed' as const })

  it('V-18 joins a few in full', () => {
    expect(describeProblems([problem('a', 'is b'), problem('c', 'is d')])).toBe('a is b; c is d')
  })
  it('V-18 names at least the fields when the messages are too many', () => {
    const many = Array.from({ length: 20 }, (_, index) => problem(`f${index}`, 'x'.repeat(100)))
    expect(describeProblems(many)).toBe(`20 problems, in ${many.map(({ field }) => field).join(', ')}`)
  })
  it('V-18 stays bounded and counts what it leaves out', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => problem(`spec.pull.http.headers[${index}].name`, 'is required'))
    const text = describeProblems(many)
    expect(text.length).toBeLessThanOrEqual(MAX_INVALID)
    expect(text).toMatch(/^5000 problems, in spec\.pull\.http\.headers\[0\]\.name, .* and \d+ more fields$/)
  })
})
