import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'
import type { RunningWorker } from '../../worker/worker.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { openMoodyKubernetes } from './moody-kubernetes.ts'
import type { MoodyKubernetes } from './moody-kubernetes.ts'
import { removeFeeds } from './remove-feeds.ts'
import { openWatchedStore } from './watched-store.ts'
import type { WatchedStore } from './watched-store.ts'

let cluster: Cluster
let host: FeedServer
let kubernetes: MoodyKubernetes
let store: WatchedStore
let worker: RunningWorker

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  kubernetes = await openMoodyKubernetes(cluster.env['KUBECONFIG'] ?? '')
  store = await openWatchedStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
  const config = readConfig({ ...cluster.env, KUBECONFIG: kubernetes.kubeconfig, ELASTICSEARCH_URL: store.url })
  worker = await runWorker(config, { logger: new DefaultLogger('ERROR'), searchIntervalMs: 1000, workflowBundle: inject('workflowBundle') })
})
afterAll(async () => {
  await removeFeeds(cluster)
  await worker.shutdown()
  await cluster.close()
  await store.close()
  await kubernetes.close()
  await host.close()
})

const FEED_UID = 'threatfeeds.projectcalico.org/feed-uid'
const spec = (list: string) => ({ pull: { period: '1h', http: { url: `${host.origin}/${list}.txt` } }, globalNetworkSet: {} })

/** Below the 30 s after which the worker gives a request up. */
const HELD_MS = 8_000

describe('a feed that is made anew while the cleanup of its former life is held back', () => {
  it('L-05 waits until nothing of the former life is left, wherever that is held; then it starts afresh and keeps all that it makes', async () => {
    const caught: string[] = []
    let release = (): void => undefined
    const released = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined)
    })
    const hold = (name: string): Promise<undefined> => {
      caught.push(name)
      return released
    }
    const names = ['network-set', 'document', 'state']
    const uids = new Map<string, string>()
    for (const name of names) {
      host.answer(`/${name}.txt`, '192.0.2.1\n')
      host.answer(`/${name}-anew.txt`, '192.0.2.2\n')
      uids.set(name, (await cluster.apply(name, spec(name))).metadata.uid)
      await eventually(`the network set of ${name}`, () => cluster.networkSet(`threatfeed.${name}`), (set) => set !== null)
      await eventually(`the status of ${name}`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    kubernetes.before = ({ method, path }) => (method === 'DELETE' && path.endsWith('/threatfeed.network-set') ? hold('network-set') : undefined)
    store.before(({ method, path }) => method === 'DELETE' && path.includes('/_doc/document'), () => hold('document'))
    store.before(({ method, path }) => method === 'DELETE' && path.includes(`/_doc/${uids.get('state') ?? ''}`) && !path.includes('-pull') && !path.includes('-rejections'), () => hold('state'))

    const anew = new Map<string, string>()
    for (const name of names) {
      await cluster.remove(name)
      await eventually(`the cleanup of ${name} is held`, async () => caught, (held) => held.includes(name))
      anew.set(name, (await cluster.apply(name, spec(`${name}-anew`))).metadata.uid)
    }
    await new Promise((resolve) => setTimeout(resolve, HELD_MS))
    for (const name of names) {
      expect(host.count(`/${name}-anew.txt`), `pulls of ${name}`).toBe(0)
      expect((await cluster.feed(name)).status, `status of ${name}`).toBeUndefined()
      const set = await cluster.networkSet(`threatfeed.${name}`)
      expect(set?.metadata.labels[FEED_UID] ?? null).not.toBe(anew.get(name))
    }
    expect(await cluster.document('IPSet', 'document')).toEqual(['192.0.2.1/32'])

    release()
    for (const name of names) {
      const made = () => cluster.networkSet(`threatfeed.${name}`).then((set) => [set?.metadata.labels[FEED_UID], set?.spec.nets])
      await eventually(`the network set of the new ${name}`, made, (seen) => JSON.stringify(seen) === JSON.stringify([anew.get(name), ['192.0.2.2/32']]))
      await eventually(`the status of the new ${name}`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    // Longer than a step of the former life is tried again after.
    const made = () => Promise.all(names.map(async (name) => [await cluster.networkSet(`threatfeed.${name}`), await cluster.document('IPSet', name)]))
    const before = await made()
    await new Promise((resolve) => setTimeout(resolve, HELD_MS))
    expect(await made()).toEqual(before)
    expect(before.map(([, document]) => document)).toEqual(names.map(() => ['192.0.2.2/32']))
    await cluster.log('flow', [flow({ dest_ip: '192.0.2.2' })])
    for (const name of names) {
      await eventually(`the event of ${name}`, () => cluster.events(name).catch(() => []), (events) => events.length === 1)
      expect([host.count(`/${name}.txt`), host.count(`/${name}-anew.txt`)]).toEqual([1, 1])
    }
  }, 240_000)
})
