import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { feedResource } from '../deploy/api-server.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import type { Groups } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { startGroupServer } from './group-servers.ts'
import type { GroupServer } from './group-servers.ts'
import { openMoodyKubernetes } from './moody-kubernetes.ts'
import type { MoodyKubernetes } from './moody-kubernetes.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

const PAGE = 'projectcalico.org/v3'
const CALICO = 'crd.projectcalico.org/v1'

/** How much longer the server of a group is away than it takes to see that it is: GROUP_AWAY_SECONDS=600 tries ten minutes. */
const AWAY_MS = Number(process.env['GROUP_AWAY_SECONDS'] ?? 0) * 1_000

let kubernetes: GroupServer
let host: FeedServer
let cluster: Cluster | undefined
let moody: MoodyKubernetes | undefined
const workers: TestWorker[] = []

beforeEach(async () => {
  kubernetes = await startGroupServer()
  host = await openFeedServer()
})
afterEach(async () => {
  // A test that failed while the group is away leaves nothing to be listed; its servers end all the same.
  for (const { metadata } of (await cluster?.feeds().catch(() => [])) ?? []) {
    await cluster?.remove(metadata.name)
    await eventually(`the run of ${metadata.name} ends`, async () => cluster?.running(metadata.name), (runs) => runs === false)
  }
  for (const worker of workers.splice(0)) await worker.shutdown()
  await cluster?.close().catch(() => undefined)
  cluster = undefined
  await moody?.close()
  moody = undefined
  await host.close()
  await kubernetes.stop()
})

async function open(groups: Groups): Promise<Cluster> {
  cluster = await Cluster.open({ ...inject('servers'), KUBECONFIG: kubernetes.kubeconfig }, groups)
  return cluster
}
async function work(on: Cluster, account?: string): Promise<TestWorker> {
  const worker = await startWorker(on, account)
  workers.push(worker)
  return worker
}
const spec = (path: string) => ({ pull: { period: '1h', http: { url: `${host.origin}${path}` } }, globalNetworkSet: { labels: { level: 'high' } } })

/** An index that has only just been made cannot be searched yet. */
const eventsOf = (on: Cluster, name: string): Promise<readonly unknown[]> => on.events(name).catch(() => [])

/** From `kubectl apply` to status, document, network set and event, and back to nothing. */
async function livesAndDies(on: Cluster, name: string): Promise<void> {
  host.answer(`/${name}.txt`, '198.51.100.1\n')
  await on.apply(name, spec(`/${name}.txt`))
  await eventually('the network set', () => on.networkSet(`threatfeed.${name}`), (set) => set?.spec.nets[0] === '198.51.100.1/32')
  await eventually('a sync without a condition', () => on.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined && (status.errorConditions ?? []).length === 0)
  expect(await on.document('IPSet', name)).toEqual(['198.51.100.1/32'])
  await on.log('flow', [flow({ dest_ip: '198.51.100.1' })])
  await eventually('its event', () => eventsOf(on, name), (events) => events.length === 1)
  await on.remove(name)
  await eventually('the run to end', () => on.running(name), (runs) => !runs)
  expect(await on.networkSet(`threatfeed.${name}`)).toBeNull()
  expect(await on.document('IPSet', name)).toBeNull()
}

describe('the groups that serve the two kinds, with the rights of deploy/rbac', () => {
  it('V-20 both come later than the worker, in crd.projectcalico.org/v1 alone, and no restart is needed', async () => {
    const on = await open({ feeds: CALICO, sets: CALICO })
    const worker = await work(on)
    await eventually('the watch to have met a server without the kinds', async () => worker.log, (log) => log.filter((line) => line.includes('does not serve globalthreatfeeds')).length >= 2)
    await kubernetes.install([
      ['globalthreatfeeds', CALICO],
      ['globalnetworksets', CALICO],
    ])
    await livesAndDies(on, 'later')
  })

  it.each([
    ['feeds under Calico, network sets under the page’s', { feeds: CALICO, sets: PAGE }],
    ['feeds under the page’s, network sets under Calico', { feeds: PAGE, sets: CALICO }],
  ])('V-20 each in another group: %s', async (_, groups) => {
    await kubernetes.install([
      ['globalthreatfeeds', groups.feeds],
      ['globalnetworksets', groups.sets],
    ])
    const on = await open(groups)
    await work(on)
    await livesAndDies(on, 'split')
  })

  it('V-18 V-20 the policy binds feeds of crd.projectcalico.org/v1 too', async () => {
    await kubernetes.install([['globalthreatfeeds', CALICO]])
    const feeds = feedResource(kubernetes.kubeconfig, 'crd.projectcalico.org', 'v1')
    const wrong = { kind: 'GlobalThreatFeed', metadata: { name: 'wrong' }, spec: { globalNetworkSet: {} } }
    await eventually('a refusal', () => feeds.check(wrong), (refusal) => refusal?.includes('spec.globalNetworkSet is possible only together with pull') === true)
  })

  it('L-05 V-20 while the server of the group is away nothing is deleted or looked for elsewhere, by a new worker neither; then all goes on', async () => {
    // The other group serves the kinds too, and has none of the feeds.
    await kubernetes.install([
      ['globalthreatfeeds', PAGE],
      ['globalnetworksets', PAGE],
      ['globalthreatfeeds', CALICO],
      ['globalnetworksets', CALICO],
    ])
    const on = await open({ feeds: PAGE, sets: PAGE })
    moody = await openMoodyKubernetes(kubernetes.kubeconfig)
    const first = await work(on, moody.kubeconfig)
    host.answer('/kept.txt', '198.51.100.1\n')
    host.answer('/anew.txt', '198.51.100.2\n')
    await on.apply('kept', spec('/kept.txt'))
    await eventually('the network set', () => on.networkSet('threatfeed.kept'), (set) => set?.spec.nets[0] === '198.51.100.1/32')
    const set = await on.networkSet('threatfeed.kept')

    await kubernetes.breakGroup()
    // A restart of the API server would end the watches too, but for its first moment the CRDs would answer again.
    moody.breakConnections()
    const away = (worker: TestWorker): Promise<unknown> =>
      eventually('the watch of feeds to fail several times', async () => worker.log, (log) => log.filter((line) => /watch.*feeds.*503|503.*feeds/i.test(line)).length >= 3)
    await away(first)
    expect(await on.running('kept')).toBe(true)
    await first.shutdown()
    const second = await work(on, moody.kubeconfig)
    await away(second)
    expect(await on.running('kept')).toBe(true)
    expect(await on.document('IPSet', 'kept')).toEqual(['198.51.100.1/32'])
    // Searching needs no API server.
    const end = performance.now() + AWAY_MS
    for (let logs = 1; logs === 1 || performance.now() < end; logs += 1) {
      await on.log('flow', [flow({ dest_ip: '198.51.100.1' })])
      await eventually('its event', () => eventsOf(on, 'kept'), (events) => events.length === logs)
      expect([await on.running('kept'), await on.document('IPSet', 'kept')]).toEqual([true, ['198.51.100.1/32']])
      await new Promise((resolve) => setTimeout(resolve, Math.min(AWAY_MS, 10_000)))
    }

    await kubernetes.mendGroup()
    await eventually('the group to be back', () => on.networkSet('threatfeed.kept').catch(() => undefined), (found) => found !== undefined)
    expect(await on.networkSet('threatfeed.kept')).toEqual(set)
    await on.patch('kept', { spec: spec('/anew.txt') })
    await eventually('the changed url', () => on.networkSet('threatfeed.kept'), (found) => found?.spec.nets[0] === '198.51.100.2/32')
    expect(await on.running('kept')).toBe(true)
    // A start of an API server, two of a worker, and pauses of up to half a minute.
  }, 300_000 + AWAY_MS)
})
