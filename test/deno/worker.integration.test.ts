import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { serviceAccountKubeconfig } from '../../local/index.ts'
import { freePorts } from '../../local/process/free-port.ts'
import { Cluster, dns, eventually, flow } from '../end-to-end/cluster.ts'
import { type FeedServer, openFeedServer } from '../end-to-end/feed-server.ts'
import { DENO_CONFIG } from './deno-config.ts'
import { DENO, DenoProcess, OF_DENO } from './deno-process.ts'

let cluster: Cluster
let host: FeedServer
let otherHost: FeedServer
let worker: DenoProcess
let env: Readonly<Record<string, string>>
let servers: Readonly<Record<'temporal' | 'elasticsearch' | 'kubernetes' | 'health', string>>

/** With the permissions of `deno.json`, the network narrowed to the hosts that it needs. */
function start(net: readonly string[], ...flags: readonly string[]): DenoProcess {
  return new DenoProcess(['run', '--no-prompt', '-P=worker', `--allow-net=${net.join(',')}`, ...flags, 'worker/main.ts'], env)
}

beforeAll(async () => {
  execFileSync(DENO, ['task', 'build'], { env: { ...process.env, ...OF_DENO }, stdio: 'pipe' })
  cluster = await Cluster.open(inject('servers'))
  host = await openFeedServer()
  otherHost = await openFeedServer()
  const admin = cluster.env['KUBECONFIG'] ?? ''
  const kubeconfig = await serviceAccountKubeconfig({ kubeconfig: admin, namespace: 'tigera-intrusion-detection', name: 'threatfeed', folder: dirname(admin) })
  const [port] = await freePorts(1)
  env = { ...cluster.env, KUBECONFIG: kubeconfig, HEALTH_PORT: String(port), SEARCH_INTERVAL: '10s' }
  servers = {
    temporal: cluster.env['TEMPORAL_ADDRESS'] ?? '',
    elasticsearch: new URL(cluster.env['ELASTICSEARCH_URL'] ?? '').host,
    kubernetes: cluster.apiServer.host,
    health: `[::]:${String(port)}`,
  }
  worker = start([...Object.values(servers), new URL(host.origin).host])
  await worker.printed('"message":"the worker runs"')
})
afterAll(async () => {
  await worker.end('SIGKILL')
  await cluster.close()
  await host.close()
  await otherHost.close()
})

const synced = (name: string): Promise<unknown> =>
  eventually(`${name} is synced`, () => cluster.feed(name), ({ status }) => status?.lastSuccessfulSync !== undefined)

describe('the worker in Deno, with no more than its permissions', () => {
  it('is ready', async () => {
    const answer = await fetch(`http://127.0.0.1:${env['HEALTH_PORT'] ?? ''}/readyz`)
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ ok: true })])
  })

  it('F-02 S-01 G-01 Q-01 E-01 T-01 takes a list from its host to the set, the network set, the event and the status', async () => {
    // With quotes, so that csv-parse reads it, which needs --unsafe-proto.
    host.answer('/deny.csv', 'list,value\n"a, quoted",192.0.2.0/25\n"b",192.0.2.128/25\nplain,203.0.113.77\n')
    const format = { csv: { header: true, fieldName: 'value' } }
    await cluster.apply('deny', { pull: { period: '1h', http: { url: `${host.origin}/deny.csv`, format } }, globalNetworkSet: { labels: { level: 'high' } } })
    await synced('deny')
    expect(await cluster.document('IPSet', 'deny')).toEqual(['192.0.2.0/25', '192.0.2.128/25', '203.0.113.77/32'])
    const set = await eventually('the network set', () => cluster.networkSet('threatfeed.deny'), (found) => found !== null)
    expect(set?.spec.nets).toEqual(['192.0.2.0/24', '203.0.113.77/32'])

    await cluster.log('flow', [flow({ dest_ip: '203.0.113.77' }), flow({ dest_ip: '203.0.113.78' })])
    const [event] = await eventually('the event', () => cluster.events('deny'), (events) => events.length > 0)
    expect(event).toMatchObject({ type: 'gtf_suspicious_flow', dest_ip: '203.0.113.77', source_name: 'web-1' })
    expect(await cluster.events('deny')).toHaveLength(1)
    const { status } = await eventually('the search is reported', () => cluster.feed('deny'), (feed) => feed.status?.lastSuccessfulSearch !== undefined)
    expect(status?.errorConditions ?? []).toEqual([])
  })

  it('Q-02 finds names in logs that arrived before', async () => {
    await cluster.log('dns', [dns({ qname: 'bücher.example' }), dns({ qname: 'fine.example' })])
    host.answer('/names.txt', 'Bücher.example\n')
    await cluster.apply('names', { content: 'DomainNameSet', pull: { period: '1h', http: { url: `${host.origin}/names.txt` } } })
    const events = await eventually('the event', () => cluster.events('names'), (found) => found.length > 0)
    expect(events).toMatchObject([{ type: 'gtf_suspicious_dns_query' }])
  })

  it('P-06 does not reach a host that its permissions leave out, and says so on the feed', async () => {
    otherHost.answer('/list.txt', '198.51.100.1\n')
    await cluster.apply('elsewhere', { pull: { period: '1h', http: { url: `${otherHost.origin}/list.txt` } } })
    const { status } = await eventually('it is said', () => cluster.feed('elsewhere'), (feed) => (feed.status?.errorConditions ?? []).length > 0)
    const message = `${new URL(otherHost.origin).host}: this process is not permitted to connect to it (a firewall, or Deno without --allow-net) (EPERM)`
    expect(status?.errorConditions).toEqual([{ type: 'PullFailed', message }])
    expect(otherHost.asked).toEqual([])
  })

  it('is spoken to by the command, in Deno too', async () => {
    const command = new DenoProcess(['run', '--no-prompt', '-P=worker', 'client/threatfeed.ts', 'list', '--output', 'json'], env)
    expect(await command.ended).toBe(0)
    for (const name of ['deny', 'names', 'elsewhere']) expect(command.output).toContain(`"name": "${name}"`)
  })

  it('S-05 L-05 removes what a feed had when the feed is deleted, but for its events', async () => {
    await cluster.remove('deny')
    await eventually('the run ends', () => cluster.running('deny'), (runs) => !runs)
    expect(await cluster.document('IPSet', 'deny')).toBeNull()
    expect(await cluster.networkSet('threatfeed.deny')).toBeNull()
    expect(await cluster.events('deny')).toHaveLength(1)
  })

  it('ends cleanly at SIGTERM', async () => {
    expect(await worker.end('SIGTERM')).toBe(0)
    expect(worker.output).toContain('"message":"the worker has ended"')
    expect(worker.output).not.toContain('NotCapable')
  })
})

describe('a worker in Deno that lacks one of them', () => {
  it.each(['./dist/workflow-bundle.js', './node_modules/source-map/lib/mappings.wasm'])('ends without %s, and says so', async (file) => {
    const files = DENO_CONFIG.permissions.worker.read
    expect(files).toContain(file)
    const lacking = start(Object.values(servers), `--allow-read=${files.filter((one) => one !== file).join(',')}`)
    expect(await lacking.ended).toBe(1)
    expect(lacking.output).toMatch(new RegExp(`Requires read access to \\\\"[^"]*${file.slice(2)}\\\\"`))
  })

  it.each(['elasticsearch', 'kubernetes', 'health'] as const)('ends without the address of %s, and says so', async (server) => {
    const others = Object.entries(servers).flatMap(([name, address]) => (name === server ? [] : [address]))
    const lacking = start(others)
    expect(await lacking.ended).toBe(1)
    expect(lacking.output).toMatch(/"message":"the worker ends","reason":"[^\n]*--allow-net/)
  })
})
