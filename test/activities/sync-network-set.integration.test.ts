import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { describe, expect, inject, it } from 'vitest'
import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import { KubernetesFeedApi } from '../../adapters/kubernetes/feed-api.ts'
import { KubernetesNetworkSetApi } from '../../adapters/kubernetes/network-set-api.ts'
import type { NetworkSetLimits } from '../../domain/network-set/limits.ts'
import { FEED_UID_LABEL, feedOfNetworkSet, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'
import { Cluster, FEEDS, type Json, kubeConfigOf, metadataOf, NETWORK_SETS, NEVER, uidOf, uniqueName } from '../adapters/kubernetes/cluster.ts'
import { FEW, scattered } from '../domain/network-set/given.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const feeds = new KubernetesFeedApi(cluster.server, cluster.groups)
const api = new KubernetesNetworkSetApi(cluster.server, cluster.groups)
const blobs = memoryBlobStore()
const SPEC = { pull: { http: { url: 'https://feeds.example/list' } }, globalNetworkSet: { labels: { level: 'high' } } }

async function setUp(limits?: NetworkSetLimits, name = uniqueName('enforced')) {
  const uid = uidOf(await cluster.createFeed(name, SPEC))
  const sync = async (members: readonly string[] | null, as = uid, networkSets: NetworkSetApi = api) => {
    const set = members === null ? null : { ...(await store(members)), members: members.length }
    const step = createSyncNetworkSet({ feeds, networkSets, blobs, ...(limits === undefined ? {} : { limits }) })
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
    return environment.run(step, { feed: { cluster: 'c', name, uid: as }, set })
  }
  const objects = async (): Promise<Json[]> => {
    const list = await cluster.read(NETWORK_SETS)
    return ((list?.['items'] ?? []) as Json[]).filter((object) => feedOfNetworkSet(String(metadataOf(object)['name'])) === name)
  }
  return { name, uid, path: `${NETWORK_SETS}/threatfeed.${name}`, further: (k: number) => `${NETWORK_SETS}/threatfeed-${k}.${name}`, sync, objects }
}

function store(members: readonly string[]) {
  return blobs.put((async function* () {
    yield new TextEncoder().encode(members.join('\n'))
  })(), NEVER)
}

function netsOf(object: Json | null): string[] {
  return ((object?.['spec'] as Json | undefined)?.['nets'] ?? []) as string[]
}
const allNets = (objects: readonly Json[]): string[] => objects.flatMap(netsOf).sort()
const versions = (objects: readonly Json[]): string[] => objects.map((object) => String(metadataOf(object)['resourceVersion']))

describe('syncing network sets on the API server', () => {
  it('G-01 G-02 G-05 creates, reverts edits, recreates and removes', async () => {
    const { name, uid, path, sync } = await setUp()
    const members = ['192.0.2.0/25', '192.0.2.128/25', '2001:db8::1/128']
    const wanted = { metadata: { labels: { level: 'high', [FEED_UID_LABEL]: uid } }, spec: { nets: ['192.0.2.0/24', '2001:db8::1/128'] } }
    await sync(members)
    expect(await cluster.read(path)).toMatchObject(wanted)
    await cluster.patch(path, { metadata: { labels: { level: 'low', extra: 'x' } }, spec: { nets: ['10.0.0.0/8'] } })
    expect(await sync(members)).toMatchObject({ writes: 1 })
    const reverted = await cluster.read(path)
    expect(reverted).toMatchObject(wanted)
    expect(reverted).not.toHaveProperty('metadata.labels.extra')
    expect(metadataOf(reverted)['ownerReferences']).toEqual([{ apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', name, uid }])
    await cluster.patch(path, { metadata: { ownerReferences: null } })
    expect(await sync(members)).toMatchObject({ writes: 0 })
    await cluster.remove(path)
    await sync(members)
    expect(await cluster.read(path)).toMatchObject(wanted)
    await sync(null)
    expect(await cluster.read(path)).toBeNull()
  })

  it('G-02 an object that is not ours stays as it is until the feed says adopt', async () => {
    const { name, uid, path, sync } = await setUp()
    const foreign = await cluster.createNetworkSet(`threatfeed.${name}`, ['10.0.0.0/8'], { labels: { mine: 'yes' } })
    await expect(sync(['192.0.2.0/24'])).rejects.toMatchObject({ code: 'GlobalNetworkSetSyncFailed', message: expect.stringContaining(`threatfeed.${name}`) })
    await sync(null)
    expect(await cluster.read(path)).toEqual(foreign)
    await cluster.patch(`${FEEDS}/${name}`, { metadata: { annotations: { 'threatfeeds.projectcalico.org/adopt': 'true' } } })
    await sync(['192.0.2.0/24'])
    expect(await cluster.read(path)).toMatchObject({
      metadata: { uid: uidOf(foreign), labels: { level: 'high', [FEED_UID_LABEL]: uid } },
      spec: { nets: ['192.0.2.0/24'] },
    })
  })

  it('G-04 G-05 further objects: one member rewrites one, hands on nets, labels, spans and the objects themselves are undone, others’ objects stay', async () => {
    const { name, uid, further, sync, objects } = await setUp(FEW, `${'n'.repeat(210)}-${uniqueName('x')}`.slice(0, 230))
    const foreign = await cluster.createNetworkSet(`threatfeed-2.${name}`, ['10.0.0.0/8'], { labels: { mine: 'yes' } })
    const ours = async (): Promise<Json[]> => (await objects()).filter((object) => uidOf(object) !== uidOf(foreign))
    const members = scattered(20)
    expect(await sync(members)).toEqual({ objects: 4, prefixes: 20, writes: 4 })
    const made = await ours()
    expect(allNets(made)).toEqual([...members].sort())
    for (const object of made) expect(metadataOf(object)['labels']).toEqual({ level: 'high', [FEED_UID_LABEL]: uid })

    await sync([...members, '11.0.0.1/32'])
    const grown = await ours()
    expect(versions(grown).filter((version) => !versions(made).includes(version))).toHaveLength(1)
    const settled = async (): Promise<void> => {
      await sync(members)
      expect(allNets(await ours())).toEqual([...members].sort())
      for (const object of await ours()) expect(metadataOf(object)['labels']).toEqual({ level: 'high', [FEED_UID_LABEL]: uid })
      expect(await sync(members)).toMatchObject({ writes: 0 })
    }
    await cluster.patch(further(1), { spec: { nets: ['10.0.0.0/8', '11.0.0.0/32'] } })
    await settled()
    await cluster.patch(further(3), { metadata: { labels: { level: 'low', [FEED_UID_LABEL]: null } } })
    await settled()
    await cluster.patch(further(4), { metadata: { annotations: { [SPAN_ANNOTATION]: '0.0.0.0-1.2.3.4' } } })
    await settled()
    await cluster.remove(`${NETWORK_SETS}/threatfeed.${name}`)
    await settled()
    await cluster.patch(further(1), { metadata: { labels: { [FEED_UID_LABEL]: 'former-life' } } })
    await settled()
    await sync(null)
    expect(await objects()).toEqual([foreign])
  })

  it('G-04 a sync that crashes after any of its writes is healed by the next, and nothing was uncovered in between', async () => {
    const { sync, objects } = await setUp(FEW)
    const before = scattered(16)
    const after = [...scattered(30).slice(4), '2001:db8::1/128']
    const stay = before.filter((net) => after.includes(net))
    for (let crashAt = 1; ; crashAt++) {
      await sync(before)
      let writes = 0
      const crashing = async <T>(write: Promise<T>): Promise<T> => {
        const result = await write
        expect(allNets(await objects())).toEqual(expect.arrayContaining(stay))
        if (++writes === crashAt) throw new Error('crashed')
        return result
      }
      const failing: NetworkSetApi = {
        list: (...args) => api.list(...args),
        read: (...args) => api.read(...args),
        create: (...args) => crashing(api.create(...args)),
        update: (...args) => crashing(api.update(...args)),
        remove: (...args) => crashing(api.remove(...args)),
      }
      const crashed = await sync(after, undefined, failing).then(() => false, () => true)
      await sync(after, undefined, failing)
      expect(allNets(await objects())).toEqual([...after].sort())
      if (!crashed) {
        expect(crashAt).toBeGreaterThan(4)
        break
      }
    }
    await sync(null)
  })

  it('G-05 L-05 objects of a former life are taken over while the feed lives, and its late cleanup leaves them', async () => {
    const { name, uid, sync, objects } = await setUp(FEW)
    await sync(scattered(20))
    await cluster.remove(`${FEEDS}/${name}`)
    const next = uidOf(await cluster.createFeed(name, SPEC))
    await sync(scattered(14), next)
    await sync(null, uid)
    const taken = await objects()
    expect(allNets(taken)).toEqual([...scattered(14)].sort())
    for (const object of taken) {
      expect(metadataOf(object)).toMatchObject({ labels: { [FEED_UID_LABEL]: next }, ownerReferences: [{ kind: 'GlobalThreatFeed', name, uid: next }] })
    }
    await sync(null, next)
    expect(await objects()).toEqual([])
  })
})
