import { expect, it } from 'vitest'
import { scattered } from '../domain/network-set/given.ts'
import { eventually, type Cluster } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { setStage } from './stage.ts'

let cluster: Cluster
let host: FeedServer
setStage((stage) => ({ cluster, host } = stage), { clear: 'all' })

const NAMES = ['threatfeed.large', 'threatfeed-1.large', 'threatfeed-2.large']
const MINUTE = 60_000

it('G-01 G-02 G-04 G-05 a large list is spread over several objects, which heal within a minute and go with the stanza', async () => {
  const members = scattered(30_000)
  host.answer('/large.txt', members.join('\n'))
  const { metadata } = await cluster.apply('large', { pull: { period: '1h', http: { url: `${host.origin}/large.txt` } }, globalNetworkSet: { labels: { level: 'high' } } })
  const sets = () => Promise.all(NAMES.map((name) => cluster.networkSet(name)))
  const complete = (found: Awaited<ReturnType<typeof sets>>): boolean =>
    found.every((set) => set !== null) && [...found.flatMap((set) => set?.spec.nets ?? [])].sort().join() === [...members].sort().join()
  const made = await eventually('all objects', sets, complete)
  for (const set of made) {
    expect(set?.spec.nets.length).toBeLessThanOrEqual(20_000)
    expect(set?.metadata.labels).toEqual({ level: 'high', 'threatfeeds.projectcalico.org/feed-uid': metadata.uid })
    expect(set?.metadata).toMatchObject({ ownerReferences: [{ kind: 'GlobalThreatFeed', name: 'large', uid: metadata.uid }] })
  }
  await cluster.editNetworkSet('threatfeed-1.large', { spec: { nets: ['10.0.0.0/8'] } })
  await eventually('an edit is reverted', sets, complete, MINUTE)
  await cluster.removeNetworkSet('threatfeed-2.large')
  await eventually('what was deleted is made again', sets, complete, MINUTE)
  await cluster.editNetworkSet('threatfeed-2.large', { metadata: { labels: { 'threatfeeds.projectcalico.org/feed-uid': null } } })
  const labelled = (found: Awaited<ReturnType<typeof sets>>): boolean => found[2]?.metadata.labels['threatfeeds.projectcalico.org/feed-uid'] === metadata.uid
  await eventually('a label is put on again', sets, labelled, MINUTE)
  await cluster.patch('large', { spec: { globalNetworkSet: null } })
  await eventually('all are gone', sets, (found) => found.every((set) => set === null), MINUTE)
  expect((await cluster.feed('large')).status?.errorConditions ?? []).toEqual([])
}, 5 * MINUTE)
