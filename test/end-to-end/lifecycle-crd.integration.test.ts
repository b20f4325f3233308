import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { startGroupServer } from './group-servers.ts'
import type { GroupServer } from './group-servers.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

const PAGE = 'projectcalico.org/v3'

let kubernetes: GroupServer
let cluster: Cluster
let host: FeedServer
let worker: TestWorker

beforeAll(async () => {
  kubernetes = await startGroupServer()
  await kubernetes.install([
    ['globalthreatfeeds', PAGE],
    ['globalnetworksets', PAGE],
  ])
  cluster = await Cluster.open({ ...inject('servers'), KUBECONFIG: kubernetes.kubeconfig })
  host = await openFeedServer()
  worker = await startWorker(cluster)
})
afterAll(async () => {
  await worker.shutdown()
  await cluster.close()
  await host.close()
  await kubernetes.stop()
})

/** A watch that broke off waits half a minute at most. */
const PATIENCE_MS = 120_000

/** A feed with a document, a network set and an event. */
async function stand(name: string, member: string): Promise<void> {
  host.answer(`/${name}.txt`, `${member}\n`)
  await cluster.apply(name, { pull: { period: '1h', http: { url: `${host.origin}/${name}.txt` } }, globalNetworkSet: {} })
  await eventually(`the network set of ${name}`, () => cluster.networkSet(`threatfeed.${name}`), (set) => set?.spec.nets[0] === `${member}/32`, PATIENCE_MS)
  await cluster.log('flow', [flow({ dest_ip: member })])
  await eventually(`the event of ${name}`, () => cluster.events(name).catch(() => []), (events) => events.some((event) => event['dest_ip'] === member), PATIENCE_MS)
}

const endOf = (name: string) => cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${name}`).describe()
const asked = async (name: string): Promise<readonly (string | null | undefined)[]> => {
  const { events } = await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${name}`).fetchHistory()
  return events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName) ?? []
}
const controller = () => cluster.temporal.workflow.getHandle(`threatfeed-controller/${cluster.name}`).describe()

describe('the kind itself is removed while feeds run', () => {
  it('L-05 S-05 L-01 which deletes its feeds and nothing else, once it is back; new feeds work then, and nothing was restarted', async () => {
    const pulled = ['first', 'second', 'third']
    for (const [number, name] of pulled.entries()) await stand(name, `198.51.100.${String(number + 1)}`)
    await cluster.apply('pushed', {})
    await cluster.push('IPSet', 'pushed', ['198.51.100.50/32'])
    await eventually('the pushed set', () => cluster.state('pushed'), ({ version }) => version !== null, PATIENCE_MS)
    // Of others: an object whose name is like ours, and a document that no feed reads.
    await cluster.createNetworkSet('threatfeed.not-ours', ['203.0.113.0/24'])
    await cluster.push('IPSet', 'no-feed', ['198.51.100.60/32'])
    const others = async (): Promise<unknown> => [
      await cluster.networkSet('threatfeed.not-ours'),
      await Promise.all(['pushed', 'no-feed'].map((id) => cluster.elasticsearch.get({ index: cluster.setIndex('IPSet'), id }))),
      (await cluster.events()).length,
    ]
    const before = await others()
    const { runId } = await controller()

    await kubernetes.uninstall('globalthreatfeeds', PAGE)
    // Nobody can say now whether another feed took a name, so each run waits with its cleanup, and the watch takes nothing for an end.
    for (const name of [...pulled, 'pushed']) await eventually(`the deletion of ${name}`, () => asked(name), (messages) => messages.includes('deleted'), PATIENCE_MS)
    const broken = async (): Promise<number> => worker.log.filter((line) => line.includes('a watch broke off') && line.includes('feeds')).length
    await eventually('the watch to have met a server without the kind', broken, (times) => times >= 3)
    for (const name of pulled) expect(await cluster.networkSet(`threatfeed.${name}`)).not.toBeNull()
    expect(await others()).toEqual(before)

    await kubernetes.install([['globalthreatfeeds', PAGE]])
    for (const name of [...pulled, 'pushed']) {
      const { status } = await eventually(`the run of ${name} ends`, () => endOf(name), (end) => end.status.name !== 'RUNNING', PATIENCE_MS)
      expect(status.name).toBe('COMPLETED')
    }
    for (const name of pulled) {
      expect(await cluster.networkSet(`threatfeed.${name}`)).toBeNull()
      expect(await cluster.document('IPSet', name)).toBeNull()
    }
    const left = { query: { terms: { name: [...pulled, 'pushed'] } } }
    await cluster.elasticsearch.indices.refresh({ index: `.threatfeed.state.${cluster.name}` })
    expect((await cluster.elasticsearch.count({ index: `.threatfeed.state.${cluster.name}`, ...left })).count).toBe(0)
    expect(await others()).toEqual(before)

    await stand('first', '198.51.100.10')
    await stand('later', '198.51.100.11')
    expect(await others()).toEqual([...(before as unknown[]).slice(0, 2), 5])
    expect((await controller()).runId).toBe(runId)
    for (const name of ['first', 'later']) await cluster.remove(name)
    for (const name of ['first', 'later']) await eventually(`the run of ${name} ends`, () => cluster.running(name), (runs) => !runs)
  }, 480_000)
})
