import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Client } from '@elastic/elasticsearch'
import { createSearchTools } from '../../../activities/search/search-ports.ts'
import { elasticsearchLogStore } from '../../../adapters/elasticsearch/log-store.ts'
import type { LogKind } from '../../../domain/feed/content.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import { logPatterns } from '../../fixtures/log-mappings.ts'
import { dns, flow, forward, searchWorld, type SearchWorld } from './world.ts'

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

/** An index of DNS logs in which answers are plain objects: what one record says is not told from what another does. */
async function plainAnswers({ client, cluster, index }: SearchWorld): Promise<void> {
  const keyword = { type: 'keyword' } as const
  const rrsets = { properties: { name: keyword, type: keyword, rdata: keyword } }
  await client.indices.putIndexTemplate({
    name: `plain-${cluster}`,
    index_patterns: [index('dns', 'plain')],
    priority: 900,
    template: { settings: { number_of_replicas: 0 }, mappings: { properties: { rrsets, qname: keyword, end_time: { type: 'date' } } } },
  })
}

const answer = (type: string | undefined, ...rdata: readonly string[]) => ({ rrsets: [{ name: 'example.org', class: 'IN', ...(type === undefined ? {} : { type }), rdata }] })

/** What a log holds; the fields through which it is found, and those with `match: subdomains` where they are others. */
const SPELLED: readonly (readonly [what: string, fields: readonly string[], log: Readonly<Record<string, unknown>>, below?: readonly string[]])[] = [
  ['upper case and the final dot', ['qname'], { qname: 'MALWARE.BadStuff.' }],
  ['Unicode', ['qname'], { qname: 'bücher.example' }],
  ['Unicode in upper case', ['qname'], { qname: 'BÜCHER.EXAMPLE.' }],
  ['ACE in upper case', ['qname'], { qname: 'XN--BCHER-KVA.Example' }],
  ['octets as a server escapes them', ['qname'], { qname: 'b\\195\\188cher.example' }],
  ['a name below', [], { qname: 'a.b.malware.badstuff' }, ['qname']],
  ['a wildcard below', [], { qname: '*.malware.badstuff' }, ['qname']],
  ['a name that merely ends alike', [], { qname: 'notmalware.badstuff' }],
  ['a name with the member in front', [], { qname: 'malware.badstuff.example' }],
  ['the name above', [], { qname: 'badstuff' }],
  ['no name', [], { qname: null }],
  ['the owner of a record', ['rrsets.name'], { rrsets: [{ name: 'Malware.Badstuff.', type: 'A', rdata: ['192.0.2.7'] }] }],
  ['MX', ['rrsets.rdata'], answer('MX', '10 Malware.Badstuff.')],
  ['MX of a name below', [], answer('MX', '10 mail.malware.badstuff'), ['rrsets.rdata']],
  ['SRV', ['rrsets.rdata'], answer('SRV', '0 5 5060 MALWARE.badstuff')],
  ['SOA, its server', ['rrsets.rdata'], answer('SOA', 'malware.badstuff. host.example. 1 7200 1800 86400 30')],
  ['SOA, its mailbox', ['rrsets.rdata'], answer('SOA', 'ns.example malware.badstuff 1 7200 1800 86400 30')],
  ['CNAME', ['rrsets.rdata'], answer('CNAME', 'BÜCHER.example.')],
  ['NS', ['rrsets.rdata'], answer('ns', 'malware.badstuff.')],
  ['PTR', ['rrsets.rdata'], answer('PTR', 'malware.badstuff')],
  ['a record of no type', ['rrsets.rdata'], answer(undefined, '10 malware.badstuff')],
  ['the second of a record', ['rrsets.rdata'], answer('NS', 'ns.example', 'malware.badstuff')],
  ['A, which holds no name', [], answer('A', 'malware.badstuff')],
  ['AAAA beside a CNAME of another name', [], { rrsets: [{ name: 'a.example', type: 'AAAA', rdata: ['malware.badstuff'] }, { name: 'b.example', type: 'CNAME', rdata: ['a.example'] }] }],
  ['TXT, a word of it', [], answer('TXT', 'see malware.badstuff for more')],
  ['TXT, all of it', ['rrsets.rdata'], answer('TXT', 'malware.badstuff')],
  ['no answers', [], { rrsets: null }],
  ['question and answer', ['qname', 'rrsets.name', 'rrsets.rdata'], { qname: 'malware.badstuff', rrsets: [{ name: 'malware.badstuff', type: 'CNAME', rdata: ['bücher.example'] }] }],
]

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
    const answered = (type: string, rdata: string) => dns(answer(type, rdata))
    const docs = [
      answered('TXT', 'see malware.badstuff for more'),
      answered('TXT', 'malware.badstuff'),
      answered('A', '203.0.113.1'),
      answered('SOA', 'ns.example.org MALWARE.badstuff. 1 7200 1800 86400 30'),
      answered('NS', 'notmalware.badstuff'),
    ]
    const { ids, byLog } = await search('rdata', 'DomainNameSet', 'exact', set, docs)
    expect(new Set(byLog.keys())).toEqual(new Set([ids[1], ids[3]]))
  })

  it('Q-02 finds answers that were mapped as plain objects too', async () => {
    await plainAnswers(world)
    const set = await world.set(['mail.bad.example', 'named.bad.example'])
    const { cursor } = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    const rrsets = [{ name: 'example.org', type: 'MX', rdata: ['10 mail.bad.example'] }]
    await world.log('dns', [dns({ rrsets }), dns({ rrsets: [{ name: 'named.bad.example', type: 'A', rdata: ['192.0.2.7'] }] })], 'plain')
    await world.log('dns', [dns({ rrsets })])
    expect(await world.forward({ content: 'DomainNameSet', set, cursor })).toMatchObject({ hits: 3, newEvents: 3 })
    await world.client.indices.deleteIndexTemplate({ name: `plain-${world.cluster}` })
  })

  for (const mapping of ['nested', 'plain'] as const) {
    it(`Q-02 Q-03 Q-04 Q-05 finds names as logs spell them, in answers mapped as ${mapping} objects`, async () => {
      const other = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
      if (mapping === 'plain') await plainAnswers(other)
      const set = await other.set(['malware.badstuff', 'xn--bcher-kva.example'])
      const { cursor } = await other.forward({ content: 'DomainNameSet', set, cursor: null })
      const ids = await other.log('dns', SPELLED.map(([, , fields]) => dns(fields)), mapping)
      const found = async (match: 'exact' | 'subdomains') => {
        const feed = { cluster: other.cluster, name: match, uid: match }
        await other.forward({ feed, content: 'DomainNameSet', match, set, cursor })
        const records = [...(await other.events()).values()].filter(({ source }) => source['origin'] === match).map(({ source }) => recordOf(source))
        return SPELLED.map(([what], at) => [what, records.find((record) => record['dns_log_id'] === ids[at])?.['matched_fields'] ?? []])
      }
      expect(await found('exact')).toEqual(SPELLED.map(([what, fields]) => [what, fields]))
      expect(await found('subdomains')).toEqual(SPELLED.map(([what, fields, , below]) => [what, below ?? fields]))
      if (mapping === 'plain') await other.client.indices.deleteIndexTemplate({ name: `plain-${other.cluster}` })
      await other.close()
    })
  }

  it('Q-04 asks Elasticsearch for names below a member no more often than for whole names, however many labels they have', async () => {
    const set = await world.set(['malware.badstuff'])
    const { cursor } = await world.forward({ content: 'DomainNameSet', set, cursor: null })
    await world.log('dns', [dns({ qname: 'malware.badstuff' }), dns({ qname: 'a.b.c.d.e.f.g.h.malware.badstuff' }), dns({ qname: 'x.y.malware.badstuff' })])
    const searches = async (match: 'exact' | 'subdomains') => {
      let count = 0
      const counting: Client = Object.assign(Object.create(world.client) as Client, {
        search: (...request: Parameters<Client['search']>) => {
          count += 1
          return world.client.search(...request)
        },
      })
      const ports = { ...world.ports, logs: elasticsearchLogStore(counting, logPatterns(world.cluster), () => 0) }
      const feed = { cluster: world.cluster, name: `counted-${match}`, uid: match }
      const { hits } = await forward(ports, createSearchTools(ports), world.cluster, { feed, content: 'DomainNameSet', match, set, cursor })
      return { hits, count }
    }
    const exact = await searches('exact')
    expect(exact).toEqual({ hits: 1, count: expect.any(Number) as number })
    expect(await searches('subdomains')).toEqual({ hits: 3, count: exact.count })
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
