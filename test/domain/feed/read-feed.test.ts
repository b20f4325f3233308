import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFeed } from '../../../domain/feed/read-feed.ts'
import { CASES } from './cases.ts'
import { CANARY, feed, NAME, pulled, URL_OK } from './feed-case.ts'

function table(id: string): void {
  it.each(CASES.filter(({ name }) => name.includes(id)))('$name', ({ object, problems }) => {
    const read = readFeed(object)
    expect(read.problems.map(({ field }) => field).sort()).toEqual(problems)
    expect(JSON.stringify(read.problems)).not.toContain(CANARY)
  })
}

describe('readFeed, by the table that the API server is held to as well', () => {
  describe('V-01', () => table('V-01'))
  describe('V-02', () => table('V-02'))
  describe('V-03', () => table('V-03'))
  describe('V-04', () => table('V-04'))
  describe('V-05', () => table('V-05'))
  describe('V-06', () => table('V-06'))
  describe('V-07', () => table('V-07'))
  describe('V-08', () => table('V-08'))
  describe('V-09', () => table('V-09'))
  describe('V-10', () => table('V-10'))
  describe('V-11', () => table('V-11'))
  describe('V-12', () => table('V-12'))
  describe('V-13', () => table('V-13'))
  describe('V-14', () => table('V-14'))
  describe('V-15', () => table('V-15'))
  describe('V-16', () => table('V-16'))
  describe('V-18', () => table('V-18'))
  describe('V-21', () => table('V-21'))

  it('V-18 gives each case a name of its own, with a rule', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
    expect(CASES.filter(({ name }) => !/^[VF]-\d\d /.test(name))).toEqual([])
  })
})

describe('what readFeed gives', () => {
  it('V-01 V-02 fills in the defaults of an empty spec', () => {
    expect(readFeed(feed(undefined, { uid: 'u1', generation: 3 })).feed).toStrictEqual({
      name: NAME,
      uid: 'u1',
      generation: 3,
      content: 'IPSet',
      enabled: true,
      options: { allowEmpty: false, adopt: false, match: 'exact' },
    })
  })
  it('V-06 V-07 V-08 reads a bare pull as one entry a line, once a day', () => {
    expect(readFeed(pulled({})).feed.pull).toStrictEqual({ periodMs: 86_400_000, url: URL_OK, format: { kind: 'newline' }, headers: [] })
  })
  it('V-10 V-12 reads csv with its defaults', () => {
    expect(readFeed(pulled({ format: { csv: { fieldNum: 1 } } })).feed.pull?.format).toStrictEqual({
      kind: 'csv',
      fieldNum: 1,
      header: false,
      columnDelimiter: ',',
      disableRecordSizeValidation: false,
    })
  })
  it('V-10 V-11 V-12 reads csv with everything', () => {
    const csv = { fieldName: 'ip', header: true, columnDelimiter: ';', commentDelimiter: '#', recordSize: 4 }
    expect(readFeed(pulled({ format: { csv } })).feed.pull?.format).toStrictEqual({ kind: 'csv', ...csv, disableRecordSizeValidation: false })
  })
  it('V-13 V-14 V-15 keeps the order of headers, the same name twice, and references with optional: false', () => {
    const headers = [
      { name: 'X-Key', value: 'b' },
      { name: 'X-Key', value: 'a' },
      { name: 'APIKey', valueFrom: { secretKeyRef: { name: `globalthreatfeed-${NAME}-s`, key: 'k' } } },
      { name: 'Accept', valueFrom: { configMapKeyRef: { name: `globalthreatfeed-${NAME}-c`, key: 'k', optional: true } } },
    ]
    expect(readFeed(pulled({ headers })).feed.pull?.headers).toStrictEqual([
      { name: 'X-Key', value: 'b' },
      { name: 'X-Key', value: 'a' },
      { name: 'APIKey', reference: { kind: 'Secret', name: `globalthreatfeed-${NAME}-s`, key: 'k', optional: false } },
      { name: 'Accept', reference: { kind: 'ConfigMap', name: `globalthreatfeed-${NAME}-c`, key: 'k', optional: true } },
    ])
  })
  it('V-23 an invalid network set costs the network set alone', () => {
    const { feed: read, problems } = readFeed(pulled({}, { globalNetworkSet: { labels: { level: 'very high' } } }))
    expect(problems.map(({ scope }) => scope)).toEqual(['networkSet'])
    expect(read.networkSet).toBeUndefined()
    expect(read.pull).toBeDefined()
  })
  it('V-23 any other invalid field costs the pull, and keeps a valid network set', () => {
    const { feed: read, problems } = readFeed(pulled({ url: 'ftp://x' }, { globalNetworkSet: { labels: { level: 'high' } } }))
    expect(problems.map(({ scope }) => scope)).toEqual(['feed'])
    expect(read.pull).toBeUndefined()
    expect(read.networkSet).toStrictEqual({ labels: { level: 'high' } })
  })
  it('V-23 an invalid mode does not disable', () => {
    expect(readFeed(feed({ mode: 'disabled' })).feed.enabled).toBe(true)
  })
  it('V-18 says what was found and what would be right, bounded and printable', () => {
    const message = (object: unknown): string => readFeed(object).problems.map((one) => `${one.field} ${one.message}`).join()
    expect(message(feed({ content: 'Foo\u001b[31m' }))).toBe('spec.content must be IPSet or DomainNameSet, found "Foo?[31m"')
    expect(message(feed({ content: 'x'.repeat(1e6) })).length).toBeLessThan(120)
    expect(message(feed({ pull: { period: '300', http: { url: URL_OK } } }))).toBe(
      'spec.pull.period is not a duration such as 24h, 1h30m or 300s, found "300"',
    )
  })
  it('V-18 takes a uid that is no text and a generation that is no number for none', () => {
    expect(readFeed(feed({}, { uid: 5, generation: '7' })).feed).toMatchObject({ uid: '', generation: 0 })
    expect(readFeed({ metadata: {} }).feed.name).toBe('')
  })
  it('V-18 does not take inherited names for fields', () => {
    expect(readFeed(feed(JSON.parse('{"__proto__": {"content": "x"}, "constructor": 1}'))).problems).toEqual([])
  })
  it('V-18 never throws', () => {
    for (const object of [undefined, null, 5, 'x', [], {}, { metadata: 5, spec: 5 }, { metadata: { annotations: 5 } }]) readFeed(object)
    const key = fc.constantFrom('spec', 'metadata', 'name', 'pull', 'http', 'url', 'format', 'csv', 'json', 'path', 'headers', 'value', 'valueFrom', 'secretKeyRef', 'globalNetworkSet', 'labels', 'period', 'content')
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ depthSize: 'medium' }, fc.jsonValue(), fc.array(tie('node'), { maxLength: 3 }), fc.dictionary(key, tie('node'), { maxKeys: 5 })),
    })).node
    fc.assert(fc.property(fc.dictionary(key, tree), (object) => Array.isArray(readFeed(object).problems)), { numRuns: 500 })
  })
})
