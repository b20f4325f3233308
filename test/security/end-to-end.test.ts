import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Client, errors } from '@elastic/elasticsearch'
import { Cluster, dns, eventually, flow } from '../end-to-end/cluster.ts'
import { openFeedServer } from '../end-to-end/feed-server.ts'
import type { FeedServer } from '../end-to-end/feed-server.ts'
import { startWorker } from '../end-to-end/worker.ts'
import type { TestWorker } from '../end-to-end/worker.ts'
import { apiKey, installedRole } from './role.ts'

const secured = inject('secured')
let cluster: Cluster
let admin: Client
let host: FeedServer
let worker: TestWorker

beforeAll(async () => {
  cluster = await Cluster.open({ ...inject('servers'), ELASTICSEARCH_URL: secured })
  admin = new Client({ node: secured })
  host = await openFeedServer()
  const key = await apiKey(admin, installedRole(cluster.name))
  worker = await startWorker({ env: { ...cluster.env, ELASTICSEARCH_URL: new URL(secured).origin, ELASTICSEARCH_API_KEY: key } })
})
afterAll(async () => {
  await worker.shutdown()
  await cluster.close()
  await admin.close()
  await host.close()
})

/** An index that was just made has no shard for a moment. */
const notYet = (error: unknown): number => {
  if (error instanceof errors.ResponseError && error.statusCode === 503) return 0
  throw error
}

describe('a worker whose key has the role of deploy/elasticsearch/role.json', () => {
  it('S-06 S-05 E-01 pulls, reads what is pushed, writes events and removes what it wrote', async () => {
    host.answer('/pulled.txt', '203.0.113.9\n')
    await cluster.apply('pulled', { pull: { period: '1h', http: { url: `${host.origin}/pulled.txt` } } })
    await cluster.apply('pushed', { content: 'DomainNameSet' })
    await cluster.push('DomainNameSet', 'pushed', ['bad.example'])
    for (const name of ['pulled', 'pushed']) {
      await eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    await cluster.log('flow', [flow({ dest_ip: '203.0.113.9' })])
    await cluster.log('dns', [dns({ qname: 'www.fine.example', rrsets: [{ name: 'bad.example', type: 'A', class: 'IN', rdata: ['192.0.2.1'] }] })])
    for (const name of ['pulled', 'pushed']) {
      await eventually(`an event of ${name}`, () => cluster.countEvents(name).catch(notYet), (events) => events === 1)
      await eventually(`${name} has no error`, () => cluster.feed(name), ({ status }) => (status?.errorConditions ?? []).length === 0)
    }
    await cluster.remove('pulled')
    await cluster.remove('pushed')
    for (const name of ['pulled', 'pushed']) await eventually('the run ends', () => cluster.running(name), (running) => !running)
    expect(await cluster.document('IPSet', 'pulled')).toBeNull()
    expect(await cluster.document('DomainNameSet', 'pushed')).toEqual(['bad.example'])
    expect(worker.log.filter((line) => line.includes('security_exception'))).toEqual([])
  })
})
