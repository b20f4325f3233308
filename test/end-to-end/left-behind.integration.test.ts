import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { FEED_UID_LABEL } from '../../domain/network-set/network-set.ts'
import { freshState } from '../../domain/run/state.ts'
import { recordOf } from '../activities/world.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { openWatchedStore } from './watched-store.ts'
import type { StoreRequest, WatchedStore } from './watched-store.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

let cluster: Cluster
let host: FeedServer
let store: WatchedStore
let worker: TestWorker

/** Lives of which something is there before the worker starts, and no feed. */
const LEFT = { state: randomUUID(), pull: randomUUID(), rejections: randomUUID() }
/** Network sets of which neither feed nor state is there: ours by name and label, and one that has the name alone. */
const ENFORCED = ['threatfeed.left-enforced', 'threatfeed-1.left-enforced']
const FOREIGN = 'threatfeed.left-foreign'

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  store = await openWatchedStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
  worker = await start()
  // The index is there now; what an earlier worker left in it is found by the next one.
  await worker.shutdown()
  await leave('state', freshState(LEFT.state))
  await leave('pull', recordOf({ sha256: '0'.repeat(64), bytes: 1 }))
  await leave('rejections', { counts: {}, samples: [], made: { sha256: '0'.repeat(64), content: 'IPSet', pulled: true } })
  for (const name of [...ENFORCED, FOREIGN]) await cluster.createNetworkSet(name, ['198.51.100.90/32'])
  const metadata = { labels: { [FEED_UID_LABEL]: randomUUID() } }
  for (const name of ENFORCED) await cluster.editNetworkSet(name, { metadata })
  worker = await start()
})
afterAll(async () => {
  await worker.shutdown()
  await cluster.removeNetworkSet(FOREIGN)
  await cluster.close()
  await store.close()
  await host.close()
})

function start(): Promise<TestWorker> {
  return startWorker({ env: { ...cluster.env, ELASTICSEARCH_URL: store.url } })
}

async function leave(kind: keyof typeof LEFT, body: object): Promise<void> {
  const uid = LEFT[kind]
  const document = { kind, cluster: cluster.name, name: `left-${kind}`, uid, blobs: [], body }
  await cluster.elasticsearch.index({ index: stateIndex(), id: kind === 'state' ? uid : `${uid}-${kind}`, document })
}

function stateIndex(): string {
  return `.threatfeed.state.${cluster.name}`
}

/** How many documents of a life there are. */
async function documentsOf(uid: string): Promise<number> {
  await cluster.elasticsearch.indices.refresh({ index: stateIndex() })
  return (await cluster.elasticsearch.count({ index: stateIndex(), query: { term: { uid } } })).count
}

async function apply(name: string, list: string): Promise<string> {
  host.answer(`/${name}.txt`, list)
  const { metadata } = await cluster.apply(name, { pull: { period: '1h', http: { url: `${host.origin}/${name}.txt` } } })
  return metadata.uid
}

const settled = (name: string) =>
  eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)

async function removed(name: string): Promise<void> {
  await cluster.remove(name)
  await eventually(`the run of ${name} ends`, () => cluster.running(name), (runs) => !runs, 120_000)
}

describe('what is left of a feed that is deleted', () => {
  it('S-05 S-07 is nothing, also where its run was terminated between document and state', async () => {
    const writes = ({ method, path }: StoreRequest, pattern: RegExp) => method === 'PUT' && pattern.test(path)
    let terminated = false
    store.after((request) => writes(request, /\/_doc\/between(\?|$)/), async () => {
      store.before((request) => writes(request, /\.threatfeed\.state\.[^/]*\/_doc\/[0-9a-f-]{36}(\?|$)/) && request.body.includes('"between"'), async () => {
        await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/between`).terminate('by hand')
        terminated = true
        return 'refuse'
      })
      return undefined
    })
    const uid = await apply('between', '198.51.100.71\n')
    await eventually('the moment', () => Promise.resolve(terminated), Boolean)
    expect(await cluster.document('IPSet', 'between')).toEqual(['198.51.100.71/32'])
    await removed('between')
    await eventually('its records are gone', () => documentsOf(uid), (count) => count === 0, 90_000)
    expect(await cluster.document('IPSet', 'between')).toBeNull()
  }, 240_000)

  it('S-05 is the document that a pusher wrote, and its events', async () => {
    await cluster.push('IPSet', 'pushed', ['198.51.100.72/32'])
    const { metadata } = await cluster.apply('pushed', { content: 'IPSet' })
    await settled('pushed')
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.72' })])
    await eventually('an event', () => cluster.events('pushed'), (events) => events.length === 1)
    await removed('pushed')
    expect(await cluster.document('IPSet', 'pushed')).toEqual(['198.51.100.72/32'])
    expect(await cluster.events('pushed')).toHaveLength(1)
    expect(await documentsOf(metadata.uid)).toBe(0)
  }, 180_000)

  it('S-05 is a document that someone wrote over its own', async () => {
    await apply('overwritten', '198.51.100.73\n')
    await settled('overwritten')
    await cluster.push('IPSet', 'overwritten', ['198.51.100.74/32'])
    await removed('overwritten')
    expect(await cluster.document('IPSet', 'overwritten')).toEqual(['198.51.100.74/32'])
  }, 180_000)

  it.each(Object.entries(LEFT))('S-07 goes when a worker starts that finds no feed of it: a life with a %s alone', async (_, uid) => {
    await eventually('it is gone', () => documentsOf(uid), (count) => count === 0, 120_000)
  }, 180_000)
})

describe('network sets of which nothing else is left', () => {
  it('S-05 L-05 go when a worker starts that finds no feed of them, and another one of such a name stays', async () => {
    for (const name of ENFORCED) await eventually(`${name} is gone`, () => cluster.networkSet(name), (set) => set === null, 150_000)
    expect(await cluster.networkSet(FOREIGN)).not.toBeNull()
  }, 180_000)
})

describe('what is left of a run that was terminated', () => {
  it('S-05 L-05 is gone before a push feed that was made anew under its name would read it', async () => {
    const uid = await apply('anew', '198.51.100.75\n')
    await settled('anew')
    await worker.shutdown()
    await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/anew`).terminate('by hand')
    await cluster.remove('anew')
    await cluster.apply('anew', { content: 'IPSet' })
    worker = await start()
    await eventually('its document is gone', () => cluster.document('IPSet', 'anew'), (document) => document === null)
    await eventually('its records are gone', () => documentsOf(uid), (count) => count === 0)
    // It has looked for a document by now, and would have read that one.
    await cluster.refresh('anew')
    expect((await cluster.state('anew')).version).toBeNull()
    await cluster.push('IPSet', 'anew', ['198.51.100.76/32'])
    await settled('anew')
    expect(await cluster.document('IPSet', 'anew')).toEqual(['198.51.100.76/32'])
  }, 240_000)

  it('L-03 between document and state is gone once the feed has another content', async () => {
    host.answer('/turned-names.txt', 'evil.example\n')
    let terminated = false
    store.after(({ method, path }) => method === 'PUT' && /\/_doc\/turned(\?|$)/.test(path), async () => {
      store.before(({ method, path, body }) => method === 'PUT' && /\.threatfeed\.state\..*\/_doc\/[0-9a-f-]{36}\?/.test(path) && body.includes('"turned"'), async () => {
        await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/turned`).terminate('by hand')
        await cluster.patch('turned', { spec: { content: 'DomainNameSet', pull: { http: { url: `${host.origin}/turned-names.txt` } } } })
        terminated = true
        return 'refuse'
      })
      return undefined
    })
    await apply('turned', '198.51.100.77\n')
    await eventually('the moment', () => Promise.resolve(terminated), Boolean)
    await settled('turned')
    expect(await cluster.document('DomainNameSet', 'turned')).toEqual(['evil.example'])
    expect(await cluster.document('IPSet', 'turned')).toBeNull()
  }, 240_000)
})

describe('a feed that is pushed from now on, and under another content', () => {
  it('L-03 S-05 has its own document of the former content removed', async () => {
    await apply('changing', '198.51.100.78\n')
    await settled('changing')
    await cluster.patch('changing', { spec: { content: 'DomainNameSet', pull: null } })
    await eventually('it is gone', () => cluster.document('IPSet', 'changing'), (document) => document === null)
  }, 120_000)
})

describe('a set that someone damaged in the store', () => {
  it.each<readonly [string, (chunk: Record<string, unknown>) => Record<string, unknown> | null]>([
    ['lost a chunk', () => null],
    ['no longer fits its hash', (chunk) => ({ ...chunk, data: gzipSync('198.51.100.99/32').toString('base64') })],
  ])('S-07 and that %s is pulled again, and never searched for as it is', async (what, damage) => {
    const name = what.replaceAll(' ', '-')
    await apply(name, '198.51.100.81\n')
    await settled(name)
    const { version } = await cluster.state(name)
    await worker.shutdown()
    const index = `.threatfeed.blobs.${cluster.name}`
    const manifest = await cluster.elasticsearch.get<{ upload: string }>({ index, id: version?.set.sha256 ?? '' })
    const id = `${String(manifest._source?.upload)}-0`
    const { _source: chunk = {} } = await cluster.elasticsearch.get<Record<string, unknown>>({ index, id })
    const damaged = damage(chunk)
    if (damaged === null) await cluster.elasticsearch.delete({ index, id })
    else await cluster.elasticsearch.index({ index, id, document: damaged })
    worker = await start()
    // A set is read again once there is something to search for it.
    await cluster.log('flow', [flow({ dest_ip: '198.51.100.99' }), flow({ dest_ip: '198.51.100.81' })])
    await eventually('another pull', () => Promise.resolve(host.count(`/${name}.txt`)), (count) => count === 2, 90_000)
    const events = await eventually('an event', () => cluster.events(name), (found) => found.length > 0, 90_000)
    expect(events.map((event) => event['dest_ip'])).toEqual(['198.51.100.81'])
    await eventually('well', () => cluster.feed(name), ({ status }) => (status?.errorConditions ?? []).length === 0, 90_000)
    expect(host.count(`/${name}.txt`)).toBe(2)
    await removed(name)
  }, 240_000)
})
