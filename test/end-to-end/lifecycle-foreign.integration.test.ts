import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ForeignClusterError } from '../../worker/controller-run.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import type { FeedServer } from './feed-server.ts'
import { startGroupServer } from './group-servers.ts'
import type { GroupServer } from './group-servers.ts'
import { removeFeeds } from './remove-feeds.ts'
import { setStage } from './stage.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

const PAGE = 'projectcalico.org/v3'

let cluster: Cluster
let host: FeedServer
let worker: TestWorker
/** Another cluster, whose worker was given the first one's name. */
let other: GroupServer
let others: Cluster

setStage((stage) => ({ cluster, host, worker } = stage), { clear: 'all' })
beforeAll(async () => {
  other = await startGroupServer()
  await other.install([
    ['globalthreatfeeds', PAGE],
    ['globalnetworksets', PAGE],
  ])
  others = await Cluster.open({ ...inject('servers'), KUBECONFIG: other.kubeconfig })
})
afterAll(async () => {
  await others.close()
  await other.stop()
})

const spec = (name: string) => ({ pull: { period: '1h', http: { url: `${host.origin}/${name}.txt` } }, globalNetworkSet: {} })
const foreign = (): Promise<TestWorker> => startWorker({ env: { ...cluster.env, KUBECONFIG: other.kubeconfig } })
/** The first run of the chain: runs continue as new meanwhile. */
const chain = async (name: string): Promise<unknown> => (await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${name}`).describe()).raw.workflowExecutionInfo?.firstRunId

/** Everything of the first cluster that a second one could take or write over. */
async function madeBy(name: string): Promise<unknown> {
  const { metadata, spec: wished } = await cluster.feed(name)
  const document = await cluster.elasticsearch.get({ index: cluster.setIndex('IPSet'), id: name })
  return { uid: metadata.uid, wished, document, networkSet: await cluster.networkSet(`threatfeed.${name}`), chain: await chain(name) }
}

describe('a second cluster under the same name, with the same Temporal and Elasticsearch', () => {
  it('L-01 is refused, whether the first one works or not; nothing of either is deleted, written or pulled', async () => {
    host.answer('/both.txt', '198.51.100.1\n')
    host.answer('/only.txt', '198.51.100.2\n')
    for (const name of ['both', 'only']) {
      await cluster.apply(name, spec(name))
      await eventually(`the network set of ${name}`, () => cluster.networkSet(`threatfeed.${name}`), (set) => set !== null)
      await eventually(`the status of ${name}`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    // One feed of the second has the name of one of the first; the other feed of the first is missing there.
    const { metadata: theirs } = await others.apply('both', spec('both'))
    const before = await Promise.all(['both', 'only'].map(madeBy))

    await expect(foreign()).rejects.toThrow(ForeignClusterError)
    await expect(foreign()).rejects.toThrow(`CLUSTER_NAME "${cluster.name}" belongs to another cluster`)
    await worker.shutdown()
    await expect(foreign()).rejects.toThrow(ForeignClusterError)
    const again = await startWorker(cluster)
    try {
      // Its turn, now and twenty seconds later, at which it compares feeds and runs.
      const { searched } = await cluster.windows('flow', 'only')
      await eventually('its searches go on', () => cluster.windows('flow', 'only'), (now) => now.searched > searched + 25, 120_000)
      expect(await Promise.all(['both', 'only'].map(madeBy))).toEqual(before)
      const untouched = await others.feed('both')
      expect([untouched.metadata.resourceVersion, untouched.status]).toEqual([theirs.resourceVersion, undefined])
      expect(await others.networkSet('threatfeed.both')).toBeNull()
      await cluster.log('flow', [flow({ dest_ip: '198.51.100.1' }), flow({ dest_ip: '198.51.100.2' })])
      for (const name of ['both', 'only']) await eventually(`the event of ${name}`, () => cluster.events(name).catch(() => []), (events) => events.length === 1)
      expect(['/both.txt', '/only.txt'].map((path) => host.count(path))).toEqual([1, 1])
      await others.remove('both')
    } finally {
      await removeFeeds(cluster)
      await again.shutdown()
    }
  }, 300_000)
})
