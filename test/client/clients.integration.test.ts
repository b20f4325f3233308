import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readConfig } from '../../client/config.ts'
import { connect, type ConnectedClient } from '../../client/connect.ts'
import { EdgeClient } from '../../client/edge.ts'
import { requestId, workflowId } from '../../domain/run/names.ts'
import { eventually } from '../end-to-end/cluster.ts'
import { setStage } from '../end-to-end/stage.ts'
import type { Serving } from '../../bench/receiver/servings.ts'
import { clientContract, type Scene } from './contracts/feed-client.ts'
import { EDGE_RUNTIMES, servedClient, serveEdge } from './edge-servings.ts'

let scene: Scene
let client: ConnectedClient
setStage((stage) => {
  scene = stage
  client = connect(readConfig(stage.cluster.env, {}))
})
afterAll(() => client.close())

const soon = (): AbortSignal => AbortSignal.timeout(90_000)

describe('FeedClient, on real servers', () => {
  clientContract(
    'grpc',
    () => scene,
    () => ({
      start: (name) => client.feeds.start(name, soon()),
      cancel: (name) => client.feeds.cancel(name, soon()),
      refresh: (name, wait) => client.feeds.refresh(name, { wait }, soon()),
      list: () => client.feeds.list(soon()),
      describe: (name) => client.feeds.describe(name, soon()),
    }),
  )
})

describe('EdgeClient in Node, on real servers', () => {
  clientContract(
    'edge',
    () => scene,
    () => {
      const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: scene.cluster.name })
      return {
        start: (name) => edge.start(name, soon()),
        cancel: (name) => edge.cancel(name, soon()),
        refresh: (name, wait) => edge.refresh(name, { wait }, soon()),
        list: () => edge.list(soon()),
        describe: (name) => edge.describe(name, soon()),
      }
    },
  )
})

const TOKEN = 'of-whoever-calls'

describe.each(EDGE_RUNTIMES)('EdgeClient on %s, on real servers', (runtime) => {
  let serving: Serving
  beforeAll(async () => {
    serving = await serveEdge(runtime, { TEMPORAL_HTTP_URL: inject('temporalHttpUrl'), CLUSTER_NAME: scene.cluster.name, CALLER_TOKEN: TOKEN })
    return () => serving.stop()
  })

  clientContract(
    runtime.toLowerCase(),
    () => scene,
    () => servedClient(serving, TOKEN),
  )

  it('does nothing for whoever has not the token', async () => {
    const response = await fetch(`${serving.url}/feeds`, { headers: { authorization: `Bearer ${TOKEN.slice(1)}` } })
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 401, body: { code: 'unauthorized' } })
  })
})

describe('a request of EdgeClient', () => {
  it('L-04 is done once for one key, however often it is sent', async () => {
    const { cluster, host } = scene
    host.answer('/once.txt', '192.0.2.1\n')
    await cluster.apply('once', { pull: { period: '1h', http: { url: `${host.origin}/once.txt` } } })
    await eventually('the sync', () => cluster.feed('once'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: cluster.name })
    const before = host.count('/once.txt')
    const asked = await Promise.all([1, 2, 3].map(() => edge.refresh('once', { wait: true, key: 'delivery-1' }, soon())))
    asked.push(await edge.refresh('once', { wait: true, key: 'delivery-1' }, soon()))
    expect(asked).toEqual(Array(4).fill({ name: 'once', outcome: 'unchanged', message: expect.any(String) as string }))
    expect(host.count('/once.txt') - before).toBe(1)
    expect((await edge.refresh('once', { wait: true, key: 'delivery-2' }, soon())).outcome).toBe('unchanged')
    expect(host.count('/once.txt') - before).toBe(2)
  })

  it('L-04 whose key was refused is done under the same key once there is such a feed', async () => {
    const { cluster, host } = scene
    const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: cluster.name })
    await expect(edge.refresh('made-later', { wait: true, key: 'delivery-3' }, soon())).rejects.toMatchObject({ code: 'not-found' })
    host.answer('/made-later.txt', '192.0.2.1\n')
    await cluster.apply('made-later', { pull: { period: '1h', http: { url: `${host.origin}/made-later.txt` } } })
    await eventually('the sync', () => cluster.feed('made-later'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    const asked = [await edge.refresh('made-later', { wait: true, key: 'delivery-3' }, soon()), await edge.refresh('made-later', { wait: true, key: 'delivery-3' }, soon())]
    expect(asked).toEqual(Array(2).fill({ name: 'made-later', outcome: 'unchanged', message: expect.any(String) as string }))
    expect(host.count('/made-later.txt')).toBe(2)
  })

  it('L-06 disables a feed whose run was terminated, and starts one that a refresh asks', async () => {
    const { cluster, host } = scene
    host.answer('/lost.txt', '192.0.2.1\n')
    await cluster.apply('lost', { pull: { period: '1h', http: { url: `${host.origin}/lost.txt` } } })
    await eventually('the sync', () => cluster.feed('lost'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    const run = cluster.temporal.workflow.getHandle(workflowId(cluster.name, 'lost'))
    const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: cluster.name })
    await run.terminate()
    expect(await edge.refresh('lost', { wait: true }, soon())).toMatchObject({ outcome: 'unchanged' })
    await run.terminate()
    expect(await edge.cancel('lost', soon())).toEqual({ name: 'lost', outcome: 'disabled', runId: null })
    expect((await cluster.feed('lost')).spec['mode']).toBe('Disabled')
  })

  it('T-04 leaves nothing of a feed in history but its name and what its run knows', async () => {
    const { cluster, host } = scene
    host.answer('/told.txt', '198.51.100.77\n')
    await cluster.apply('told', { pull: { period: '1h', http: { url: `${host.origin}/told.txt?key=canary`, headers: [{ name: 'x', value: 'canary' }] } } })
    await eventually('the sync', () => cluster.feed('told'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: cluster.name })
    await edge.describe('told', soon())
    await edge.refresh('told', { wait: true, key: 'told-1' }, soon())
    const histories = await cluster.historyTextOf(requestId(cluster.name, 'told-1'))
    expect(histories).toContain('awaitRefresh')
    for (const secret of ['canary', '198.51.100.77', 'told.txt']) expect(histories).not.toContain(secret)
  })

  it('waits for a worker, and says after its time that none came', async () => {
    const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: 'without-a-worker' })
    await expect(edge.start('any', AbortSignal.timeout(2_000))).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining('is a worker running?') as string })
    expect(await edge.refresh('any', { wait: false, key: 'kept' }, soon())).toEqual({ name: 'any', outcome: 'requested', message: 'the feed is asked to refresh once a worker is there' })
    const { temporal } = scene.cluster
    const kept = temporal.workflow.getHandle(requestId('without-a-worker', 'kept'))
    expect((await kept.describe()).status.name).toBe('RUNNING')
    await kept.terminate()
  })

  it('names the namespace that Temporal has not', async () => {
    const edge = new EdgeClient({ url: inject('temporalHttpUrl'), namespace: 'nowhere' })
    await expect(edge.start('any', soon())).rejects.toMatchObject({ code: 'invalid', message: 'Temporal has no such namespace' })
    await expect(edge.list(soon())).rejects.toMatchObject({ code: 'invalid' })
  })
})
