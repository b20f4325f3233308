import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FeedChange } from '../../../activities/ports/feed-api.ts'
import { KubernetesFeedApi } from '../../../adapters/kubernetes/feed-api.ts'
import { KubernetesFeedWatch, type FeedWatchOptions } from '../../../adapters/kubernetes/feed-watch.ts'
import { FEED_UID_LABEL } from '../../../domain/network-set/network-set.ts'
import { type RunningServers, startServers } from '../../../local/index.ts'
import { Cluster, FEEDS, kubeConfigOf, NETWORK_SETS, NEVER, uidOf, uniqueName } from './cluster.ts'

/** A server of its own, since it is stopped and started while it is watched. */
let servers: RunningServers<'kubernetes'>
let cluster: Cluster
const NAMESPACE = '/api/v1/namespaces/tigera-intrusion-detection'
const WAIT = { timeout: 60_000, interval: 20 }

beforeAll(async () => {
  const stateDir = await mkdtemp(join('.local', 'test-watch-'))
  servers = await startServers({ stateDir, owned: true, only: ['kubernetes'] })
  cluster = new Cluster(kubeConfigOf(servers.kubernetes.kubeconfig))
})
afterAll(() => servers.stop())

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Watching {
  readonly changes: FeedChange[]
  readonly failures: string[]
  /** Waits for a change of a feed from a place on. @returns the place after it. */
  until(kind: 'changed' | 'deleted', name: string, uid: string, from?: number): Promise<number>
  lists(): number
}

async function watching(options: FeedWatchOptions = {}): Promise<Watching> {
  const { server, groups } = new Cluster(kubeConfigOf(servers.kubernetes.kubeconfig))
  const changes: FeedChange[] = []
  const failures: string[] = []
  const stop = new AbortController()
  const onFailure = (resource: string): void => void failures.push(resource)
  const watch = new KubernetesFeedWatch(server, groups, { backoffMs: 50, quietMs: 50, onFailure, ...options })
  const running = watch.run(async (change) => void changes.push(change), stop.signal)
  const ended = running.then(
    () => 'ended by itself',
    (error: unknown) => error,
  )
  const reason = new Error('the test is over')
  stops.push(async () => {
    stop.abort(reason)
    expect(await ended).toBe(reason)
  })
  const lists = (): number => changes.filter(({ kind }) => kind === 'listed').length
  await expect.poll(lists, WAIT).toBeGreaterThan(0)
  return {
    changes,
    failures,
    lists,
    async until(kind, name, uid, from = 0) {
      const find = (): number => changes.findIndex((change, at) => at >= from && change.kind === kind && change.name === name && change.uid === uid)
      await expect.poll(find, WAIT).toBeGreaterThanOrEqual(0)
      return find() + 1
    },
  }
}

/** Something to wait for when nothing else is to come: watches report in order. */
async function marker(watched: Watching): Promise<void> {
  const name = uniqueName('marker')
  await watched.until('changed', name, uidOf(await cluster.createFeed(name)))
}

function of(watched: Watching, name: string): string[] {
  return watched.changes.flatMap((change) => (change.kind !== 'listed' && change.name === name ? [change.kind] : []))
}

describe('watching feeds', () => {
  it('L-05 lists all feeds over several pages, then tells what is created, changed and deleted', async () => {
    const names = Array.from({ length: 60 }, (_, at) => uniqueName(`paged-${at}`))
    await Promise.all(names.map((name) => cluster.createFeed(name)))
    const watched = await watching()
    const [listed] = watched.changes
    expect(listed?.kind === 'listed' && listed.feeds.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
    const name = uniqueName('lived')
    const uid = uidOf(await cluster.createFeed(name))
    const created = await watched.until('changed', name, uid)
    await cluster.patch(`${FEEDS}/${name}`, { spec: { description: 'x' } })
    const changed = await watched.until('changed', name, uid, created)
    await cluster.patch(`${FEEDS}/${name}`, { metadata: { annotations: { 'threatfeeds.projectcalico.org/match': 'subdomains' } } })
    await watched.until('changed', name, uid, changed)
    await cluster.remove(`${FEEDS}/${name}`)
    await watched.until('deleted', name, uid)
    const anew = uidOf(await cluster.createFeed(name))
    await watched.until('changed', name, anew)
    expect(of(watched, name)).toEqual(['changed', 'changed', 'changed', 'deleted', 'changed'])
  })

  it('T-06 writing a status is no change of a feed', async () => {
    const watched = await watching()
    const name = uniqueName('quiet')
    const uid = uidOf(await cluster.createFeed(name))
    await watched.until('changed', name, uid)
    const api = new KubernetesFeedApi(cluster.server, cluster.groups)
    await api.updateStatus(name, uid, (shown) => ({ ...shown, lastSuccessfulSync: '2026-03-01T12:00:00Z' }), NEVER)
    await marker(watched)
    expect(of(watched, name)).toEqual(['changed'])
  })

  it.each(['threatfeed.', 'threatfeed-3.'])('G-05 an edited or deleted network set %s of a feed is a change of the feed; another one’s is not', async (prefix) => {
    const watched = await watching()
    const name = uniqueName('enforced')
    const uid = uidOf(await cluster.createFeed(name))
    let at = await watched.until('changed', name, uid)
    const path = `${NETWORK_SETS}/${prefix}${name}`
    await cluster.createNetworkSet(`${prefix}${name}`, ['192.0.2.0/24'], { labels: { [FEED_UID_LABEL]: uid } })
    at = await watched.until('changed', name, uid, at)
    await cluster.patch(path, { spec: { nets: [] } })
    at = await watched.until('changed', name, uid, at)
    // Taking the label away takes it out of the watch's selection.
    await cluster.patch(path, { metadata: { labels: { [FEED_UID_LABEL]: null } } })
    at = await watched.until('changed', name, uid, at)
    await cluster.patch(path, { metadata: { labels: { [FEED_UID_LABEL]: uid } } })
    at = await watched.until('changed', name, uid, at)
    await cluster.remove(path)
    await watched.until('changed', name, uid, at)
    const before = of(watched, name).length
    await cluster.createNetworkSet(uniqueName('other'), ['192.0.2.0/24'])
    await marker(watched)
    expect(of(watched, name)).toHaveLength(before)
  })

  it('G-05 many writes of a feed’s network sets in a row are one change of it', async () => {
    const watched = await watching({ quietMs: 2_000 })
    const [name, other] = [uniqueName('rewritten'), uniqueName('edited')]
    const uid = uidOf(await cluster.createFeed(name))
    const otherUid = uidOf(await cluster.createFeed(other))
    let at = await watched.until('changed', other, otherUid)
    for (let k = 1; k <= 20; k++) {
      const path = `${NETWORK_SETS}/threatfeed-${k}.${name}`
      await cluster.createNetworkSet(`threatfeed-${k}.${name}`, [], { labels: { [FEED_UID_LABEL]: uid } })
      await cluster.patch(path, { spec: { nets: ['192.0.2.0/24'] } })
    }
    await cluster.createNetworkSet(`threatfeed.${other}`, [], { labels: { [FEED_UID_LABEL]: otherUid } })
    at = await watched.until('changed', other, otherUid, at)
    for (let k = 1; k <= 20; k++) await cluster.remove(`${NETWORK_SETS}/threatfeed-${k}.${name}`)
    await cluster.remove(`${NETWORK_SETS}/threatfeed.${other}`)
    await watched.until('changed', other, otherUid, at)
    // The feed itself, the 40 writes, the 20 removals: each of these took less than 20 s.
    expect(of(watched, name)).toEqual(['changed', 'changed', 'changed'])
  })

  it('P-04 a referenced Secret or ConfigMap that appears or changes is a change of its feeds, without its values', async () => {
    const watched = await watching()
    const name = uniqueName('secretive')
    const uid = uidOf(await cluster.createFeed(name))
    let at = await watched.until('changed', name, uid)
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `globalthreatfeed-${name}-key` }, data: { apikey: 'Y2FuYXJ5' } }
    await cluster.create(`${NAMESPACE}/secrets`, secret)
    at = await watched.until('changed', name, uid, at)
    await cluster.patch(`${NAMESPACE}/secrets/${secret.metadata.name}`, { data: { apikey: 'Y2FuYXJ5Mg==' } })
    at = await watched.until('changed', name, uid, at)
    await cluster.create(`${NAMESPACE}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `globalthreatfeed-${name}-map` }, data: {} })
    at = await watched.until('changed', name, uid, at)
    await cluster.remove(`${NAMESPACE}/secrets/${secret.metadata.name}`)
    await watched.until('changed', name, uid, at)
    const before = of(watched, name).length
    await cluster.create(`${NAMESPACE}/secrets`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: `other-${name}-key` } })
    await cluster.create('/api/v1/namespaces/default/secrets', secret)
    await marker(watched)
    expect(of(watched, name)).toHaveLength(before)
  })

  it('L-05 lists again from time to time, and tells again of nothing that stayed as it was', async () => {
    const name = uniqueName('same')
    await cluster.createFeed(name)
    const watched = await watching({ relistMs: 1 })
    await expect.poll(() => watched.lists(), WAIT).toBeGreaterThan(2)
    expect(of(watched, name)).toEqual([])
  })

  it('L-05 goes on over a killed API server, and never tells of an empty list or of what stayed as it was', async () => {
    const [stays, goes, comes] = [uniqueName('stays'), uniqueName('goes'), uniqueName('comes')]
    const stayed = uidOf(await cluster.createFeed(stays))
    await cluster.createFeed(goes)
    const watched = await watching()
    const lists = watched.lists()
    await servers.kill('kubernetes', 'SIGKILL')
    await expect.poll(() => watched.failures.includes('feeds'), WAIT).toBe(true)
    await servers.restart('kubernetes')
    await expect.poll(() => watched.lists(), WAIT).toBeGreaterThan(lists)
    const listed = watched.changes.filter((change) => change.kind === 'listed')
    for (const { feeds } of listed) expect(feeds).toContainEqual({ name: stays, uid: stayed })
    expect(of(watched, stays)).toEqual([])
    const came = uidOf(await cluster.createFeed(comes))
    await watched.until('changed', comes, came)
    const left = uidOf(await cluster.read(`${FEEDS}/${goes}`))
    await cluster.remove(`${FEEDS}/${goes}`)
    await watched.until('deleted', goes, left)
  })
})
