import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { lookAgainSignal } from '../../workflows/messages.ts'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'
import type { RunningWorker } from '../../worker/worker.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { openMoodyKubernetes } from './moody-kubernetes.ts'
import type { Mood, MoodyKubernetes } from './moody-kubernetes.ts'
import { removeFeeds } from './remove-feeds.ts'

let cluster: Cluster
let host: FeedServer
let kubernetes: MoodyKubernetes
let worker: RunningWorker

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  kubernetes = await openMoodyKubernetes(cluster.env['KUBECONFIG'] ?? '')
  const config = readConfig({ ...cluster.env, KUBECONFIG: kubernetes.kubeconfig })
  worker = await runWorker(config, { logger: new DefaultLogger('ERROR'), searchIntervalMs: 1000, workflowBundle: inject('workflowBundle') })
})
afterAll(async () => {
  kubernetes.answer = () => null
  await removeFeeds(cluster)
  await worker.shutdown()
  await cluster.close()
  await kubernetes.close()
  await host.close()
})

const FEEDS = '/apis/projectcalico.org/v3/globalthreatfeeds'
const absent = (name: string): Mood => ({
  status: 404,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, details: { name, group: 'projectcalico.org', kind: 'globalthreatfeeds' } },
})

/** A feed with everything that a wrong deletion would take. */
async function stand(name: string, number: number): Promise<void> {
  host.answer(`/${name}.txt`, `198.51.100.${String(number)}\n`)
  await cluster.apply(name, { pull: { period: '1h', http: { url: `${host.origin}/${name}.txt` } }, globalNetworkSet: {} })
  await eventually(`the network set of ${name}`, () => cluster.networkSet(`threatfeed.${name}`), (set) => set !== null)
}

const look = (name: string): Promise<void> => cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${name}`).signal(lookAgainSignal, { uid: '' })

/** Longer than two answers half a minute apart. */
const LONG_MS = 40_000

describe('what looks like an absence', () => {
  it('L-05 a missing kind, a server that is down or hangs up, an empty list, a 404 that names another object, and one that names this one once delete nothing; two of these half a minute apart do', async () => {
    const moods: Readonly<Record<string, () => Mood | 'hang up' | null>> = {
      'not-served': () => ({ status: 404, body: '404 page not found\n' }),
      'group-down': () => ({ status: 503, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'ServiceUnavailable', code: 503 } }),
      'hung-up': () => 'hang up',
      'other-object': () => absent('another'),
      unlisted: () => null,
      once: (() => {
        let answers = 0
        return () => (answers++ === 0 ? absent('once') : null)
      })(),
    }
    const names = Object.keys(moods)
    for (const [number, name] of names.entries()) await stand(name, number + 1)
    await stand('twice', 50)
    const twice = cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/twice`)
    const { runId } = await twice.describe()
    const documents = (): Promise<unknown> => Promise.all(names.map((name) => cluster.elasticsearch.get({ index: cluster.setIndex('IPSet'), id: name })))
    const sets = (): Promise<unknown> => Promise.all(names.map((name) => cluster.networkSet(`threatfeed.${name}`)))
    const before = [await documents(), await sets()]
    const passed = kubernetes.passed.length

    const answered = new Map<string, number>()
    kubernetes.answer = ({ method, path }) => {
      const [place = '', query = ''] = path.split('?')
      // None of them is in any list, nor told of by a watch.
      if (method === 'GET' && place === FEEDS) {
        if (query.includes('watch=true')) return 'hang up'
        return { status: 200, body: { kind: 'GlobalThreatFeedList', apiVersion: 'projectcalico.org/v3', metadata: { resourceVersion: '1' }, items: [] } }
      }
      const name = place.slice(FEEDS.length + 1).split('/')[0] ?? ''
      if (!place.startsWith(`${FEEDS}/`) || method !== 'GET') return null
      const mood = name === 'twice' ? absent(name) : (moods[name]?.() ?? null)
      answered.set(name, (answered.get(name) ?? 0) + 1)
      return mood
    }
    kubernetes.breakConnections()
    const end = performance.now() + LONG_MS
    while (performance.now() < end) {
      for (const name of names) await look(name)
      await look('twice').catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
    for (const name of names) expect.soft(answered.get(name), `looks of ${name}`).toBeGreaterThan(1)

    kubernetes.answer = () => null
    const deletions = kubernetes.passed.slice(passed).filter(({ method }) => method === 'DELETE')
    expect(deletions.map(({ path }) => path.split('/').at(-1))).toEqual(['threatfeed.twice'])
    expect(await cluster.document('IPSet', 'twice')).toBeNull()
    expect([await documents(), await sets()]).toEqual(before)
    await cluster.log('flow', names.map((_, number) => flow({ dest_ip: `198.51.100.${String(number + 1)}` })))
    for (const name of names) {
      await eventually(`${name} is still searched for`, () => cluster.events(name).catch(() => []), (events) => events.length === 1)
      expect(host.count(`/${name}.txt`)).toBe(1)
    }
    // It exists all the same, so another run is started for it, which knows nothing.
    await eventually('another run', async () => (await twice.describe()).runId, (id) => id !== runId)
    await eventually('its network set is back', () => cluster.networkSet('threatfeed.twice'), (set) => set !== null)
    expect(host.count('/twice.txt')).toBe(2)
  }, 240_000)
})
