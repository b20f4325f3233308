import { describe, expect, it } from 'vitest'
import { networkSetHash, pullHash, specHash } from '../../../domain/feed/hashes.ts'
import { readFeed } from '../../../domain/feed/read-feed.ts'
import { feed, pulled, URL_OK } from './feed-case.ts'

const annotated = (name: string, value: string): Record<string, unknown> => ({
  annotations: { [`threatfeeds.projectcalico.org/${name}`]: value },
})
const pullOf = (object: unknown): Promise<string> => pullHash(readFeed(object).feed)
const networkSetOf = (object: unknown): Promise<string> => networkSetHash(readFeed(object).feed)

const SPEC = {
  pull: {
    http: {
      url: URL_OK,
      format: { csv: { fieldNum: 0 } },
      headers: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'globalthreatfeed-sample-s', key: 'k' } } }],
    },
  },
}
/** What the CRD makes of it. */
const DEFAULTED = {
  feedType: 'Custom',
  mode: 'Enabled',
  content: 'IPSet',
  pull: {
    http: {
      headers: [{ valueFrom: { secretKeyRef: { optional: false, key: 'k', name: 'globalthreatfeed-sample-s' } }, name: 'X' }],
      format: { csv: { columnDelimiter: ',', header: false, disableRecordSizeValidation: false, fieldNum: 0 } },
      url: URL_OK,
    },
    period: '24h',
  },
}

describe('specHash', () => {
  it('V-21 names its version and has 128 bits; a changed function must not pass for a changed spec', async () => {
    // The literal value: it stands in the states of runs that were started by this version.
    expect(await specHash(feed(SPEC))).toBe('v1-decdca64c36a3788aa8d18f341fee867')
    expect(await specHash({})).toMatch(/^v1-[0-9a-f]{32}$/)
  })
  it('V-18 is the same whether the CRD filled in the defaults or nobody did, in any order of fields, with null for absent', async () => {
    expect(await specHash(feed(DEFAULTED))).toBe(await specHash(feed(SPEC)))
    expect(await specHash(feed({ ...SPEC, description: null }))).toBe(await specHash(feed(SPEC)))
    const nulls = { ...SPEC, pull: { ...SPEC.pull, period: null, http: { ...SPEC.pull.http, format: { csv: { fieldNum: 0, header: null, recordSize: null } } } } }
    expect(await specHash(feed(nulls))).toBe(await specHash(feed(SPEC)))
    expect(await specHash(feed({ pull: 'x' }))).not.toBe(await specHash(feed({ pull: ['x'] })))
    expect(await specHash(feed({ pull: ['a', 'b'] }))).not.toBe(await specHash(feed({ pull: ['ab'] })))
    expect(await specHash(feed(undefined))).toBe(await specHash(feed({ content: 'IPSet', mode: 'Enabled', feedType: 'Custom' })))
  })
  it('V-21 changes with each field of the spec and each of our annotations', async () => {
    const objects = [
      feed(SPEC),
      feed({ ...SPEC, content: 'DomainNameSet' }),
      feed({ ...SPEC, mode: 'Disabled' }),
      feed({ ...SPEC, description: 'x' }),
      feed({ ...SPEC, content: 'broken' }),
      feed({ ...SPEC, content: 'broken otherwise' }),
      feed({ ...SPEC, pull: { ...SPEC.pull, period: '1h' } }),
      feed({ ...SPEC, globalNetworkSet: {} }),
      feed(SPEC, annotated('allow-empty', 'true')),
      feed(SPEC, annotated('adopt', 'true')),
      feed(SPEC, annotated('match', 'subdomains')),
      feed(SPEC, annotated('lookback', '1h')),
      feed(SPEC, annotated('severity', '50')),
      feed(SPEC, annotated('severity', '51')),
      feed(SPEC, annotated('mitre-ids', 'T1496')),
      feed(SPEC, annotated('mitre-tactic', 'Impact')),
    ]
    expect(new Set(await Promise.all(objects.map(specHash))).size).toBe(objects.length)
  })
  it('V-21 does not change with what is not ours: status, labels, other annotations, generation, uid', async () => {
    const metadata = { uid: 'u2', generation: 7, labels: { a: 'b' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }
    expect(await specHash({ ...feed(SPEC, metadata), status: { lastSuccessfulSync: 'x' } })).toBe(await specHash(feed(SPEC)))
  })
})

describe('pullHash', () => {
  it('V-21 changes with url, format, headers, their order, content and allow-empty', async () => {
    const a = { name: 'X', value: 'a' }
    const b = { name: 'X', value: 'b' }
    const objects = [
      pulled({}),
      pulled({ url: `${URL_OK}2` }),
      pulled({ format: { json: { path: '$' } } }),
      pulled({ headers: [a, b] }),
      pulled({ headers: [b, a] }),
      pulled({}, { content: 'DomainNameSet' }),
      { ...pulled({}), ...{ metadata: { name: 'sample', ...annotated('allow-empty', 'true') } } },
      feed({}),
    ]
    expect(new Set(await Promise.all(objects.map(pullOf))).size).toBe(objects.length)
  })
  it('V-21 does not change with period, description, mode, network set or the other options', async () => {
    const other = feed(
      { mode: 'Disabled', description: 'x', globalNetworkSet: {}, pull: { period: '1h', http: { url: URL_OK, format: { newlineDelimited: {} } } } },
      annotated('match', 'subdomains'),
    )
    expect(await pullOf(other)).toBe(await pullOf(pulled({})))
    const rated = { ...pulled({}), metadata: { name: 'sample', ...annotated('severity', '50') } }
    expect(await pullOf(rated)).toBe(await pullOf(pulled({})))
    expect(await networkSetOf(rated)).toBe(await networkSetOf(pulled({})))
  })
})

describe('networkSetHash', () => {
  it('V-05 V-21 changes with the labels and adopt alone', async () => {
    const stanza = { globalNetworkSet: { labels: { level: 'high' } } }
    const base = await networkSetOf(pulled({}, stanza))
    expect(await networkSetOf(pulled({ url: `${URL_OK}2` }, { ...stanza, mode: 'Disabled' }))).toBe(base)
    expect(await networkSetOf(pulled({}, { globalNetworkSet: {} }))).not.toBe(base)
    expect(await networkSetOf(pulled({}))).not.toBe(await networkSetOf(pulled({}, { globalNetworkSet: {} })))
    expect(await networkSetOf({ ...pulled({}, stanza), metadata: { name: 'sample', ...annotated('adopt', 'true') } })).not.toBe(base)
  })
})
