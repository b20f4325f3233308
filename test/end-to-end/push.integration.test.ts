import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Cluster, dns, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { removeFeeds } from './remove-feeds.ts'
import { openWatchedStore } from './watched-store.ts'
import type { WatchedStore } from './watched-store.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

/** Of the worker of these tests: milliseconds. */
const INTERVAL = 1_000

let cluster: Cluster
let host: FeedServer
let store: WatchedStore
let worker: TestWorker

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  // Someone else's, from before this project came: names as text, and whatever else they write.
  await cluster.elasticsearch.indices.create({
    index: cluster.setIndex('DomainNameSet'),
    mappings: { properties: { domains: { type: 'text' }, owner: { type: 'keyword' } } },
  })
  host = await openFeedServer()
  store = await openWatchedStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
  worker = await startWorker({ env: { ...cluster.env, ELASTICSEARCH_URL: store.url } })
})
afterAll(async () => {
  await removeFeeds(cluster)
  await worker.shutdown()
  await cluster.close()
  await store.close()
  await host.close()
})

const synced = (name: string): Promise<unknown> =>
  eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
const well = (name: string): Promise<unknown> =>
  eventually(`${name} is well`, () => cluster.feed(name), ({ status }) => (status?.errorConditions ?? []).length === 0)
const members = async (name: string): Promise<number | undefined> => (await cluster.state(name)).version?.set.members
const condition = async (name: string, type: string): Promise<string> => {
  const { status } = await eventually(`${name} says ${type}`, () => cluster.feed(name), (feed) => feed.status?.errorConditions?.some((one) => one.type === type) ?? false)
  return status?.errorConditions?.find((one) => one.type === type)?.message ?? ''
}
const searched = async (name: string, address: string): Promise<void> => {
  const before = await cluster.countEvents(name)
  await cluster.log('flow', [flow({ dest_ip: address })])
  await eventually(`${name} finds ${address}`, () => cluster.countEvents(name), (count) => count === before + 1)
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
/** Writes a whole document, as a pusher does. */
const write = (name: string, document: Record<string, unknown>): Promise<unknown> =>
  cluster.elasticsearch.index({ index: cluster.setIndex('IPSet'), id: name, document })

describe('who came first', () => {
  it('S-01 S-02 the document: its first PUT makes the index, with the mapping of the template', async () => {
    const index = cluster.setIndex('IPSet')
    expect(await cluster.elasticsearch.indices.exists({ index })).toBe(false)
    await write('document-first', { ips: ['99.99.99.99/32', '100.100.100.0/24'], note: 'mine' })
    expect((await cluster.elasticsearch.indices.getMapping({ index }))[index]?.mappings.properties).toEqual({
      ips: { type: 'ip_range' },
      created_at: { type: 'date' },
    })
    await cluster.apply('document-first', { content: 'IPSet' })
    await synced('document-first')
    await searched('document-first', '100.100.100.7')
  })

  it('S-02 the resource: the document is picked up within an interval of being written', async () => {
    await cluster.apply('resource-first', { content: 'IPSet' })
    await eventually('it runs', () => cluster.running('resource-first'), (runs) => runs)
    await eventually('it has looked', async () => store.asked.filter(({ path }) => path.startsWith(`/${cluster.setIndex('IPSet')}/`)).length, (count) => count > 2)
    expect((await cluster.feed('resource-first')).status?.lastSuccessfulSync).toBeUndefined()
    await write('resource-first', { ips: ['203.0.113.1/32'] })
    await synced('resource-first')
    await searched('resource-first', '203.0.113.1')
  })
})

describe('a document that is rewritten all the time', () => {
  it('S-02 Q-07 is read at most once an interval, and nothing that is owed to older logs is lost', async () => {
    const addresses = Array.from({ length: 40 }, (_, n) => `203.0.113.${String(100 + n)}`)
    await cluster.log('flow', addresses.map((dest_ip) => flow({ dest_ip })))
    await cluster.apply('busy', { content: 'IPSet' })
    const reads = (): number => store.asked.filter(({ method, path }) => method === 'GET' && path.includes('/_doc/busy?') && !path.includes('_source=false')).length
    const begun = performance.now()
    for (let count = 1; count <= addresses.length; count += 1) {
      await write('busy', { ips: addresses.slice(0, count).map((address) => `${address}/32`) })
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const intervals = Math.ceil((performance.now() - begun) / INTERVAL)
    expect(reads()).toBeGreaterThan(1)
    expect(reads()).toBeLessThanOrEqual(intervals + 1)
    await eventually('all members', () => members('busy'), (count) => count === addresses.length)
    await eventually('an event for each', () => cluster.countEvents('busy'), (count) => count >= addresses.length)
    expect(await cluster.countEvents('busy')).toBe(addresses.length)
    const quiet = reads()
    await new Promise((resolve) => setTimeout(resolve, 3 * INTERVAL))
    expect(reads()).toBe(quiet)
  })
})

describe('what a pusher may write', () => {
  it('S-03 T-04 a wrong shape is PushInvalid naming the field, the last good set stays in force, and the next good document heals it', async () => {
    await write('shapes', { ips: ['198.51.100.1/32', '198.51.100.2/32'] })
    await cluster.apply('shapes', { content: 'IPSet' })
    await synced('shapes')
    // What the mapping of the template lets in: an array of arrays is one array to it.
    for (const wrong of [{ addresses: ['198.51.100.1/32'] }, { ips: null }, { ips: [['198.51.100.3/32']] }]) {
      await write('shapes', wrong)
      expect(await condition('shapes', 'PushInvalid')).toContain('ips')
      expect(await members('shapes')).toBe(2)
      await searched('shapes', '198.51.100.2')
      await write('shapes', { ips: ['198.51.100.1/32', '198.51.100.2/32'] })
      await well('shapes')
    }
  })

  it('S-03 S-01 text of the other kind, in an index of someone else that checks nothing: it is said, and the index stays as it was', async () => {
    const index = cluster.setIndex('DomainNameSet')
    await cluster.push('DomainNameSet', 'foreign', ['bad.example', 'worse.example'])
    await cluster.apply('foreign', { content: 'DomainNameSet' })
    await synced('foreign')
    await cluster.log('dns', [dns({ qname: 'worse.example' })])
    await eventually('an event', () => cluster.countEvents('foreign'), (count) => count === 1)
    await cluster.push('DomainNameSet', 'foreign', ['1.2.3.4', '5.6.7.8'])
    expect(await condition('foreign', 'PushInvalid')).toMatch(/field domains: .*addresses, as in an IPSet/)
    for (const wrong of [7, { name: 'bad.example' }, ['bad.example', 7], true]) {
      await cluster.elasticsearch.indices.delete({ index })
      await cluster.elasticsearch.indices.create({ index, mappings: { properties: { domains: { type: 'object', enabled: false } } } })
      await cluster.push('DomainNameSet', 'foreign', ['bad.example', 'worse.example'])
      await well('foreign')
      await cluster.push('DomainNameSet', 'foreign', wrong)
      expect(await condition('foreign', 'PushInvalid')).toContain('field domains holds')
      expect(await members('foreign')).toBe(2)
    }
    // Ours, in the same index: its mapping is nobody's to change.
    host.answer('/foreign.txt', 'pulled.example\n')
    await cluster.apply('pulled-foreign', { content: 'DomainNameSet', pull: { period: '1h', http: { url: `${host.origin}/foreign.txt` } } })
    await synced('pulled-foreign')
    expect(await cluster.document('DomainNameSet', 'pulled-foreign')).toEqual(['pulled.example'])
    expect((await cluster.elasticsearch.indices.getMapping({ index }))[index]?.mappings.properties?.['domains']).toEqual({ type: 'object', enabled: false })
  })

  it('S-03 a lone string is a list of one, an empty list empties the set, and a deleted document leaves it in force and is said', async () => {
    await write('life', { ips: '198.51.100.40/32' })
    await cluster.apply('life', { content: 'IPSet' })
    await synced('life')
    await searched('life', '198.51.100.40')
    await write('life', { ips: [] })
    await eventually('it is empty', () => members('life'), (count) => count === 0)
    await write('life', { ips: ['198.51.100.41/32'] })
    await eventually('it is not', () => members('life'), (count) => count === 1)
    await cluster.elasticsearch.delete({ index: cluster.setIndex('IPSet'), id: 'life' })
    expect(await condition('life', 'PushInvalid')).toMatch(/deleted by its writer; its last set stays in force/)
    await searched('life', '198.51.100.41')
    await write('life', { ips: ['198.51.100.42/32'] })
    await well('life')
    await searched('life', '198.51.100.42')
  })
})

describe('pull and push', () => {
  it('L-03 S-03 S-04 pull to push keeps the document, from then on the pusher’s; push to pull overwrites it at the first good pull', async () => {
    let ill = false
    host.answer('/turns.txt', (_, response) => (ill ? response.writeHead(500).end() : response.writeHead(200, { 'content-type': 'text/plain' }).end('198.51.100.60\n')))
    const http = { url: `${host.origin}/turns.txt` }
    await cluster.apply('turns', { content: 'IPSet', pull: { period: '1h', http } })
    await synced('turns')
    await cluster.patch('turns', { spec: { pull: null } })
    await searched('turns', '198.51.100.60')
    expect(await cluster.document('IPSet', 'turns')).toEqual(['198.51.100.60/32'])
    await write('turns', { ips: ['198.51.100.61/32', '198.51.100.61/32'], note: 'theirs' })
    await eventually('the push is taken', () => cluster.state('turns'), ({ version }) => version?.pullHash === null && version.set.sha256 === sha256('198.51.100.61/32'))
    await searched('turns', '198.51.100.61')
    ill = true
    await cluster.patch('turns', { spec: { pull: { period: '1h', http } } })
    await condition('turns', 'PullFailed')
    expect(await cluster.document('IPSet', 'turns')).toEqual(['198.51.100.61/32', '198.51.100.61/32'])
    ill = false
    expect(await cluster.refresh('turns')).toMatchObject({ outcome: 'updated' })
    expect(await cluster.document('IPSet', 'turns')).toEqual(['198.51.100.60/32'])
    await cluster.patch('turns', { spec: { pull: null } })
    await eventually('it is the pusher’s', () => cluster.state('turns'), ({ version }) => version?.pullHash === null)
    await cluster.remove('turns')
    await eventually('the run ends', () => cluster.running('turns'), (runs) => !runs)
    expect(await cluster.document('IPSet', 'turns')).toEqual(['198.51.100.60/32'])
  })
})

describe('a second writer', () => {
  it('S-04 that overwrote or deleted a pulled document finds it written again at the next sync, and one in the middle is read before', async () => {
    host.answer('/ours.txt', (request, response) => {
      // Nothing changed, as far as the host is asked about it.
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end()
      else response.writeHead(200, { 'content-type': 'text/plain', etag: '"1"' }).end('198.51.100.70\n')
    })
    await cluster.apply('ours', { content: 'IPSet', pull: { period: '1h', http: { url: `${host.origin}/ours.txt` } } })
    await synced('ours')
    const disturb = async (act: () => Promise<unknown>): Promise<void> => {
      await act()
      await cluster.refresh('ours')
      expect(await cluster.document('IPSet', 'ours')).toEqual(['198.51.100.70/32'])
    }
    await disturb(async () => undefined)
    await disturb(() => write('ours', { ips: ['6.6.6.6/32'] }))
    await disturb(() => cluster.elasticsearch.delete({ index: cluster.setIndex('IPSet'), id: 'ours' }))
    // Between the look and the write: whoever lost reads again, and writes over what it has read.
    host.answer('/ours.txt', '198.51.100.70\n198.51.100.71\n')
    const puts = (): number => store.asked.filter(({ method, path }) => method === 'PUT' && path.includes('/_doc/ours?')).length
    const before = puts()
    store.before(({ method, path }) => method === 'PUT' && path.includes('/_doc/ours?'), async () => {
      await write('ours', { ips: ['6.6.6.7/32'] })
      return undefined
    })
    expect(await cluster.refresh('ours')).toMatchObject({ outcome: 'updated' })
    expect(await cluster.document('IPSet', 'ours')).toEqual(['198.51.100.70/32', '198.51.100.71/32'])
    expect(puts() - before).toBe(2)
  })
})
