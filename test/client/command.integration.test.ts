import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../client/command/program.ts'
import { readConfig } from '../../client/config.ts'
import { connect } from '../../client/connect.ts'
import type { ConnectedClient } from '../../client/connect.ts'
import { type Cluster, eventually, flow } from '../end-to-end/cluster.ts'
import type { FeedServer } from '../end-to-end/feed-server.ts'
import { setStage } from '../end-to-end/stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'threatfeed-command-'))
let cluster: Cluster
let host: FeedServer
let client: ConnectedClient
setStage(
  (stage) => {
    cluster = stage.cluster
    host = stage.host
    client = connect(readConfig(cluster.env, {}))
  },
  { clear: 'all' },
)
afterAll(async () => {
  await client.close()
  rmSync(folder, { recursive: true, force: true })
})

async function threatfeed(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommand(argv, {
    withClient: (use) => use(client.feeds),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
    version: '0',
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

function feedFile(name: string, spec: object): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { name }, spec }))
  return file
}

const pull = (path: string) => ({ pull: { period: '1h', http: { url: `${host.origin}${path}?key=canary` } } })

describe('threatfeed, on real servers', () => {
  it('starts a feed from a file, lists and describes it', async () => {
    host.answer('/list.txt', '192.0.2.1\n192.0.2.2\n*.nothing\n')
    expect(await threatfeed('start', '-f', feedFile('listed', pull('/list.txt')))).toEqual({
      code: 0,
      out: `listed: created; its run is threatfeed/${cluster.name}/listed`,
      err: '',
    })
    const status = await eventually('the sync', () => cluster.feed('listed'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    expect(await cluster.document('IPSet', 'listed')).toEqual(['192.0.2.1/32', '192.0.2.2/32'])

    const list = JSON.parse((await threatfeed('list', '-o', 'json')).out) as readonly unknown[]
    expect(list).toContainEqual(
      expect.objectContaining({ name: 'listed', content: 'IPSet', mode: 'Enabled', source: 'pull', running: true, lastSuccessfulSync: status.status?.lastSuccessfulSync }),
    )
    const described = await threatfeed('describe', 'listed', '--output', 'json')
    expect(JSON.parse(described.out)).toMatchObject({
      set: { members: 2 },
      run: { workflowId: `threatfeed/${cluster.name}/listed`, status: 'running' },
      attempts: { failed: 0, next: expect.stringMatching(/^\d{4}-.*Z$/) as string },
      search: { window: expect.any(Number) as number, debts: 0 },
      rejected: { samples: [{ line: 3, value: '*.nothing' }] },
      unavailable: [],
    })
    expect(described.out).not.toContain('canary')
    expect((await threatfeed('describe', 'listed')).out).toMatch(/^Set: +2 members, since /m)
  })

  it('L-04 refreshes now, and tells with --wait what came of it', async () => {
    host.answer('/fresh.txt', '192.0.2.1\n')
    await threatfeed('start', '-f', feedFile('fresh', pull('/fresh.txt')))
    await eventually('the sync', () => cluster.feed('fresh'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    host.answer('/fresh.txt', '192.0.2.1\n192.0.2.9\n')
    expect(await threatfeed('refresh', 'fresh', '--wait')).toMatchObject({ code: 0, out: expect.stringMatching(/^fresh: updated/) as string })
    expect(await cluster.document('IPSet', 'fresh')).toEqual(['192.0.2.1/32', '192.0.2.9/32'])

    host.answer('/fresh.txt', (_request, response) => response.writeHead(500).end())
    const failed = await threatfeed('refresh', 'fresh', '--wait')
    expect(failed).toMatchObject({ code: 1, out: expect.stringMatching(/^fresh: failed.*500/) as string })
    expect(failed.out).not.toContain('canary')

    const before = host.count('/fresh.txt')
    expect((await threatfeed('refresh', 'fresh')).code).toBe(0)
    await eventually('another pull', () => Promise.resolve(host.count('/fresh.txt')), (count) => count > before)
  })

  it('L-06 cancels: returns when the run has ended and the feed is disabled; start brings it back', async () => {
    host.answer('/cancelled.txt', '192.0.2.1\n')
    await threatfeed('start', '-f', feedFile('cancelled', pull('/cancelled.txt')))
    await eventually('the sync', () => cluster.feed('cancelled'), (feed) => feed.status?.lastSuccessfulSync !== undefined)
    const { runId } = await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/cancelled`).describe()
    expect(await threatfeed('cancel', 'cancelled')).toMatchObject({ code: 0, err: '' })
    expect((await cluster.feed('cancelled')).spec['mode']).toBe('Disabled')
    const ended = await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/cancelled`, runId).describe()
    expect(ended.status.name).toBe('CANCELLED')
    expect((await threatfeed('cancel', 'cancelled')).out).toBe('cancelled: disabled already')
    expect(JSON.parse((await threatfeed('refresh', 'cancelled', '--wait', '-o', 'json')).out)).toMatchObject({ outcome: 'disabled' })

    expect((await threatfeed('start', 'cancelled')).out).toMatch(/^cancelled: enabled/)
    expect((await cluster.feed('cancelled')).spec['mode']).toBe('Enabled')
  })

  it('V-06 tells what the API server refuses, without the url', async () => {
    const refused = await threatfeed('start', '-f', feedFile('refused', { pull: { period: '1m', http: { url: 'http://x.example/?key=canary' } } }))
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('period') as string })
    expect(refused.err).not.toContain('canary')
    expect((await threatfeed('describe', 'refused')).code).toBe(3)
  })

  it('changes a feed that is there, keeping annotations of others', async () => {
    await cluster.apply('changed', { description: 'before' }, { 'example.com/theirs': 'kept' })
    expect((await threatfeed('start', '-f', feedFile('changed', { description: 'after' }))).out).toMatch(/^changed: written over/)
    const { metadata, spec } = await cluster.feed('changed')
    expect(spec).toMatchObject({ description: 'after', mode: 'Enabled' })
    expect(metadata.annotations).toEqual({ 'example.com/theirs': 'kept' })
  })
})

/** Follows until so many lines are shown, as somebody would who interrupts it then. */
function following(argv: readonly string[], enough: number): { readonly lines: readonly string[]; readonly ended: Promise<{ readonly code: number; readonly err: string }> } {
  const interrupted = new AbortController()
  const lines: string[] = []
  const err: string[] = []
  const code = runCommand(['events', '--follow', ...argv], {
    withClient: (use) => use(client.feeds),
    out: (text) => {
      lines.push(...text.split('\n'))
      if (lines.length >= enough) interrupted.abort()
    },
    err: (text) => err.push(text),
    signal: AbortSignal.any([interrupted.signal, AbortSignal.timeout(90_000)]),
    version: '0',
  })
  return { lines, ended: code.then((exit) => ({ code: exit, err: err.join('\n') })) }
}

describe('threatfeed events, on real servers', () => {
  it('E-01 E-02 S-05 shows an event as it is found, tells it afterwards, and still when the feed is gone', async () => {
    expect(await threatfeed('events')).toEqual({ code: 0, out: 'There are no security events of that time.', err: '' })
    host.answer('/watched.txt', '203.0.113.0/24\n')
    await threatfeed('start', '-f', feedFile('watched', pull('/watched.txt')))
    await eventually('the search', () => cluster.feed('watched'), (feed) => feed.status?.lastSuccessfulSearch !== undefined)
    expect((await threatfeed('events', 'watched', '-o', 'json')).out).toBe('[]')

    const { lines, ended } = following(['watched', '--since', '1h', '-o', 'json'], 2)
    await cluster.log('flow', [flow({ dest_ip: '203.0.113.7', source_name: 'web-1', source_namespace: 'shop', source_type: 'wep', num_flows: 3 })])
    await eventually('the first event', () => Promise.resolve(lines.length), (shown) => shown === 1)
    await cluster.log('flow', [flow({ dest_ip: '203.0.113.8', action: 'deny' })])
    expect(await ended).toEqual({ code: 0, err: '' })
    const shown = lines.map((line) => JSON.parse(line) as { readonly dest_ip: string; readonly description: string })
    expect(shown.map((event) => event.dest_ip)).toEqual(['203.0.113.7', '203.0.113.8'])
    expect(shown[0]?.description).toMatch(/^Pod shop\/web-1 \(.+\) made 3 allowed connections to 203\.0\.113\.7 .*; threat feed watched lists the destination as 203\.0\.113\.0\/24 \(set [0-9a-f]{12}\)\.$/)

    expect(JSON.parse((await threatfeed('events', 'watched', '--since', '1h', '-o', 'json')).out)).toMatchObject(shown)
    await cluster.remove('watched')
    await eventually('the feed is gone', () => threatfeed('describe', 'watched'), ({ code: gone }) => gone === 3)
    expect((await threatfeed('events', 'watched')).out.split('\n')).toHaveLength(3)
    expect((await threatfeed('events', 'watched', '--limit', '1')).out).toContain('was denied a connection to 203.0.113.8')
    expect(await threatfeed('events', 'unknown')).toMatchObject({ code: 3, err: 'threatfeed: there is no feed named unknown' })
  })
})

describe('threatfeed, without servers', () => {
  it.each([
    ['ELASTICSEARCH_URL', ['events'], /Elasticsearch could not read the security events/],
    ['ELASTICSEARCH_URL', ['events', '--follow'], /Elasticsearch could not read the security events/],
    ['TEMPORAL_ADDRESS', ['refresh', 'listed'], /Temporal/],
    ['KUBECONFIG', ['list'], /Kubernetes API server/],
  ])('exits with 4 when nothing answers at %s', async (variable, argv, message) => {
    const kubeconfig = join(folder, 'nowhere')
    // Port 9 (discard) is served by nobody.
    const cluster9 = { name: 'c', cluster: { server: 'http://127.0.0.1:9' } }
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [cluster9],
        users: [{ name: 'u', user: {} }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    )
    const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:9', ELASTICSEARCH_URL: 'http://127.0.0.1:9', KUBECONFIG: kubeconfig }[variable] ?? ''
    const away = connect(readConfig({ ...cluster.env, [variable]: nowhere }, {}))
    const err: string[] = []
    const code = await runCommand(argv, { withClient: (use) => use(away.feeds), out: () => {}, err: (text) => err.push(text), signal: new AbortController().signal, version: '0' })
    await away.close()
    expect({ code, err: err.join('\n') }).toEqual({ code: 4, err: expect.stringMatching(message) as string })
  })
})
