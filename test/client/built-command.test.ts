import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'

/** What `npm ci` builds and `package.json` names as the command. */
const COMMAND = 'dist/client/threatfeed.js'
/** Of a server that nobody asks. */
const KUBECONFIG = JSON.stringify({
  'current-context': 'c',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
})
const folder = mkdtempSync(join(tmpdir(), 'threatfeed-built-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function threatfeed(...argv: readonly string[]) {
  return spawnSync(join(process.cwd(), COMMAND), argv, { encoding: 'utf8', input: '' })
}

/** The command with a pipe as its standard input, which stays open. */
function piped(...argv: readonly string[]) {
  return started(argv, process.env)
}

function started(argv: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(join(process.cwd(), COMMAND), argv, { env })
  const ended = Promise.all([once(child, 'close') as Promise<[number | null]>, text(child.stdout).catch(() => 'given up'), text(child.stderr)])
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, ended: ended.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) }
}

/** Writes more than any pipe holds: when that is done, the command is reading, and has come near the end of it. */
function readUpTo(stdin: Writable, start: string): Promise<unknown> {
  return new Promise((resolve) => stdin.write(start, resolve))
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function feedEvery(period: string) {
  return { apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { name: 'short' }, spec: { pull: { period, http: { url: 'https://feeds.example/' } } } }
}

/** Each starts Node with all that the command loads. */
describe('threatfeed, as it is built', { timeout: 60_000 }, () => {
  it('is a program of its own', () => {
    accessSync(COMMAND, constants.X_OK)
    const { status, stdout } = threatfeed('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('Usage: threatfeed')
  })

  it('previews a list: JSON on stdout and nothing else', () => {
    const { status, stdout, stderr } = threatfeed('preview', file('list.txt', '198.51.100.7\n198.51.100.0/24\nnot an address\n'), '--output', 'json')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ members: 2, rejected: { 'not-an-address': 1 } })
  })

  it('validates a feed: a problem with its place is exit code 2', () => {
    const feed = feedEvery('1m')
    const { status, stdout, stderr } = threatfeed('validate', '-f', file('feed.json', JSON.stringify(feed, null, 2)))
    expect(status).toBe(2)
    expect(stdout + stderr).toContain('spec.pull.period must be at least 5m, found "1m"')
  })

  it('waits for standard input that comes late, and takes more than a pipe holds', async () => {
    const { child, ended } = piped('validate', '-f', '-')
    await readUpTo(child.stdin, `${`# ${'x'.repeat(98)}\n`.repeat(10_000)}`)
    // By now it has nothing to read: a writer is not always the faster one.
    child.stdin.end(JSON.stringify(feedEvery('1h')))
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('reads standard input only as far as anybody takes it', async () => {
    const { child, ended } = piped('validate', '-f', '-')
    // It goes away in the middle.
    child.stdin.on('error', () => undefined)
    child.stdin.write('#'.repeat(8_000_000))
    expect(await ended).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input is too large') as string })
  })

  it('ends when nobody reads the events that it follows any more', async () => {
    // As much of an Elasticsearch as shows a new event whenever it is asked: each search for events finds one, and the next fetches it.
    let found = 0
    const server = createServer((request, response) => {
      const answer = (body: unknown): void => void response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end(JSON.stringify(body))
      const ofSearch = (hit: object): void => answer({ hits: { hits: [hit] } })
      void text(request).then((body) => {
        if (!request.url?.startsWith('/_search')) return answer({ id: 'snapshot', succeeded: true })
        if (body.includes('"ids"')) return ofSearch({ _id: String(found), _source: { type: 'gtf_suspicious_flow' } })
        found += 1
        return ofSearch({ _id: String(found), sort: [Date.now(), found] })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const env = { PATH: process.env['PATH'], TEMPORAL_ADDRESS: '127.0.0.1:9', KUBECONFIG: file('kubeconfig', KUBECONFIG), ELASTICSEARCH_URL: `http://127.0.0.1:${port}` }
    const { child, ended } = started(['events', '--follow', '--since', '1h', '--output', 'json'], env)
    const [first] = (await once(child.stdout, 'data')) as [Buffer]
    expect(JSON.parse(String(first))).toMatchObject({ id: '1' })
    child.stdout.destroy()
    expect(await ended).toEqual({ code: 0, stdout: 'given up', stderr: '' })
    expect(found).toBeGreaterThan(1)
  })

  it('is interrupted while it waits for standard input', async () => {
    const { child, ended } = piped('validate', '-f', '-')
    await readUpTo(child.stdin, '#'.repeat(4_000_000))
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 1, stdout: '', stderr: 'threatfeed: interrupted\n' })
  })
})
