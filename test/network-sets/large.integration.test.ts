import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { expect, inject, it } from 'vitest'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import { KubernetesFeedApi } from '../../adapters/kubernetes/feed-api.ts'
import { KubernetesNetworkSetApi } from '../../adapters/kubernetes/network-set-api.ts'
import { feedOfNetworkSet, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'
import { readSpan } from '../../domain/network-set/span.ts'
import type { SyncNetworkSetOutput } from '../../domain/run/steps.ts'
import { Cluster, FEEDS, type Json, kubeConfigOf, metadataOf, NETWORK_SETS, NEVER, uidOf, uniqueName } from '../adapters/kubernetes/cluster.ts'
import { scattered, scattered6 } from '../domain/network-set/given.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'

/** NETWORK_SET_PREFIXES=1000000 measures what docs/performance.md says. */
const PREFIXES = Number(process.env['NETWORK_SET_PREFIXES'] ?? 60_000)
const MINUTES = 60_000

const cluster = new Cluster(kubeConfigOf(inject('servers')['KUBECONFIG']))
const blobs = memoryBlobStore()
const syncNetworkSet = createSyncNetworkSet({
  feeds: new KubernetesFeedApi(cluster.server, cluster.groups),
  networkSets: new KubernetesNetworkSetApi(cluster.server, cluster.groups),
  blobs,
})

/** Every object of a feed as it stands, one in memory at a time. */
async function eachObject(name: string, visit: (object: Json, bytes: number) => void): Promise<void> {
  const query = { limit: '1' }
  let token = ''
  do {
    const answer = await cluster.server.request({ method: 'GET', path: NETWORK_SETS, query: token === '' ? query : { ...query, continue: token } }, NEVER)
    const { items, metadata } = answer.body as { items: Json[]; metadata: { continue?: string } }
    for (const object of items) if (feedOfNetworkSet(String(metadataOf(object)['name'])) === name) visit(object, JSON.stringify(object).length)
    token = metadata.continue ?? ''
  } while (token !== '')
}

async function versionsOf(name: string): Promise<Map<string, string>> {
  const versions = new Map<string, string>()
  await eachObject(name, (object) => versions.set(String(metadataOf(object)['name']), String(metadataOf(object)['resourceVersion'])))
  return versions
}

it.each([
  ['IPv4', scattered, '11.0.0.1/32'],
  ['IPv6', scattered6, '2001:db88:1111:2222:3333:4444:1000:1002/128'],
])(`G-04 ${PREFIXES} prefixes of %s are spread, one more member rewrites one object, and all go again`, { timeout: 15 * MINUTES }, async (family, make, more) => {
  const name = uniqueName('large')
  const uid = uidOf(await cluster.createFeed(name, { pull: { http: { url: 'https://feeds.example/list' } }, globalNetworkSet: {} }))
  const members = make(PREFIXES)
  const timed = async (set: readonly string[] | null) => {
    const ref = set === null ? null : await blobs.put((async function* () {
      yield new TextEncoder().encode(set.join('\n'))
    })(), NEVER)
    const since = performance.now()
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
    const input = { feed: { cluster: 'c', name, uid }, set: ref === null ? null : { sha256: ref.sha256, members: set?.length ?? 0 } }
    const done = (await environment.run(syncNetworkSet, input)) as SyncNetworkSetOutput
    return { ...done, seconds: (performance.now() - since) / 1000 }
  }
  const first = await timed(members)
  expect(first).toMatchObject({ prefixes: PREFIXES, objects: Math.ceil(PREFIXES / 14_000), writes: first.objects })

  const covered = new Set<string>()
  const sizes: number[] = []
  const spans: { first: bigint; last: bigint }[] = []
  await eachObject(name, (object, bytes) => {
    const { nets } = object['spec'] as { nets: string[] }
    expect(nets.length).toBeLessThanOrEqual(20_000)
    expect(bytes).toBeLessThanOrEqual(700_000)
    sizes.push(bytes)
    for (const net of nets) covered.add(net)
    const span = readSpan(String((metadataOf(object)['annotations'] as Json)[SPAN_ANNOTATION]))
    if (span !== null) spans.push(span)
  })
  expect(sizes).toHaveLength(first.objects)
  expect(covered.size).toBe(PREFIXES)
  expect(members.every((net) => covered.has(net))).toBe(true)
  spans.sort((a, b) => (a.first < b.first ? -1 : 1))
  spans.slice(1).forEach((span, i) => expect(span.first).toBe((spans[i]?.last ?? 0n) + 1n))

  const unchanged = await timed(members)
  expect(unchanged.writes).toBe(0)
  const before = await versionsOf(name)
  const changed = await timed([...members, more])
  const rewritten = [...(await versionsOf(name))].filter(([object, version]) => before.get(object) !== version)
  expect(rewritten).toHaveLength(1)
  const removed = await timed(null)
  expect((await versionsOf(name)).size).toBe(0)
  await cluster.remove(`${FEEDS}/${name}`)

  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const seconds = ([first, unchanged, changed, removed] as const).map((done) => done.seconds.toFixed(1))
  process.stderr.write(
    `${family}: ${PREFIXES} prefixes, ${first.objects} objects, ${bytes} bytes, largest ${Math.max(...sizes)}; ` +
      `written ${seconds[0]} s, compared ${seconds[1]} s, one member more ${seconds[2]} s and ${rewritten.length} object, removed ${seconds[3]} s; ` +
      `memory ${Math.round(process.memoryUsage.rss() / 1e6)} MB\n`,
  )
})
