import { describe, expect, it } from 'vitest'
import { hitsIn, matchingValues } from '../../../domain/search/hits.ts'
import { rdataNames } from '../../../domain/search/rdata.ts'
import { isThinned } from '../../../domain/search/thin.ts'
import { restartFrom, windowId } from '../../../domain/search/window-id.ts'

const listed = (...members: readonly string[]) => ({ match: (raw: string) => members.find((member) => member === raw.toLowerCase().replace(/\.$/, '')) ?? null })
const log = (source: Readonly<Record<string, unknown>>) => ({ index: 'i', id: 'l', source })

describe('names in the data of a record', () => {
  it.each([
    ['MX', '10 mail.example.org', ['mail.example.org']],
    ['SRV', '0 5 5060 SIP.Example.org.', ['SIP.Example.org.']],
    ['SOA', 'ns.example.org host.example.org 1767225000 7200 1800 86400 30', ['ns.example.org', 'host.example.org']],
    ['CNAME', 'cdn.example.org', ['cdn.example.org']],
    ['NS', 'ns.example.org.', ['ns.example.org.']],
    ['ptr', 'host.example.org', ['host.example.org']],
    ['CNAME', 'bücher。example', ['bücher。example']],
    ['TXT', 'v=spf1 include.example.org', ['v=spf1 include.example.org']],
    ['txt', 'see include.example.org', ['see include.example.org']],
    ['A', '203.0.113.1', []],
    ['a', '203.0.113.1', []],
    ['AAAA', '2001:db8::1', []],
    [null, '10 mail.example.org', ['mail.example.org']],
  ])('Q-03 of %s %s are %j', (type, text, names) => {
    expect(rdataNames(type, text)).toEqual(names)
  })
})

describe('hits', () => {
  it('Q-01 Q-05 are found in either address, never in a null or missing one', () => {
    const matcher = listed('192.0.2.1')
    expect(hitsIn(log({ source_ip: '192.0.2.1', dest_ip: null }), 'flow', matcher)).toMatchObject([{ field: 'source_ip', value: '192.0.2.1' }])
    expect(hitsIn(log({ source_ip: '192.0.2.1', dest_ip: '192.0.2.1' }), 'flow', matcher).map(({ field }) => field)).toEqual(['source_ip', 'dest_ip'])
    expect(hitsIn(log({ source_ip: null }), 'flow', { match: () => 'everything' })).toEqual([])
  })

  it('Q-02 are found in the query, in the names and in the data of answers', () => {
    const rrsets = [{ name: 'a.example', type: 'CNAME', rdata: ['b.example'] }, { name: 'b.example', type: 'A', rdata: ['192.0.2.1'] }]
    const found = hitsIn(log({ qname: 'A.Example.', rrsets }), 'dns', listed('a.example', 'b.example'))
    expect(found.map(({ field, value, member }) => [field, value, member])).toEqual([
      ['qname', 'A.Example.', 'a.example'],
      ['rrsets.name', 'a.example', 'a.example'],
      ['rrsets.name', 'b.example', 'b.example'],
      ['rrsets.rdata', 'b.example', 'b.example'],
    ])
  })

  it('E-02 tell the record of the answer that holds them, as far as the log does', () => {
    const rrsets = [{ name: 'a.example', type: 'MX', rdata: ['10 b.example'] }, { rdata: ['c.example'] }, { name: 'd.example', type: 'A', rdata: ['192.0.2.1'] }]
    expect(hitsIn(log({ qname: 'a.example', rrsets }), 'dns', listed('b.example', 'c.example', 'd.example')).map(({ value, record }) => [value, record])).toEqual([
      ['d.example', { name: 'd.example', type: 'A' }],
      ['b.example', { name: 'a.example', type: 'MX' }],
      ['c.example', {}],
    ])
    expect(hitsIn(log({ qname: 'a.example' }), 'dns', listed('a.example'))[0]).not.toHaveProperty('record')
  })

  it('Q-02 logs of any other shape match nothing and break nothing', () => {
    for (const rrsets of [null, 'x', 7, [null], [{ rdata: 7 }], { name: { deep: 1 } }]) {
      expect(hitsIn(log({ qname: 5, rrsets }), 'dns', listed('a.example'))).toEqual([])
    }
  })

  it('Q-03 pick from a digest the raw texts whose logs are worth fetching', () => {
    const values = ['10 b.example', 'b.example', 'c.example', '0 5 5060 B.EXAMPLE.']
    expect(matchingValues({ field: 'rrsets.rdata', values }, listed('b.example'))).toEqual(['10 b.example', 'b.example', '0 5 5060 B.EXAMPLE.'])
    expect(matchingValues({ field: 'qname', values: ['10 b.example'] }, listed('b.example'))).toEqual([])
  })
})

describe('windows that are gone', () => {
  const older = (id: string) => ({ kind: 'flow', number: 4, id, cutAt: '', points: [] }) as const
  it('Q-06 are replaced by an older one of their own chain alone', () => {
    const cursor = { number: 9, id: windowId('chain', 'x') }
    expect(restartFrom(cursor, older('chain.y'))).toEqual(older('chain.y'))
    expect(restartFrom(cursor, older('other.y'))).toBeNull()
    expect(restartFrom(cursor, null)).toBeNull()
  })

  it('Q-06 thinning keeps the last four hours of a window a minute, and then one in sixteen', () => {
    expect([1_000, 760, 759, 752].map((number) => isThinned(number, 1_000))).toEqual([false, false, true, false])
  })
})
