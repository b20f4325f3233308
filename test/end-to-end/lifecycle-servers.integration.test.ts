import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServers } from '../../local/index.ts'
import type { RunningServers } from '../../local/index.ts'
import { Cluster, eventually } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

/** Servers of its own, since it stops them. */
let servers: RunningServers
let cluster: Cluster
let host: FeedServer
let worker: TestWorker

beforeAll(async () => {
  servers = await startServers({ stateDir: mkdtempSync(join('.local', 'lifecycle-')), owned: true })
  cluster = await Cluster.open(servers.env)
  host = await openFeedServer()
  worker = await startWorker(cluster)
})
afterAll(async () => {
  await worker.shutdown()
  await cluster.close()
  await host.close()
  await servers.stop()
})

const networkSet = (name: string) => cluster.networkSet(`threatfeed.${name}`)
const membersOf = (name: string) => cluster.document('IPSet', name).catch(() => undefined)

/** A feed with everything that a wrong deletion would take. */
async function stand(name: string, member: string): Promise<string> {
  host.answer(`/${name}.txt`, `${member}\n`)
  const { metadata } = await cluster.apply(name, { pull: { period: '1h', http: { url: `${host.origin}/${name}.txt` } }, globalNetworkSet: {} })
  await eventually(`the network set of ${name}`, () => networkSet(name), (set) => set?.spec.nets[0] === `${member}/32`)
  return metadata.uid
}

async function isGone(name: string): Promise<void> {
  await eventually(`the run of ${name} ends`, () => cluster.running(name), (runs) => !runs, 150_000)
  expect(await networkSet(name)).toBeNull()
  expect(await membersOf(name)).toBeNull()
}

describe('what is deleted while nobody looks', () => {
  it('L-05 goes once everything is back, what was made anew starts afresh, and what was left alone loses nothing', async () => {
    await stand('gone', '198.51.100.1')
    await stand('anew', '198.51.100.2')
    await stand('stays', '198.51.100.3')
    const before = [await networkSet('stays'), await cluster.elasticsearch.get({ index: cluster.setIndex('IPSet'), id: 'stays' })]
    await worker.shutdown()
    await servers.kill('temporal', 'SIGKILL')
    await servers.kill('elasticsearch', 'SIGKILL')
    await cluster.remove('gone')
    await cluster.remove('anew')
    host.answer('/anew.txt', '198.51.100.20\n')
    const { metadata } = await cluster.apply('anew', { pull: { period: '1h', http: { url: `${host.origin}/anew.txt` } }, globalNetworkSet: {} })
    await servers.kill('kubernetes', 'SIGKILL')
    for (const name of ['kubernetes', 'elasticsearch', 'temporal'] as const) await servers.restart(name)
    await cluster.elasticsearch.cluster.health({ wait_for_status: 'yellow', timeout: '60s' })
    worker = await startWorker(cluster)

    await isGone('gone')
    const uid = () => networkSet('anew').then((set) => [set?.metadata.labels['threatfeeds.projectcalico.org/feed-uid'], set?.spec.nets[0]])
    await eventually('the new life', uid, ([owner, net]) => owner === metadata.uid && net === '198.51.100.20/32', 120_000)
    await eventually('its document', () => membersOf('anew'), (members) => members?.[0] === '198.51.100.20/32')
    expect([await networkSet('stays'), await cluster.elasticsearch.get({ index: cluster.setIndex('IPSet'), id: 'stays' })]).toEqual(before)
    expect(host.count('/stays.txt')).toBe(1)
  }, 400_000)
})
