import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, inject, it } from 'vitest'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import { KubernetesFeedApi } from '../../adapters/kubernetes/feed-api.ts'
import { KubernetesNetworkSetApi } from '../../adapters/kubernetes/network-set-api.ts'
import { FEED_UID_LABEL } from '../../domain/network-set/network-set.ts'
import { Cluster, FEEDS, kubeConfigOf, NETWORK_SETS, NEVER, uidOf, uniqueName } from '../adapters/kubernetes/cluster.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const blobs = memoryBlobStore()
const syncNetworkSet = createSyncNetworkSet({
  feeds: new KubernetesFeedApi(cluster.server, cluster.groups),
  networkSets: new KubernetesNetworkSetApi(cluster.server, cluster.groups),
  blobs,
})
const SPEC = { pull: { http: { url: 'https://feeds.example/list' } }, globalNetworkSet: { labels: { level: 'high' } } }

async function setUp() {
  const name = uniqueName('enforced')
  const uid = uidOf(await cluster.createFeed(name, SPEC))
  const path = `${NETWORK_SETS}/threatfeed.${name}`
  const sync = async (members: readonly string[] | null) => {
    const set = members === null ? null : { ...(await store(members)), members: members.length }
    return new MockActivityEnvironment().run(syncNetworkSet, { feed: { cluster: 'c', name, uid }, set })
  }
  return { name, uid, path, sync }
}

function store(members: readonly string[]) {
  return blobs.put((async function* () {
    yield new TextEncoder().encode(members.join('\n'))
  })(), NEVER)
}

describe('syncing network sets on the API server', () => {
  it('G-01 G-02 G-05 creates, reverts edits, recreates and removes', async () => {
    const { uid, path, sync } = await setUp()
    const members = ['192.0.2.0/25', '192.0.2.128/25', '2001:db8::1/128']
    const wanted = { metadata: { labels: { level: 'high', [FEED_UID_LABEL]: uid } }, spec: { nets: ['192.0.2.0/24', '2001:db8::1/128'] } }
    await sync(members)
    expect(await cluster.read(path)).toMatchObject(wanted)
    await cluster.patch(path, { metadata: { labels: { level: 'low', extra: 'x' } }, spec: { nets: ['10.0.0.0/8'] } })
    expect(await sync(members)).toMatchObject({ writes: 1 })
    const reverted = await cluster.read(path)
    expect(reverted).toMatchObject(wanted)
    expect(reverted).not.toHaveProperty('metadata.labels.extra')
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
})
