import { stateQuery } from '../../workflows/messages.ts'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { Cluster, dns, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

let cluster: Cluster
let worker: TestWorker
let host: FeedServer

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  worker = await startWorker(cluster)
})
afterEach(async () => {
  const feeds = await cluster.feeds()
  for (const { metadata } of feeds) await cluster.remove(metadata.name)
  for (const { metadata } of feeds) await eventually(`the run of ${metadata.name} ends`, () => cluster.running(metadata.name), (runs) => !runs)
})
afterAll(async () => {
  await worker.shutdown()
  await cluster.close()
  await host.close()
})

const pull = (path: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  pull: { period: '1h', http: { url: `${host.origin}${path}`, ...more } },
})

/** Waits until the feed's run has searched so many times more. */
async function searches(name: string, times: number): Promise<void> {
  const run = cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${name}`)
  for (let time = 0; time < times; time += 1) {
    const last = (await run.query(stateQuery)).state.lastSearchAt ?? 0
    await eventually('another search', async () => (await run.query(stateQuery)).state.lastSearchAt ?? 0, (at) => at > last)
  }
}

/** Long enough for three searches of a feed that is searched every second. */
const threeIntervals = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 3300))

const settled = (name: string): Promise<unknown> =>
  eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)

describe('an IPSet feed', () => {
  it('S-01 G-01 G-03 Q-01 T-01 goes from the resource to the set, the network set, the event and the status', async () => {
    host.answer('/deny.txt', '# two neighbours, a network, a host\n192.0.2.0/25\n192.0.2.128/25\n203.0.113.77\n2001:db8::1\n')
    await cluster.apply('deny', { ...pull('/deny.txt'), globalNetworkSet: { labels: { level: 'high' } } })
    await settled('deny')
    expect(await cluster.document('IPSet', 'deny')).toEqual(['192.0.2.0/25', '192.0.2.128/25', '2001:db8::1/128', '203.0.113.77/32'])
    const set = await eventually('the network set', () => cluster.networkSet('threatfeed.deny'), (found) => found !== null)
    expect(set?.spec.nets).toEqual(['192.0.2.0/24', '203.0.113.77/32', '2001:db8::1/128'])
    expect(set?.metadata.labels).toMatchObject({ level: 'high', 'threatfeeds.projectcalico.org/feed-uid': (await cluster.feed('deny')).metadata.uid })

    await cluster.log('flow', [flow({ dest_ip: '203.0.113.77' }), flow({ dest_ip: '203.0.113.76' }), flow({ dest_ip: '203.0.113.78' }), flow({ source_ip: null, dest_ip: null })])
    const [event] = await eventually('the event', () => cluster.events('deny'), (events) => events.length > 0)
    expect(event).toMatchObject({ type: 'gtf_suspicious_flow', source_name: 'web-1', source_namespace: 'shop', dest_ip: '203.0.113.77' })
    await searches('deny', 5)
    expect(await cluster.events('deny')).toHaveLength(1)
    const { status } = await eventually('the search is reported', () => cluster.feed('deny'), (feed) => feed.status?.lastSuccessfulSearch !== undefined)
    expect(status?.errorConditions ?? []).toEqual([])
  })

  it('Q-07 finds members in logs that arrived before the feed did', async () => {
    await cluster.log('flow', [flow({ source_ip: '198.51.100.9', dest_ip: '10.0.0.7' })])
    host.answer('/late.txt', '198.51.100.9\n')
    await cluster.apply('late', pull('/late.txt'))
    const [event] = await eventually('the event', () => cluster.events('late'), (events) => events.length > 0)
    expect(event).toMatchObject({ source_ip: '198.51.100.9' })
  })

  it('G-05 reverts an edit of its network set and makes it again', async () => {
    host.answer('/kept.txt', '198.51.100.0/24\n')
    await cluster.apply('kept', { ...pull('/kept.txt'), globalNetworkSet: {} })
    const nets = (): Promise<readonly string[] | undefined> => cluster.networkSet('threatfeed.kept').then((set) => set?.spec.nets)
    await eventually('the network set', nets, (found) => found !== undefined)
    await cluster.editNetworkSet('threatfeed.kept', { spec: { nets: ['10.0.0.0/8'] } })
    await eventually('the edit is reverted', nets, (found) => found?.[0] === '198.51.100.0/24')
    await cluster.removeNetworkSet('threatfeed.kept')
    await eventually('it is made again', nets, (found) => found?.[0] === '198.51.100.0/24')
    await cluster.patch('kept', { spec: { globalNetworkSet: null } })
    await eventually('it goes with the stanza', nets, (found) => found === undefined)
  })

  it('L-02 L-03 is disabled, enabled and pointed elsewhere by edits', async () => {
    host.answer('/one.txt', '198.51.100.1\n')
    host.answer('/two.txt', '198.51.100.2\n')
    await cluster.apply('edited', { ...pull('/one.txt'), globalNetworkSet: {} })
    const nets = (): Promise<readonly string[] | undefined> => cluster.networkSet('threatfeed.edited').then((set) => set?.spec.nets)
    await eventually('the network set', nets, (found) => found?.[0] === '198.51.100.1/32')
    await cluster.patch('edited', { spec: { mode: 'Disabled' } })
    await eventually('no network set', nets, (found) => found === undefined)
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.1' })])
    await threeIntervals()
    expect(await cluster.events('edited')).toEqual([])
    expect(await cluster.document('IPSet', 'edited')).toEqual(['198.51.100.1/32'])
    await cluster.patch('edited', { spec: { mode: 'Enabled' } })
    await eventually('the network set is back', nets, (found) => found?.[0] === '198.51.100.1/32')
    expect(host.count('/one.txt')).toBe(1)
    await cluster.patch('edited', { spec: { pull: { http: { url: `${host.origin}/two.txt` } } } })
    await eventually('the other list', nets, (found) => found?.[0] === '198.51.100.2/32')
    expect(await cluster.events('edited')).toEqual([])
  })
})

describe('a DomainNameSet feed', () => {
  it('Q-02 Q-03 F-09 finds its names in questions, answers and their data', async () => {
    host.answer('/names.json', JSON.stringify({ entries: [{ name: 'Bad.Example.' }, { name: 'bücher.example' }] }))
    await cluster.apply('names', { content: 'DomainNameSet', ...pull('/names.json', { format: { json: { path: '$.entries[*].name' } } }) })
    await settled('names')
    expect(await cluster.document('DomainNameSet', 'names')).toEqual(['bad.example', 'xn--bcher-kva.example'])
    await cluster.log('dns', [
      dns({ qname: 'BAD.example' }),
      dns({ rrsets: [{ name: 'bad.example', type: 'A', class: 'IN', rdata: ['192.0.2.1'] }] }),
      dns({ rrsets: [{ name: 'fine.example', type: 'MX', class: 'IN', rdata: ['10 bad.example.'] }] }),
      dns({ qname: 'bücher.example' }),
      dns({ qname: 'notbad.example' }),
      dns({ qname: 'sub.bad.example' }),
    ])
    await eventually('four events', () => cluster.events('names'), (events) => events.length === 4)
    await searches('names', 3)
    const events = await cluster.events('names')
    expect(events.map(({ type }) => type)).toEqual(Array(4).fill('gtf_suspicious_dns_query'))
  })
})

describe('a pushed feed', () => {
  it('S-02 S-03 takes what is written, whoever came first, and says what is wrong with it', async () => {
    await cluster.push('IPSet', 'first', ['99.99.99.99/32', '100.100.100.0/24'])
    await cluster.apply('first', { content: 'IPSet' })
    await settled('first')
    await cluster.log('flow', [flow({ dest_ip: '100.100.100.7' })])
    await eventually('an event', () => cluster.events('first'), (events) => events.length === 1)
    await cluster.elasticsearch.index({ index: cluster.setIndex('IPSet'), id: 'first', document: { addresses: ['1.2.3.4'] } })
    const { status } = await eventually('it is said', () => cluster.feed('first'), (feed) => feed.status?.errorConditions?.[0]?.type === 'PushInvalid')
    expect(status?.errorConditions?.[0]?.message).toContain('ips')
    await cluster.push('IPSet', 'first', ['203.0.113.5/32'])
    await eventually('healed', () => cluster.feed('first'), (feed) => (feed.status?.errorConditions ?? []).length === 0)
    await cluster.remove('first')
    await eventually('the run ends', () => cluster.running('first'), (runs) => !runs)
    expect(await cluster.document('IPSet', 'first')).toEqual(['203.0.113.5/32'])
  })
})

describe('faults', () => {
  const condition = (name: string, type: string): Promise<string> =>
    eventually(`${name} says ${type}`, () => cluster.feed(name), ({ status }) => status?.errorConditions?.some((one) => one.type === type) ?? false).then(
      ({ status }) => status?.errorConditions?.find((one) => one.type === type)?.message ?? '',
    )

  it.each([
    ['answers 500', (): void => host.answer('/ill.txt', (_, response) => response.writeHead(500).end('secret body'))],
    ['sends an HTML page', (): void => host.answer('/ill.txt', '<!doctype html><title>moved</title>')],
    ['sends nothing', (): void => host.answer('/ill.txt', '')],
    ['hangs up', (): void => host.answer('/ill.txt', (request) => request.socket.destroy())],
  ])('P-06 P-11 T-02 a host that %s is one PullFailed, and the last good set stays searched and enforced', async (_, makeIll) => {
    host.answer('/ill.txt', '198.51.100.31\n')
    await cluster.apply('ill', { ...pull('/ill.txt'), globalNetworkSet: {} })
    await settled('ill')
    makeIll()
    await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/ill`).signal('refresh')
    const message = await condition('ill', 'PullFailed')
    expect(message).not.toContain('secret body')
    expect(message).not.toContain('/ill.txt')
    expect(await cluster.document('IPSet', 'ill')).toEqual(['198.51.100.31/32'])
    expect((await cluster.networkSet('threatfeed.ill'))?.spec.nets).toEqual(['198.51.100.31/32'])
    const before = (await cluster.events('ill')).length
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.31' })])
    await eventually('still searched', () => cluster.events('ill'), (events) => events.length > before)
    host.answer('/ill.txt', '198.51.100.31\n')
    await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/ill`).signal('refresh')
    await eventually('well again', () => cluster.feed('ill'), ({ status }) => (status?.errorConditions ?? []).length === 0)
  })

  it('P-06 a host that refuses connections is a PullFailed that names the host', async () => {
    await cluster.apply('refused', { pull: { period: '1h', http: { url: 'http://127.0.0.1:1/list?key=canary' } } })
    const message = await condition('refused', 'PullFailed')
    expect(message).toContain('127.0.0.1')
    expect(message).not.toContain('canary')
  })

  it('G-02 G-06 a network set of someone else is left alone while storing and searching go on', async () => {
    host.answer('/foreign.txt', '198.51.100.50\n')
    await cluster.apply('owner', { ...pull('/foreign.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.owner'), (set) => set !== null)
    await cluster.patch('owner', { spec: { mode: 'Disabled' } })
    await eventually('none', () => cluster.networkSet('threatfeed.owner'), (set) => set === null)
    await cluster.createNetworkSet('threatfeed.owner', ['10.1.0.0/16'])
    await cluster.patch('owner', { spec: { mode: 'Enabled' } })
    expect(await condition('owner', 'GlobalNetworkSetSyncFailed')).toContain('adopt')
    expect((await cluster.networkSet('threatfeed.owner'))?.spec.nets).toEqual(['10.1.0.0/16'])
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.50' })])
    await eventually('still searched', () => cluster.events('owner'), (events) => events.length === 1)
    await cluster.patch('owner', { metadata: { annotations: { 'threatfeeds.projectcalico.org/adopt': 'true' } } })
    await eventually('taken over', () => cluster.networkSet('threatfeed.owner'), (set) => set?.spec.nets[0] === '198.51.100.50/32')
    await eventually('well again', () => cluster.feed('owner'), ({ status }) => (status?.errorConditions ?? []).length === 0)
  })
})

describe('the end', () => {
  it('S-05 L-05 a deleted feed leaves its events and nothing else', async () => {
    host.answer('/gone.txt', '198.51.100.60\n')
    await cluster.apply('gone', { ...pull('/gone.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.gone'), (set) => set !== null)
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.60' })])
    await eventually('an event', () => cluster.events('gone'), (events) => events.length === 1)
    await cluster.remove('gone')
    await eventually('the run ends', () => cluster.running('gone'), (runs) => !runs)
    expect(await cluster.networkSet('threatfeed.gone')).toBeNull()
    expect(await cluster.document('IPSet', 'gone')).toBeNull()
    expect(await cluster.events('gone')).toHaveLength(1)
  })

  it('L-05 a feed deleted while no worker runs is cleaned up once one is back', async () => {
    host.answer('/away.txt', '198.51.100.61\n')
    await cluster.apply('away', { ...pull('/away.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.away'), (set) => set !== null)
    await worker.shutdown()
    await cluster.remove('away')
    worker = await startWorker(cluster)
    await eventually('the run ends', () => cluster.running('away'), (runs) => !runs, 120_000)
    expect(await cluster.networkSet('threatfeed.away')).toBeNull()
    expect(await cluster.document('IPSet', 'away')).toBeNull()
  }, 180_000)

  it('L-06 cancelling a run as the UI does disables the feed; its idle run follows, and enabling brings it back without a pull', async () => {
    host.answer('/halted.txt', '198.51.100.62\n')
    await cluster.apply('halted', { ...pull('/halted.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.halted'), (set) => set !== null)
    const run = cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/halted`)
    const { runId } = await run.describe()
    await run.cancel()
    await eventually('disabled', () => cluster.feed('halted'), ({ spec }) => spec['mode'] === 'Disabled')
    await eventually('ended as cancelled', async () => (await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/halted`, runId).describe()).status.name, (name) => name === 'CANCELLED')
    expect(await cluster.networkSet('threatfeed.halted')).toBeNull()
    await eventually('the idle run', async () => (await run.describe()).status.name, (name) => name === 'RUNNING', 90_000)
    await cluster.patch('halted', { spec: { mode: 'Enabled' } })
    await eventually('the network set is back', () => cluster.networkSet('threatfeed.halted'), (set) => set !== null)
    expect(host.count('/halted.txt')).toBe(1)
  }, 180_000)

  it('L-01 L-06 S-07 a terminated run is replaced within a minute and goes on without a pull', async () => {
    host.answer('/ended.txt', '198.51.100.63\n')
    await cluster.apply('ended', pull('/ended.txt'))
    await settled('ended')
    const run = cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/ended`)
    await run.terminate('by hand')
    await eventually('another run', async () => (await run.describe()).status.name, (name) => name === 'RUNNING', 90_000)
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.63' })])
    await eventually('an event', () => cluster.events('ended'), (events) => events.length === 1)
    expect(host.count('/ended.txt')).toBe(1)
  }, 180_000)
})
