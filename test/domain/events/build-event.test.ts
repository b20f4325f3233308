import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { buildEvent } from '../../../domain/events/build-event.ts'
import { eventId } from '../../../domain/events/event-id.ts'
import type { FeedRating } from '../../../domain/events/severity.ts'
import type { Hit, SearchedField } from '../../../domain/search/log.ts'
import { anyLog } from './any-log.ts'

const foundAt = new Date('2026-02-03T04:05:06.789Z')
const flow = {
  end_time: 1_767_225_900, '@timestamp': 1_767_225_901_000, source_ip: '192.168.47.9', source_name: 'access-1', source_name_aggr: 'access-*',
  source_namespace: 'demo', source_type: 'wep', source_port: null, dest_type: 'net', dest_domains: ['c2.example'], reporter: 'src', num_flows: 1, dest_ip: '203.0.113.77', dest_name: '-', dest_name_aggr: 'pub', dest_namespace: '-', dest_port: 443,
  proto: 'tcp', action: 'allow', host: 'node-1',
}
const dns = { end_time: '2026-01-01T00:05:12.200000002Z', client_name: 'access-1', client_name_aggr: 'access-*', client_namespace: 'demo', client_ip: '192.168.47.9', qname: 'bad.example', qtype: 'A', count: 1, rcode: 'NXDomain', host: 'node-2' }

function hit(source: Readonly<Record<string, unknown>>, field: SearchedField, value: string, member: string, id = 'log-1'): Hit {
  return { log: { index: 'logs.a', id, source }, field, value, member }
}
const setVersion = `9d3c1f0a77be${'0'.repeat(52)}`
const build = (...hits: readonly [Hit, ...Hit[]]) => buildEvent({ feedName: 'some-feed', setVersion, hits, foundAt })
const told = async (...hits: readonly [Hit, ...Hit[]]): Promise<unknown> => (await build(...hits)).document['description']

describe('the event of a flow', () => {
  it('E-01 E-02 says what the pod did, with whom, allowed or denied, and on whose word', async () => {
    const { document } = await build(hit(flow, 'dest_ip', '203.0.113.77', '203.0.113.0/24'))
    expect(document).toEqual({
      time: '2026-01-01T00:05:00.000Z',
      generated_time: '2026-02-03T04:05:06.789Z',
      type: 'gtf_suspicious_flow',
      name: 'Connection to a listed address',
      origin: 'some-feed',
      description: 
        'Pod demo/access-1 (192.168.47.9) made an allowed connection to 203.0.113.77 (c2.example) port 443 over tcp, seen by node-1 at the source; ' +
        'threat feed some-feed lists the destination as 203.0.113.0/24 (set 9d3c1f0a77be).',
      severity: 80,
      attack_vector: 'Network',
      mitre_ids: ['T1071'],
      mitre_tactic: 'Command and Control',
      mitigations: expect.arrayContaining([expect.any(String)]),
      host: 'node-1',
      source_ip: '192.168.47.9',
      source_name: 'access-1',
      source_name_aggr: 'access-*',
      source_namespace: 'demo',
      dest_ip: '203.0.113.77',
      dest_name_aggr: 'pub',
      dest_port: 443,
      record: {
        feeds: ['some-feed'],
        matched_fields: ['dest_ip'],
        set_version: setVersion,
        flow_action: 'allow',
        protocol: 'tcp',
        flow_log_id: 'log-1',
        flow_log_index: 'logs.a',
        suspicious_prefix: '203.0.113.0/24',
      },
    })
  })

  it('E-02 tells an address that came in from one that was called, and a denied one from an allowed one', async () => {
    const inbound = {
      ...flow, source_port: 40_001, source_ip: '198.51.100.9', source_type: 'net', source_name: '-', source_name_aggr: 'pub', source_namespace: '-',
      dest_ip: '192.168.47.9', dest_namespace: 'demo', dest_name: 'access-1', dest_type: 'wep', action: 'deny', reporter: 'dst',
    }
    const { document } = await build(hit(inbound, 'source_ip', '198.51.100.9', '198.51.100.0/24'))
    expect(document).toMatchObject({
      name: 'Connection from a listed address',
      dest_name: 'access-1',
      dest_namespace: 'demo',
      description: 
        '198.51.100.9 was denied a connection to pod demo/access-1 (192.168.47.9) port 443 over tcp, seen by node-1 at the destination; ' +
        'threat feed some-feed lists the source as 198.51.100.0/24 (set 9d3c1f0a77be).',
      severity: 40,
      mitre_ids: ['T1190'],
      mitre_tactic: 'Initial Access',
      source_port: 40_001,
      record: { flow_action: 'deny' },
    })
  })

  it('E-01 names both fields when both ends are listed', async () => {
    const { document } = await build(hit(flow, 'source_ip', '192.168.47.9', '192.168.0.0/16'), hit(flow, 'dest_ip', '203.0.113.77', '203.0.113.0/24'))
    expect(document['record']).toMatchObject({ matched_fields: ['source_ip', 'dest_ip'], suspicious_prefix: '203.0.113.0/24' })
  })
})

describe('the event of a DNS query', () => {
  it('E-02 names each listed name once, and every field that has one', async () => {
    const { document } = await build(hit(dns, 'qname', 'bad.example', 'bad.example'), hit(dns, 'rrsets.name', 'bad.example.', 'bad.example'), hit(dns, 'rrsets.rdata', 'worse.example', 'worse.example'))
    expect(document['record']).toMatchObject({ matched_fields: ['qname', 'rrsets.name', 'rrsets.rdata'], suspicious_domains: ['bad.example', 'worse.example'] })
  })

  it('E-01 E-02 says who asked for what, and where the listed name was', async () => {
    const asked = await build(hit(dns, 'qname', 'bad.example', 'bad.example'))
    expect(asked.document).toEqual({
      time: '2026-01-01T00:05:12.200Z',
      generated_time: '2026-02-03T04:05:06.789Z',
      type: 'gtf_suspicious_dns_query',
      name: 'DNS query for a listed name',
      origin: 'some-feed',
      description: 'Pod demo/access-1 (192.168.47.9) asked DNS for bad.example (A) and was answered NXDomain; threat feed some-feed lists bad.example (set 9d3c1f0a77be).',
      severity: 50,
      attack_vector: 'Network',
      mitre_ids: ['T1071.004'],
      mitre_tactic: 'Command and Control',
      mitigations: expect.arrayContaining([expect.any(String)]),
      host: 'node-2',
      source_ip: '192.168.47.9',
      source_name: 'access-1',
      source_name_aggr: 'access-*',
      source_namespace: 'demo',
      record: {
        feeds: ['some-feed'],
        matched_fields: ['qname'],
        set_version: setVersion,
        dns_log_id: 'log-1',
        dns_log_index: 'logs.a',
        suspicious_domains: ['bad.example'],
      },
    })
    const answered = await build(hit({ ...dns, qname: 'www.example.org', rcode: 'NoError' }, 'rrsets.rdata', 'Bad.Example.', 'bad.example'))
    expect(answered.document).toMatchObject({ name: 'DNS answer with a listed name', severity: 70 })
  })
})

describe('the sentence of a flow', () => {
  const out = (fields: Readonly<Record<string, unknown>>) => told(hit({ ...flow, ...fields }, 'dest_ip', '203.0.113.77', '203.0.113.77/32'))

  it.each([
    ['a pod', {}, /^Pod demo\/access-1 \(192\.168\.47\.9\) made /],
    ['the pods that an aggregated log stands for', { source_name: '-', source_ip: null }, /^A pod of demo\/access-\* made /],
    ['a host', { source_type: 'hep', source_name: 'node-1', source_namespace: '-' }, /^Host node-1 \(192\.168\.47\.9\) made /],
    ['an address outside, not its class', { source_type: 'net', source_name: '-', source_name_aggr: 'pvt', source_namespace: '-' }, /^192\.168\.47\.9 made /],
    ['a workload of no type that is told', { source_type: undefined }, /^demo\/access-1 \(192\.168\.47\.9\) made /],
    ['nobody, where the log does not tell', { source_type: 'net', source_ip: null }, /^An address that the log does not tell made /],
  ])('E-02 names at its source %s', async (_who, fields, sentence) => {
    expect(await out(fields)).toMatch(sentence)
  })

  it.each([
    ['the network set that it is in', { dest_type: 'ns', dest_name: 'threatfeed.some-feed' }, ' to 203.0.113.77 (in network set threatfeed.some-feed) port 443'],
    ['three of the names it was resolved from', { dest_domains: ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'] }, ' to 203.0.113.77 (a.example, b.example, c.example and 2 more) port 443'],
    ['the pod', { dest_type: 'wep', dest_name: 'db-0', dest_namespace: 'shop' }, ' to pod shop/db-0 (203.0.113.77) port 443 over tcp'],
    ['no port and no protocol that are not there', { dest_port: null, proto: null }, ' to 203.0.113.77 (c2.example), seen by node-1'],
  ])('E-02 names at its destination %s', async (_what, fields, words) => {
    expect(await out(fields)).toContain(words)
  })

  it.each([
    [{ action: 'allow', num_flows: 7 }, ' made 7 allowed connections to '],
    [{ action: 'deny', num_flows: 7 }, ' was denied 7 connections to '],
    [{ action: 'deny' }, ' was denied a connection to '],
    [{ action: null }, ' made a connection to '],
    [{ action: null, num_flows: 2 }, ' made 2 connections to '],
  ])('E-02 tells how often, and whether it was let through: %j', async (fields, words) => {
    expect(await out(fields)).toContain(words)
  })

  it('E-02 tells whose word it is: two nodes may see one connection, and one may have denied what the other allowed', async () => {
    expect(await out({ reporter: 'dst', host: 'node-2' })).toContain(', seen by node-2 at the destination;')
    expect(await out({ reporter: 'fwd' })).toContain(', seen by node-1 in forwarding it;')
    expect(await out({ reporter: 'src', host: null })).toContain(', seen at the source;')
    expect(await out({ reporter: null })).toContain(', seen by node-1;')
    expect(await out({ reporter: null, host: null })).toContain(' over tcp; threat feed')
  })

  it('E-02 tells both members where both ends are listed', async () => {
    const both = await told(hit(flow, 'source_ip', '192.168.47.9', '192.168.0.0/16'), hit(flow, 'dest_ip', '203.0.113.77', '203.0.113.0/24'))
    expect(both).toContain('lists the destination as 203.0.113.0/24 and the source as 192.168.0.0/16 (set 9d3c1f0a77be).')
  })
})

describe('the sentence of a query', () => {
  const asked = { ...dns, qname: 'www.example.org', rcode: 'NoError' }
  const cname = { name: 'www.example.org', type: 'CNAME', rdata: ['Bad.Example.'] }

  it('E-02 tells which record of the answer holds the name, and where the name led to', async () => {
    const rrsets = [cname, { name: 'bad.example', type: 'A', rdata: ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'] }]
    expect(await told({ ...hit({ ...asked, rrsets }, 'rrsets.rdata', 'Bad.Example.', 'bad.example'), record: cname })).toBe(
      'Pod demo/access-1 (192.168.47.9) asked DNS for www.example.org (A) and was answered 203.0.113.1, 203.0.113.2, 203.0.113.3 and 1 more; ' +
        'the answer has a CNAME record of www.example.org that names Bad.Example.; threat feed some-feed lists bad.example (set 9d3c1f0a77be).',
    )
    const owner = { ...hit(asked, 'rrsets.name', 'Bad.Example.', 'bad.example'), record: { name: 'Bad.Example.', type: 'MX' } }
    expect(await told(owner)).toContain('; the answer has an MX record of Bad.Example.; threat feed')
    expect(await told(hit(asked, 'rrsets.rdata', 'bad.example', 'bad.example'))).toContain('; the answer has a record that names bad.example; threat feed')
  })

  it('E-02 tells how often, who asked as far as that is known, and what is not told leaves out', async () => {
    const sentence = (fields: Readonly<Record<string, unknown>>) => told(hit({ ...dns, ...fields }, 'qname', 'bad.example', 'bad.example'))
    expect(await sentence({ count: 12 })).toContain(' asked DNS 12 times for bad.example (A) and was answered NXDomain;')
    expect(await sentence({ client_name: '-', client_ip: null })).toMatch(/^A pod of demo\/access-\* asked DNS for /)
    expect(await sentence({ client_name: '-', client_name_aggr: '-' })).toMatch(/^192\.168\.47\.9 asked DNS for /)
    expect(await sentence({ client_name: '-', client_name_aggr: '-', client_ip: null, qtype: null, rcode: null })).toBe(
      'An unnamed workload asked DNS for bad.example; threat feed some-feed lists bad.example (set 9d3c1f0a77be).',
    )
  })

  it('E-02 tells a member in ACE as people read it too, and each of several', async () => {
    const ace = 'xn--bcher-kva.example'
    expect(await told(hit(dns, 'qname', 'BÜCHER.example', ace))).toContain(`lists ${ace} (bücher.example) (set `)
    const more = ['b.example', 'c.example', 'd.example', 'e.example'].map((name) => hit(asked, 'rrsets.name', name, name))
    expect(await told(hit(asked, 'qname', 'a.example', 'a.example'), ...more)).toContain('lists a.example, b.example, c.example and 2 more (set ')
  })
})

describe('how an event is rated', () => {
  const rated = async (rating: FeedRating, action = 'allow') => {
    const { document } = await buildEvent({ feedName: 'f', setVersion, foundAt, rating, hits: [hit({ ...flow, action }, 'dest_ip', 'v', 'm')] })
    return [document['severity'], document['mitre_ids'], document['mitre_tactic']]
  }

  it('E-02 V-21 by its feed where the feed says so, whatever became of the connection, else by the table', async () => {
    expect(await rated({ severity: 30 })).toEqual([30, ['T1071'], 'Command and Control'])
    expect(await rated({ severity: 30 }, 'deny')).toEqual([30, ['T1071'], 'Command and Control'])
    expect(await rated({ mitreIds: ['T1496'], mitreTactic: 'Impact' }, 'deny')).toEqual([60, ['T1496'], 'Impact'])
    expect(await rated({})).toEqual([80, ['T1071'], 'Command and Control'])
  })

  it('E-02 V-21 with no technique beside a tactic that it does not belong to', async () => {
    expect(await rated({ mitreIds: ['T1496'] })).toEqual([80, ['T1496'], undefined])
    expect(await rated({ mitreTactic: 'Impact' })).toEqual([80, undefined, 'Impact'])
  })

  it('E-02 V-21 a query of its feed as a connection', async () => {
    const { document } = await buildEvent({ feedName: 'f', setVersion, foundAt, rating: { severity: 5 }, hits: [hit(dns, 'qname', 'v', 'm')] })
    expect(document['severity']).toBe(5)
  })
})

describe('a log that says little', () => {
  it('E-04 leaves a valid event: nothing in it is null, undefined or a dash', async () => {
    for (const [source, field] of [[{}, 'source_ip'], [{ dest_port: 'x', source_port: 70_000, end_time: 'yesterday' }, 'dest_ip'], [{ client_name: '-' }, 'qname']] as const) {
      const { document } = await build(hit(source, field, 'v', 'm'))
      expect(document).toMatchObject({ time: foundAt.toISOString(), origin: 'some-feed' })
      expect(JSON.stringify(document)).not.toMatch(/null|"-"|undefined/)
      expect(Object.keys(document).filter((name) => /_(ip|port|name|namespace)$/.test(name))).toEqual([])
    }
  })

  it('E-04 whatever a log holds, its event can be written', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog(), fc.constantFrom('source_ip', 'dest_ip', 'qname', 'rrsets.rdata'), async (source, field) => {
        const { document } = await build(hit(source, field, 'v', 'm'))
        expect(document['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        for (const port of [document['source_port'], document['dest_port']]) expect(port === undefined || Number.isInteger(port)).toBe(true)
        for (const ip of [document['source_ip'], document['dest_ip']]) expect(ip === undefined || ipaddr.IPv4.isValidFourPartDecimal(String(ip)) || ipaddr.IPv6.isValid(String(ip))).toBe(true)
        const texts = Object.values({ ...document, ...(document['record'] as object) }).filter((value) => typeof value === 'string')
        expect(texts.filter((value) => value.length > 4_000 || /[\ud800-\udfff]/u.test(value))).toEqual([])
      }),
    )
  })

  it('E-04 cuts a text that no index takes, and shows in its sentence no more of it', async () => {
    const long = 'x'.repeat(40_000)
    const { document } = await build(hit({ source_name: long, dest_ip: '203.0.113.77' }, 'dest_ip', long, 'm'))
    expect(document['source_name']).toBe(`${'x'.repeat(1_023)}…`)
    expect(String(document['description']).length).toBeLessThan(3_000)
  })

  it('E-04 has no half of a character, whether the log holds it or a cut made it', async () => {
    const { document } = await build(hit({ source_name: 'pod\ud83d', dest_name: `${'x'.repeat(1_022)}\u{1f600}${'x'.repeat(9)}` }, 'dest_ip', 'v', 'm'))
    expect(document['source_name']).toBe('pod\ufffd')
    expect(document['dest_name']).toBe(`${'x'.repeat(1_022)}\ufffd…`)
  })

  it('E-02 takes the time of a log from its end in seconds, in digits or in RFC 3339, else from when it was taken in', async () => {
    const time = async (source: Readonly<Record<string, unknown>>) => (await build(hit(source, 'dest_ip', 'v', 'm'))).document['time']
    expect(await time({ end_time: '1767225900' })).toBe('2026-01-01T00:05:00.000Z')
    expect(await time({ '@timestamp': 1_767_225_900_000 })).toBe('2026-01-01T00:05:00.000Z')
    expect(await time({ end_time: null, generated_time: '2026-01-01T00:05:00Z' })).toBe('2026-01-01T00:05:00.000Z')
  })
})

describe('the id of an event', () => {
  it('E-03 is a function of the feed’s name and the log’s id alone', async () => {
    const one = await build(hit(flow, 'dest_ip', 'v', 'm'))
    const elsewhere: Hit = { ...hit({}, 'source_ip', 'w', 'n'), log: { index: 'restored-logs', id: 'log-1', source: {} } }
    expect((await build(elsewhere)).id).toBe(one.id)
    expect(one.id).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await eventId('some-feed', 'log-2')).not.toBe(one.id)
    expect(await eventId('other-feed', 'log-1')).not.toBe(one.id)
    expect(await eventId('a', 'b\nc')).not.toBe(await eventId('a\nb', 'c-'))
  })
})
