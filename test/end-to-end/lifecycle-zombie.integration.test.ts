import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { workflowId } from '../../domain/run/names.ts'
import { stateQuery } from '../../workflows/messages.ts'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'
import type { RunningWorker } from '../../worker/worker.ts'
import { ChildWorker } from './child-worker.ts'
import { Cluster, eventually } from './cluster.ts'
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
/** Stopped in the middle of its steps, and woken when all is over. */
let zombie: ChildWorker
let worker: RunningWorker | undefined

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  kubernetes = await openMoodyKubernetes(cluster.env['KUBECONFIG'] ?? '')
  store = await openWatchedStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
  zombie = await ChildWorker.start({ ...cluster.env, KUBECONFIG: kubernetes.kubeconfig, ELASTICSEARCH_URL: store.url, WORKFLOW_BUNDLE: inject('workflowBundle') })
})
afterAll(async () => {
  // What it held is taken over once its heartbeats are missed, one step after the other.
  await zombie.end('SIGKILL')
  await removeFeeds(cluster, 240_000)
  await worker?.shutdown()
  await cluster.close()
  await store.close()
  await kubernetes.close()
  await host.close()
})

const NETWORK_SETS = '/apis/projectcalico.org/v3/globalnetworksets'
const FEEDS = '/apis/projectcalico.org/v3/globalthreatfeeds'

/** Requests of the zombie that wait before the servers: they arrive when it is all over. */
class Held {
  readonly caught: string[] = []
  #release = (): void => undefined
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve
  })

  readonly hold = (what: string): Promise<void> => {
    this.caught.push(what)
    return this.#released
  }

  release(): void {
    this.#release()
  }
}

const spec = (name: string, list = name): Record<string, unknown> => ({
  pull: { period: '1h', http: { url: `${host.origin}/${list}.txt` } },
  globalNetworkSet: {},
})

/** All that a life of a feed has made, with the version of each. */
async function madeBy(name: string): Promise<unknown> {
  const { metadata, status, spec: wished } = await cluster.feed(name)
  const document = await cluster.elasticsearch.get({ index: cluster.setIndex('IPSet'), id: name })
  const { version } = (await cluster.temporal.workflow.getHandle(workflowId(cluster.name, name)).query(stateQuery)).state
  const { lastSuccessfulSync, errorConditions } = status ?? {}
  return { uid: metadata.uid, spec: wished, lastSuccessfulSync, errorConditions, document, networkSet: await cluster.networkSet(`threatfeed.${name}`), version }
}

describe('a worker that was stopped in the middle of its steps and wakes in another life of its feeds', () => {
  it('L-05 touches neither network set, set document, state nor status of the new life, wherever it was stopped', async () => {
    const held = new Held()
    const document = (name: string) => new RegExp(`^/\\.tigera\\.ipset\\.[^/]*/_doc/${name}(\\?|$)`)
    const networkSet = (name: string) => new RegExp(`^${NETWORK_SETS}/threatfeed\\.${name}$`)
    const names = ['storing', 'creating', 'updating', 'reporting', 'removing', 'forgetting', 'disabling']
    for (const name of names) {
      host.answer(`/${name}.txt`, '192.0.2.1\n')
      host.answer(`/${name}-anew.txt`, '192.0.2.2\n')
    }

    // Those that are stopped in a change of what they have already made, or in its removal.
    for (const name of ['updating', 'removing', 'forgetting', 'disabling']) {
      await cluster.apply(name, spec(name))
      await eventually(`the network set of ${name}`, () => cluster.networkSet(`threatfeed.${name}`), (set) => set !== null)
      await eventually(`the status of ${name}`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    const moments: Readonly<Record<string, (method: string, path: string) => boolean>> = {
      creating: (method, path) => method === 'POST' && path === NETWORK_SETS,
      updating: (method, path) => method === 'PUT' && networkSet('updating').test(path),
      reporting: (method, path) => method === 'PATCH' && path === `${FEEDS}/reporting/status`,
      removing: (method, path) => method === 'DELETE' && networkSet('removing').test(path),
      disabling: (method, path) => method === 'PATCH' && path === `${FEEDS}/disabling`,
    }
    kubernetes.before = ({ method, path }) => {
      const what = Object.keys(moments).find((name) => moments[name]?.(method, path) === true && !held.caught.includes(name))
      return what === undefined ? undefined : held.hold(what)
    }
    store.before(({ method, path }) => method === 'PUT' && document('storing').test(path), () => held.hold('storing').then(() => undefined))
    store.before(({ method, path }) => method === 'DELETE' && document('forgetting').test(path), () => held.hold('forgetting').then(() => undefined))

    for (const name of ['storing', 'creating']) await cluster.apply(name, spec(name))
    await cluster.apply('reporting', { pull: spec('reporting')['pull'] })
    host.answer('/updating.txt', '192.0.2.3\n')
    await cluster.temporal.workflow.getHandle(workflowId(cluster.name, 'updating')).signal('refresh')
    for (const name of ['removing', 'forgetting']) await cluster.remove(name)
    await cluster.temporal.workflow.getHandle(workflowId(cluster.name, 'disabling')).cancel()
    await eventually('every step to be in the middle', async () => held.caught.length, (count) => count === names.length)
    zombie.signal('SIGSTOP')

    // Nobody is told but by the watch of the other worker.
    for (const name of names) {
      if (!['removing', 'forgetting'].includes(name)) await cluster.remove(name)
      await cluster.apply(name, spec(name, `${name}-anew`))
    }
    worker = await runWorker(readConfig(cluster.env), { logger: new DefaultLogger('ERROR'), searchIntervalMs: 1000, workflowBundle: inject('workflowBundle') })
    for (const name of names) {
      await eventually(`the new life of ${name}`, () => cluster.networkSet(`threatfeed.${name}`), (set) => set?.spec.nets[0] === '192.0.2.2/32', 240_000)
      await eventually(`its status of ${name}`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    const before = await Promise.all(names.map(madeBy))
    const writes = kubernetes.passed.length

    // What it had sent arrives first, and what it goes on with it does within its first seconds.
    held.release()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    zombie.signal('SIGCONT')
    await new Promise((resolve) => setTimeout(resolve, 8000))
    expect(kubernetes.passed.slice(writes).filter(({ method }) => method !== 'GET').length).toBeGreaterThanOrEqual(Object.keys(moments).length)
    expect(await Promise.all(names.map(madeBy))).toEqual(before)
  }, 400_000)
})
