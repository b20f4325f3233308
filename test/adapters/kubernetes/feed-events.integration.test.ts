import { describe, expect, inject, it } from 'vitest'
import { KubernetesFeedEvents } from '../../../adapters/kubernetes/feed-events.ts'
import type { FeedFailure } from '../../../domain/failure.ts'
import type { FeedEvent } from '../../../domain/status/events-of.ts'
import { runKubectl } from '../../deploy/run-kubectl.ts'
import { Cluster, FEEDS, kubeConfigOf, NEVER, uniqueName } from './cluster.ts'
import type { Json } from './cluster.ts'

const kubeconfig = inject('servers')['KUBECONFIG']
const cluster = new Cluster(kubeConfigOf(kubeconfig))
const EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events'
const FAILED: FeedEvent = { type: 'Warning', reason: 'PullFailed', note: 'feeds.example answered 500' }

function recorder(server = cluster.server, identity = 'threatfeed-0') {
  const failures: FeedFailure[] = []
  return { failures, events: new KubernetesFeedEvents(server, { identity, now: () => new Date(), onFailure: (failure) => failures.push(failure) }) }
}

async function feedObject(name: string) {
  await cluster.createFeed(name)
  const object = (await cluster.read(`${FEEDS}/${name}`)) ?? {}
  return { name, uid: String((object['metadata'] as Json)['uid']), resourceVersion: '', object }
}

async function eventsOn(name: string): Promise<readonly Json[]> {
  const { items } = (await cluster.read(EVENTS)) as { items: Json[] }
  return items.filter((event) => (event['regarding'] as Json)['name'] === name)
}

describe('events on the API server', () => {
  it('T-02 are those that kubectl describe shows with the feed', async () => {
    const feed = await feedObject(uniqueName('told'))
    const { events, failures } = recorder()
    await events.tell(feed, [FAILED, { type: 'Normal', reason: 'SetUpdated', note: 'a set of 3 members is in force' }], NEVER)
    expect(failures).toEqual([])
    const { stdout } = await runKubectl(kubeconfig ?? '', ['describe', 'globalthreatfeed.p', feed.name])
    expect(stdout).toMatch(/^ +Warning +PullFailed +\S+ +threatfeeds.projectcalico.org\/worker +feeds.example answered 500$/m)
    expect(stdout).toMatch(/^ +Normal +SetUpdated .* a set of 3 members is in force$/m)
    const { name, uid, object } = feed
    expect((await eventsOn(name))[0]).toMatchObject({ reportingInstance: 'threatfeed-0', regarding: { kind: 'GlobalThreatFeed', apiVersion: object['apiVersion'], name, uid } })
  })

  it('T-06 the same again is counted, and is a new one once the API server has forgotten it', async () => {
    const feed = await feedObject(uniqueName('again'))
    const { events, failures } = recorder()
    for (let time = 0; time < 3; time += 1) await events.tell(feed, [FAILED], NEVER)
    const [only, ...more] = await eventsOn(feed.name)
    expect(more).toEqual([])
    expect(only).toMatchObject({ series: { count: 3 } })
    await cluster.remove(`${EVENTS}/${String((only?.['metadata'] as Json)['name'])}`)
    await events.tell(feed, [FAILED], NEVER)
    const [anew] = await eventsOn(feed.name)
    expect(anew).toBeDefined()
    expect(anew).not.toHaveProperty('series')
    expect(failures).toEqual([])
  })

  it('V-16 T-04 hold the longest name of a feed, the longest identity, and a note that is cut at a character', async () => {
    const feed = await feedObject(`${'n'.repeat(230 - 16)}-${uniqueName('x')}`.slice(-230).replace(/^-/, 'n'))
    const { events, failures } = recorder(cluster.server, 'w'.repeat(200))
    await events.tell(feed, [{ ...FAILED, note: `x${'🦊'.repeat(500)}` }], NEVER)
    expect(failures).toEqual([])
    const note = String((await eventsOn(feed.name))[0]?.['note'])
    expect(note).toBe(`x${'🦊'.repeat(255)}`)
  })
})
