import { request as ask } from 'node:http'
import { createServer } from 'node:https'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../adapters/elasticsearch/certificate.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { removeFeeds } from './remove-feeds.ts'
import { startWorker } from './worker.ts'
import type { TestWorker } from './worker.ts'

const API_KEY = 'bm90LWEtc2VjcmV0OmJ1dC1hcy1sb25n'

let cluster: Cluster
let host: FeedServer
let server: Server
let worker: TestWorker
let indices: Readonly<Record<'IPSET_INDEX' | 'DOMAINNAMESET_INDEX' | 'EVENTS_INDEX', string>>
const folder = mkdtempSync(join(tmpdir(), 'secured-store-'))
/** Of every request that was not refused. */
const paths: string[] = []
let refused = 0

/** Elasticsearch behind TLS, under a certificate of an authority that nobody knows, and open to one API key alone. */
async function openSecuredStore(target: string): Promise<string> {
  const { hostname, port } = new URL(target)
  server = createServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE }, (request, response) => {
    if (request.headers.authorization !== `ApiKey ${API_KEY}`) {
      refused += 1
      response.writeHead(401, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
      response.end('{"error":{"type":"security_exception","reason":"missing authentication credentials"},"status":401}')
      return
    }
    const { method, url: path = '', headers } = request
    paths.push(path)
    const onward = ask({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `https://localhost:${String((server.address() as AddressInfo).port)}`
}

beforeAll(async () => {
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  const url = await openSecuredStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, LOCALHOST_CERTIFICATE)
  indices = { IPSET_INDEX: `addresses.${cluster.name}`, DOMAINNAMESET_INDEX: `names.${cluster.name}`, EVENTS_INDEX: `findings.${cluster.name}` }
  const env = { ...cluster.env, ELASTICSEARCH_URL: url, ELASTICSEARCH_API_KEY: API_KEY, ELASTICSEARCH_CA: ca, ...indices }
  worker = await startWorker({ env })
})
afterAll(async () => {
  await removeFeeds(cluster)
  await worker.shutdown()
  await cluster.close()
  await host.close()
  await new Promise((closed) => server.close(closed))
  rmSync(folder, { recursive: true })
})

describe('an Elasticsearch behind TLS and an API key, with indices of other names', () => {
  it('S-06 E-01 is reached with what is configured, and by these names alone', async () => {
    const { IPSET_INDEX: addresses, DOMAINNAMESET_INDEX: names, EVENTS_INDEX: findings } = indices
    const { elasticsearch } = cluster
    await elasticsearch.index({ index: names, id: 'pushed', document: { domains: ['bad.example'] } })
    host.answer('/pulled.txt', '203.0.113.9\n')
    await cluster.apply('pulled', { pull: { period: '1h', http: { url: `${host.origin}/pulled.txt` } } })
    await cluster.apply('pushed', { content: 'DomainNameSet' })
    for (const name of ['pulled', 'pushed']) {
      await eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)
    }
    const { _source: document } = await elasticsearch.get<{ ips: string[] }>({ index: addresses, id: 'pulled' })
    expect(document?.ips).toEqual(['203.0.113.9/32'])
    for (const [index, field, type] of [[addresses, 'ips', 'ip_range'], [names, 'domains', 'keyword']] as const) {
      expect((await elasticsearch.indices.getMapping({ index }))[index]?.mappings.properties?.[field]).toEqual({ type })
    }
    await cluster.log('flow', [flow({ dest_ip: '203.0.113.9' })])
    const count = async (): Promise<number> => {
      await elasticsearch.indices.refresh({ index: findings, ignore_unavailable: true })
      return (await elasticsearch.count({ index: findings, ignore_unavailable: true })).count
    }
    await eventually('an event', count, (events) => events === 1)
    expect(refused).toBe(0)
    expect(paths.filter((path) => /\.tigera\.|tigera_secure_ee_events/.test(decodeURIComponent(path)))).toEqual([])
    expect(await elasticsearch.indices.exists({ index: [cluster.setIndex('IPSet'), cluster.setIndex('DomainNameSet')], expand_wildcards: 'all' })).toBe(false)
  })
})
