import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { startServers } from '../../local/index.ts'
import type { RunningServers } from '../../local/index.ts'
import { ChildWorker } from './child-worker.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { openMoodyProxy } from './moody-proxy.ts'
import type { MoodyProxy } from './moody-proxy.ts'

/** Servers of its own, since it stops them. */
let servers: RunningServers
let cluster: Cluster
let host: FeedServer
let store: MoodyProxy
let worker: ChildWorker

const startWorker = (): Promise<ChildWorker> => ChildWorker.start({ ...cluster.env, ELASTICSEARCH_URL: store.url, WORKFLOW_BUNDLE: inject('workflowBundle') })

beforeAll(async () => {
  servers = await startServers({ stateDir: mkdtempSync(join('.local', 'chaos-')), owned: true })
  cluster = await Cluster.open(servers.env)
  host = await openFeedServer()
  store = await openMoodyProxy(cluster.env['ELASTICSEARCH_URL'] ?? '')
  worker = await startWorker()
})
afterEach(() => {
  store.refuse = () => false
  store.withhold = () => false
})
afterAll(async () => {
  await worker.end('SIGKILL')
  await cluster.close()
  await store.close()
  await host.close()
  await servers.stop()
})

const pull = (path: string): Record<string, unknown> => ({ pull: { period: '1h', http: { url: `${host.origin}${path}` } } })
const synced = (name: string, withinMs?: number): Promise<unknown> =>
  eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined, withinMs)
const condition = (name: string, type: string): Promise<unknown> =>
  eventually(`${name} says ${type}`, () => cluster.feed(name), ({ status }) => status?.errorConditions?.some((one) => one.type === type) ?? false)
const well = (name: string, withinMs?: number): Promise<unknown> =>
  eventually(`${name} is well`, () => cluster.feed(name), ({ status }) => (status?.errorConditions ?? []).length === 0, withinMs)

describe('a worker that is killed', () => {
  it('P-12 S-07 in the middle of a pull: another one pulls; with a body just acknowledged: nobody asks for it again', async () => {
    let hung = 0
    host.answer('/slow.txt', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      if (hung++ === 0) response.write('198.51.100.1\n')
      else response.end('198.51.100.1\n198.51.100.2\n')
    })
    await cluster.apply('slow', pull('/slow.txt'))
    await eventually('the host is asked', async () => hung, (count) => count > 0)
    // The record of this body reaches the store, and the worker dies before it hears so.
    host.answer('/kept-body.txt', '198.51.100.3\n')
    let acknowledged = 0
    store.withhold = (method, path) => {
      const record = method === 'PUT' && /-pull(\?|$)/.test(path)
      if (record) acknowledged += 1
      return record
    }
    await cluster.apply('kept-body', pull('/kept-body.txt'))
    await eventually('the body is acknowledged', async () => acknowledged, (count) => count > 0)
    await worker.end('SIGKILL')
    worker = await startWorker()
    store.withhold = () => false
    await synced('slow', 120_000)
    await synced('kept-body', 120_000)
    expect(await cluster.document('IPSet', 'kept-body')).toEqual(['198.51.100.3/32'])
    expect(host.count('/kept-body.txt')).toBe(1)
    expect(await cluster.document('IPSet', 'slow')).toEqual(['198.51.100.1/32', '198.51.100.2/32'])
    expect((await cluster.feed('slow')).status?.errorConditions ?? []).toEqual([])
  }, 240_000)

  it('P-12 S-07 after its body is in the store: it is stored when the store takes it, and the host is not asked again', async () => {
    host.answer('/once.txt', '198.51.100.10\n')
    store.refuse = (method, path) => method !== 'GET' && path.startsWith('/.tigera.ipset')
    await cluster.apply('once', pull('/once.txt'))
    await condition('once', 'StoreFailed')
    await worker.end('SIGKILL')
    worker = await startWorker()
    store.refuse = () => false
    await synced('once', 120_000)
    await well('once')
    expect(host.count('/once.txt')).toBe(1)
    expect(await cluster.document('IPSet', 'once')).toEqual(['198.51.100.10/32'])
  }, 240_000)

  it('Q-06 E-03 in the middle of a search: no event is lost or doubled', async () => {
    host.answer('/busy.txt', '203.0.113.0/24\n')
    await cluster.apply('busy', pull('/busy.txt'))
    await synced('busy')
    const logs = Array.from({ length: 3000 }, (_, at) => flow({ dest_ip: at % 2 === 0 ? '203.0.113.9' : '192.0.2.9' }))
    await cluster.log('flow', logs)
    await eventually('some events', () => cluster.countEvents('busy'), (count) => count > 0)
    await worker.end('SIGKILL')
    await cluster.log('flow', [flow({ dest_ip: '203.0.113.10' })])
    worker = await startWorker()
    await eventually('all events', () => cluster.countEvents('busy'), (count) => count >= 1501, 180_000)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    expect(await cluster.countEvents('busy')).toBe(1501)
  }, 300_000)
})

describe('servers that go and come', () => {
  it('P-12 Q-06 T-02 Elasticsearch: the host is not asked while nothing can be stored, and nothing is missed after', async () => {
    host.answer('/kept.txt', '198.51.100.20\n')
    host.answer('/new.txt', '198.51.100.21\n')
    await cluster.apply('kept', pull('/kept.txt'))
    await synced('kept')
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.20' })])
    await servers.kill('elasticsearch', 'SIGKILL')
    await condition('kept', 'SearchFailed')
    await cluster.apply('new', pull('/new.txt'))
    await condition('new', 'StoreFailed')
    expect(host.count('/new.txt')).toBe(0)
    await servers.restart('elasticsearch')
    await cluster.elasticsearch.cluster.health({ wait_for_status: 'yellow', timeout: '60s' })
    await synced('new', 180_000)
    await well('kept', 180_000)
    await well('new', 60_000)
    await eventually('the event', () => cluster.countEvents('kept'), (count) => count > 0, 60_000)
    expect(await cluster.countEvents('kept')).toBe(1)
    expect([host.count('/kept.txt'), host.count('/new.txt')]).toEqual([1, 1])
  }, 400_000)

  it('L-01 Temporal, and the API server: the feed goes on by itself', async () => {
    host.answer('/again.txt', '198.51.100.30\n')
    await cluster.apply('again', { ...pull('/again.txt'), globalNetworkSet: {} })
    await eventually('the network set', () => cluster.networkSet('threatfeed.again'), (set) => set !== null)
    await servers.kill('temporal', 'SIGKILL')
    await servers.kill('kubernetes', 'SIGKILL')
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.30' })])
    await servers.restart('kubernetes')
    await servers.restart('temporal')
    await eventually('the event', () => cluster.countEvents('again'), (count) => count > 0, 180_000)
    await cluster.editNetworkSet('threatfeed.again', { spec: { nets: [] } })
    await eventually('the edit is reverted', () => cluster.networkSet('threatfeed.again'), (set) => set?.spec.nets[0] === '198.51.100.30/32', 120_000)
    expect(await cluster.countEvents('again')).toBe(1)
    expect(host.count('/again.txt')).toBe(1)
  }, 500_000)
})
