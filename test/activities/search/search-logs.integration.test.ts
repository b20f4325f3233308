import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { LogKind } from '../../../domain/feed/content.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import { dns, flow, searchWorld, type SearchWorld } from './world.ts'

interface Expected {
  readonly fields: readonly string[]
  readonly members: readonly string[]
}
interface Sample {
  readonly kind: LogKind
  readonly note: string
  readonly expected: { readonly exact?: Expected; readonly subdomains?: Expected }
  readonly doc: Readonly<Record<string, unknown>>
}

/** The product's own logs; the times in them were in January 2026. */
const SAMPLES = readFileSync('test/fixtures/samples.ndjson', 'utf8').trim().split('\n').map((line): Sample => JSON.parse(line))
const ADDRESSES = ['198.51.100.0/24', '2001:db8:0:1::77/128', '203.0.113.77/32']
const NAMES = ['cdn.malware.example', 'hackers.r.us', 'mail.malware.badstuff', 'malware.badstuff', 'sip.malware.badstuff', 'xn--bcher-kva.example']

function dated({ kind, doc }: Sample): Record<string, unknown> {
  const now = Date.now()
  const seconds = Math.floor(now / 1000)
  if (kind === 'flow') return { ...doc, start_time: seconds - 300, end_time: seconds, '@timestamp': now, generated_time: new Date(now).toISOString() }
  return { ...doc, start_time: new Date(now - 300_000).toISOString(), end_time: new Date(now).toISOString(), generated_time: new Date(now).toISOString() }
}

let world: SearchWorld

beforeAll(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
})
afterAll(() => world.close())

/** Events a search makes for some feed, by the id of their log. */
async function search(feed: string, content: 'IPSet' | 'DomainNameSet', match: 'exact' | 'subdomains', set: SetRef, docs: readonly Record<string, unknown>[]) {
  const kind = content === 'IPSet' ? 'flow' : 'dns'
  const key = { cluster: world.cluster, name: feed, uid: feed }
  const { cursor } = await world.forward({ feed: key, content, set, cursor: null })
  const ids = await world.log(kind, docs)
  const output = await world.forward({ feed: key, content, match, set, cursor })
  const events = [...(await world.events()).values()].map(({ source }) => source).filter(({ origin }) => origin === feed)
  const byLog = new Map(events.map((event) => [recordOf(event)[`${kind}_log_id`], event]))
  return { ids, output, events, byLog }
}

function recordOf(event: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> {
  const record = event?.['record']
  return typeof record === 'object' && record !== null ? { ...record } : {}
}

describe('every sample of the product, re-dated, goes through the search with the events it states', () => {
  for (const match of ['exact', 'subdomains'] as const) {
    it(`Q-01 Q-02 Q-03 Q-04 Q-05 E-01 E-04 in mode ${match}`, async () => {
      const wanted = new Map<LogKind, readonly string[]>([['flow', ADDRESSES], ['dns', NAMES]])
      for (const [kind, members] of wanted) {
        const samples = SAMPLES.filter((sample) => sample.kind === kind)
        const set = await world.set(members)
        const content = kind === 'flow' ? 'IPSet' : 'DomainNameSet'
        const { ids, output, byLog } = await search(`samples-${kind}-${match}`, content, match, set, samples.map(dated))
        const found = samples.map(({ note }, at) => {
          const record = recordOf(byLog.get(ids[at]))
          return { note, fields: record['matched_fields'], members: record['suspicious_domains'] ?? (record['suspicious_prefix'] === undefined ? undefined : [record['suspicious_prefix']]) }
        })
        expect(found).toEqual(samples.map(({ note, expected }) => {
          const hit = kind === 'flow' ? expected.exact : expected[match]
          return { note, fields: hit?.fields, members: hit?.members }
        }))
        const hits = samples.filter(({ expected }) => (kind === 'flow' ? expected.exact : expected[match]) !== undefined).length
        expect(output).toMatchObject({ hits, newEvents: hits, debts: [], unsearchable: null })
      }
    })
  }
})

describe('matching', () => {
  it('Q-05 never matches a null address, even when the feed covers every address', async () => {
    const set = await world.set(['0.0.0.0/0', '::/0'])
    const docs = [flow({ source_ip: null, dest_ip: null }), flow({ source_ip: null, dest_ip: '192.0.2.1' })]
    const { ids, byLog } = await search('everything', 'IPSet', 'exact', set, docs)
    expect([...byLog.keys()]).toEqual([ids[1]])
    expect(recordOf(byLog.get(ids[1]))).toMatchObject({ matched_fields: ['dest_ip'], suspicious_prefix: '0.0.0.0/0' })
  })

  it('E-01 makes one event of a log whose source and destination both match', async () => {
    const set = await world.set(['192.0.2.0/24'])
    const { ids, events, output } = await search('both', 'IPSet', 'exact', set, [flow({ source_ip: '192.0.2.1', dest_ip: '192.0.2.2' })])
    expect(output).toMatchObject({ hits: 1, newEvents: 1 })
    expect(events.map(recordOf)).toMatchObject([{ flow_log_id: ids[0], matched_fields: ['source_ip', 'dest_ip'] }])
  })

  it('Q-03 leaves TXT data whole and never takes an address for a name', async () => {
    const set = await world.set(['malware.badstuff'])
    const answer = (type: string, rdata: string) => dns({ rrsets: [{ name: 'example.org', class: 'IN', type, rdata: [rdata] }] })
    const docs = [
      answer('TXT', 'see malware.badstuff for more'),
      answer('TXT', 'malware.badstuff'),
      answer('A', '203.0.113.1'),
      answer('SOA', 'ns.example.org MALWARE.badstuff. 1 7200 1800 86400 30'),
      answer('NS', 'notmalware.badstuff'),
    ]
    const { ids, byLog } = await search('rdata', 'DomainNameSet', 'exact', set, docs)
    expect(new Set(byLog.keys())).toEqual(new Set([ids[1], ids[3]]))
  })

  it('Q-02 finds answers that were mapped as plain objects too', async () => {
    const plain = { properties: { rrsets: { properties: { name: { type: 'keyword' }, type: { type: 'keyword' }, rdata: { type: 'keyword' } } } } } as const
    const name = `plain-${world.cluster}`
    await world.client.indices.putIndexTemplate({
      name,
      index_patterns: [world.index('dns', 'plain')],
      priority: 900,
      template: { settings: { number_of_replicas: 0 }, mappings: { properties: { ...plain.properties, qname: { type: 'keyword' }, end_time: { type: 'date' } } } },
    })
    const set = await world.set(['mail.bad.example', 'named.bad.example'])
    const { cursor } = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    const rrsets = [{ name: 'example.org', type: 'MX', rdata: ['10 mail.bad.example'] }]
    await world.log('dns', [dns({ rrsets }), dns({ rrsets: [{ name: 'named.bad.example', type: 'A', rdata: ['192.0.2.7'] }] })], 'plain')
    await world.log('dns', [dns({ rrsets })])
    expect(await world.forward({ content: 'DomainNameSet', set, cursor })).toMatchObject({ hits: 3, newEvents: 3 })
    await world.client.indices.deleteIndexTemplate({ name })
  })

  it('Q-10 writes every event of a member that matches more logs than a page holds', async () => {
    const set = await world.set(['203.0.113.0/24'])
    const docs = Array.from({ length: 2_345 }, (_, i) => flow({ dest_ip: `203.0.113.${i % 250}` }))
    const { output, byLog } = await search('many', 'IPSet', 'exact', set, docs)
    expect(output).toMatchObject({ hits: 2_345, newEvents: 2_345 })
    expect(byLog.size).toBe(2_345)
  })
})

describe('what cannot match', () => {
  it('Q-11 says that the newest flow logs are aggregated, and with which setting to change it', async () => {
    const other = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
    const set = await other.set(['203.0.113.77/32'])
    await other.log('flow', [flow({ source_ip: null, dest_ip: null })])
    const first = await other.forward({ set, cursor: null })
    expect(first.unsearchable).toContain('flowLogsFileAggregationKindForAllowed')
    await other.log('flow', [flow({})])
    expect((await other.forward({ set, cursor: first.cursor })).unsearchable).toBeNull()
    await other.close()
  })

  it('Q-11 says that no index fits the pattern once that has lasted for an hour', async () => {
    const other = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
    const set = await other.set(['203.0.113.77/32'])
    const first = await other.forward({ set, cursor: null })
    expect(first.unsearchable).toBeNull()
    other.clock.at += 61 * 60_000
    expect((await other.forward({ set, cursor: first.cursor })).unsearchable).toContain('No index matches')
    await other.close()
  })
})
