import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildEvent } from '../../../domain/events/build-event.ts'
import { eventId } from '../../../domain/events/event-id.ts'
import type { Hit, SearchedField } from '../../../domain/search/log.ts'
import { anyLog } from './any-log.ts'

const foundAt = new Date('2026-02-03T04:05:06.789Z')
const flow = {
  end_time: 1_767_225_900, '@timestamp': 1_767_225_901_000, source_ip: '192.168.47.9', source_name: 'access-1', source_name_aggr: 'access-*',
  source_namespace: 'demo', source_port: null, dest_ip: '203.0.113.77', dest_name: '-', dest_name_aggr: 'pub', dest_namespace: '-', dest_port: 443,
  proto: 'tcp', action: 'allow', host: 'node-1',
}
const dns = { end_time: '2026-01-01T00:05:12.200000002Z', client_name: 'access-1', client_name_aggr: 'access-*', client_namespace: 'demo', client_ip: '192.168.47.9', qname: 'bad.example', rcode: 'NXDomain', host: 'node-2' }

function hit(source: Readonly<Record<string, unknown>>, field: SearchedField, value: string, member: string, id = 'log-1'): Hit {
  return { log: { index: 'logs.a', id, source }, field, value, member }
}
const build = (...hits: readonly [Hit, ...Hit[]]) => buildEvent({ feedName: 'some-feed', setVersion: 'abc', hits, foundAt })

describe('the event of a flow', () => {
  it('E-01 E-02 says what the pod did, with whom, allowed or denied, and on whose word', async () => {
    const { document } = await build(hit(flow, 'dest_ip', '203.0.113.77', '203.0.113.0/24'))
    expect(document).toEqual({
      time: '2026-01-01T00:05:00.000Z',
      generated_time: '2026-02-03T04:05:06.789Z',
      type: 'gtf_suspicious_flow',
      name: 'Connection to a listed address',
      origin: 'some-feed',
      description: 'demo/access-1 made an allowed connection to 203.0.113.77 port 443 over tcp; threat feed some-feed lists 203.0.113.0/24.',
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
        set_version: 'abc',
        flow_action: 'allow',
        protocol: 'tcp',
        flow_log_id: 'log-1',
        flow_log_index: 'logs.a',
        suspicious_prefix: '203.0.113.0/24',
      },
    })
  })

  it('E-02 tells an address that came in from one that was called, and a denied one from an allowed one', async () => {
    const inbound = { ...flow, source_port: 40_001, source_ip: '198.51.100.9', dest_namespace: 'demo', dest_name: 'access-1', action: 'deny' }
    const { document } = await build(hit(inbound, 'source_ip', '198.51.100.9', '198.51.100.0/24'))
    expect(document).toMatchObject({
      name: 'Connection from a listed address',
      dest_name: 'access-1',
      dest_namespace: 'demo',
      description: '198.51.100.9 was denied a connection to demo/access-1 port 443 over tcp; threat feed some-feed lists 198.51.100.0/24.',
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
      description: 'demo/access-1 asked DNS for bad.example (NXDomain); threat feed some-feed lists bad.example.',
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
        set_version: 'abc',
        dns_log_id: 'log-1',
        dns_log_index: 'logs.a',
        suspicious_domains: ['bad.example'],
      },
    })
    const answered = await build(hit({ ...dns, qname: 'www.example.org', rcode: 'NoError' }, 'rrsets.rdata', 'Bad.Example.', 'bad.example'))
    expect(answered.document).toMatchObject({
      name: 'DNS answer with a listed name',
      description: 'demo/access-1 asked DNS for www.example.org and the answer names Bad.Example.; threat feed some-feed lists bad.example.',
      severity: 70,
    })
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
        for (const ip of [document['source_ip'], document['dest_ip']]) expect(ip === undefined ? 4 : isIP(String(ip))).toBeGreaterThan(0)
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
