import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../../client/command/program.ts'
import type { PreviewResult } from '../../../client/preview/preview-feed.ts'
import { temporaryFolder } from '../../local/temporary-folder.ts'
import { NEVER } from '../fakes.ts'

let host: Server
let url: string
let asked: IncomingHttpHeaders[] = []
let answer: { status: number; body: string }
beforeAll(async () => {
  host = createServer((request, response) => {
    asked.push(request.headers)
    response.writeHead(answer.status, { 'retry-after': '60' }).end(answer.body)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/list?key=canary`
})
afterAll(() => void host.close())
beforeEach(() => {
  asked = []
  answer = { status: 200, body: '192.0.2.1\n192.0.2.2\n' }
})

const LOOPBACK = { FEED_ALLOWED_RANGES: '127.0.0.0/8' }

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(argv: readonly string[], environment: Readonly<Record<string, string>> = LOOPBACK, stdin = ''): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await runCommand(argv, {
    withClient: () => Promise.reject(new Error('no server is needed')),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: NEVER,
    version: '9.8.7',
    environment,
    stdin: (async function* () {
      yield await Promise.resolve(new TextEncoder().encode(stdin))
    })(),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

function feed(http: object, more: object = {}): string {
  return file('feed.json', JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { name: 'a', ...more }, spec: { pull: { http: { url, ...http } } } }))
}

describe('threatfeed preview', () => {
  it('reads a file without any server or setting', async () => {
    const { code, out, err } = await run(['preview', file('list.txt', '10.0.0.1\n10.0.0.0\nx\u001b[31my\u202e\n10.0.0.1\n')], {})
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^Source: +\/.*list\.txt, 38 bytes\nRead as: +IPSet, newlineDelimited\nMembers: +2 of 4 entries \(1 duplicate, 1 rejected\)\nIPv4, IPv6: +2 and 0\nMerged: +1 prefix, as in a network set\nWidest: +single addresses only\nSHA-256: +[0-9a-f]{64}\nTime: +\d+\.\d\d s\n/)
    expect(out).toContain('Rejected entries: 1 not-an-address\n  LINE  REASON          ENTRY\n  3     not-an-address  x?[31my?\n')
    expect(out).toContain('  MEMBERS  KIND     RANGE                   SUCH AS\n  2        private  private use (RFC 1918)  10.0.0.0/32 10.0.0.1/32')
    expect(out).not.toMatch(/[\u001b\u202e]/)
  })

  it('prints JSON and nothing else', async () => {
    const { code, out, err } = await run(['preview', '-', '--output', 'json'], {}, '192.0.2.1\n::ffff:192.0.2.1\nfe80::%1\n')
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({
      feed: null,
      source: 'standard input',
      members: 1,
      rejected: { zone: 1 },
      samples: [{ line: 3, value: 'fe80::%1', reason: 'zone' }],
      // printf 192.0.2.1/32 | sha256sum
      sha256: '89f0a5bea85a9a9fc18559a3c6d397807f7f6458b18ff46427dae8a6b1286165',
      elapsedMs: expect.any(Number) as number,
    })
  })

  it('exits with 1 for a body that is refused, and says what would fit', async () => {
    const list = file('list.json', '{"list": ["a.example", "b.example"]}')
    const { code, out } = await run(['preview', list, '--content', 'DomainNameSet'])
    expect(code).toBe(1)
    expect(out).toContain('Members:  none: a pull of this would fail')
    expect(out).toContain('Refused: the one entry is not a domain name (1 forbidden-character)')
    expect(out).toContain(
      'The data looks like JSON. This fits (2 members, 0 rejected):\n\n  spec:\n    pull:\n      http:\n        format:\n          json:\n            path: "$.list"',
    )
    expect(await run(['preview', list, '--content', 'DomainNameSet', '--json-path', '$.list'])).toMatchObject({ code: 0 })
    const json = JSON.parse((await run(['preview', list, '-o', 'json'])).out) as PreviewResult
    expect(json).toMatchObject({ sha256: null, members: 0, rejected: { 'not-an-address': 1 }, suggestion: { content: 'DomainNameSet', format: { json: { path: '$.list' } } } })
  })

  it('F-03 prints the columns of csv with their numbers', async () => {
    const list = file('list.csv', 'ip;note\n192.0.2.1;"a ""b"""\n')
    const { out, code } = await run(['preview', list, '--csv-field-name', 'ip', '--csv-delimiter', ';'])
    expect(code).toBe(0)
    expect(out).toContain('Read as:     IPSet, csv with header: true, fieldName: "ip", columnDelimiter: ";"')
    expect(out).toContain('Columns:\n  FIELDNUM  NAME  FIRST VALUES\n  0         ip    "192.0.2.1"\n  1         note  "a \\"b\\""')
    expect((await run(['preview', file('tabs', '1\t192.0.2.1\n'), '--csv-field-num', '1', '--csv-delimiter', '\\t'])).code).toBe(0)
  })

  it('F-04 shows them too where the column is missing', async () => {
    const { out, code } = await run(['preview', file('list.csv', 'address,note\n192.0.2.1,x\n'), '--csv-field-name', 'ip'])
    expect(code).toBe(1)
    expect(out).toContain('no column is named "ip"; the columns are "address", "note"')
    expect(out).toContain('  0         address  "192.0.2.1"')
    expect(out).toContain('fieldName: "address"')
  })

  it('pulls the url of a feed with its literal headers, as the worker would', async () => {
    const headers = [
      { name: 'X-Key', value: 'canary' },
      { name: 'Authorization', valueFrom: { secretKeyRef: { name: 'globalthreatfeed-a-token', key: 'k' } } },
    ]
    const { code, out } = await run(['preview', '-f', feed({ headers })])
    expect(code).toBe(0)
    expect(asked).toMatchObject([{ 'x-key': 'canary', 'user-agent': 'threatfeed/9.8.7' }])
    expect(asked[0]).not.toHaveProperty('authorization')
    expect(out).toContain('Feed:        a\nSource:      127.0.0.1:')
    expect(out).toContain('Note: header Authorization was left out: its value lies in a Secret of the cluster')
    expect(out).not.toContain('canary')
  })

  it('reads a file in the place of the url of a feed', async () => {
    const { code, out } = await run(['preview', file('list.json', '["192.0.2.9"]'), '-f', feed({ format: { json: { path: '$' } } })])
    expect([code, asked]).toEqual([0, []])
    expect(out).toContain('Members:     1 of 1 entries')
  })

  it('P-11 takes an empty list where the feed, or an option, allows it', async () => {
    const list = file('list.txt', '# none\n')
    const annotations = { 'threatfeeds.projectcalico.org/allow-empty': 'true' }
    expect((await run(['preview', list, '-f', feed({}, { annotations })])).code).toBe(0)
    expect((await run(['preview', list, '--allow-empty'])).code).toBe(0)
    expect(await run(['preview', list])).toMatchObject({ code: 1, out: expect.stringContaining('It begins:\n  # none') as string })
  })

  it('P-10 T-04 refuses loopback as the worker does, and names no more of a url than its host', async () => {
    const refused = await run(['preview', url], {})
    expect(refused).toMatchObject({ code: expect.any(Number) as number, out: '' })
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('a loopback address, which FEED_ALLOWED_RANGES does not name')
    answer = { status: 503, body: 'canary' }
    const failed = await run(['preview', url, '--output', 'json'])
    expect(failed).toMatchObject({ code: 4, out: '' })
    expect(JSON.parse(failed.err)).toEqual({ error: { code: 'unreachable', message: expect.stringContaining('answered 503') as string } })
    expect(refused.err + failed.err).not.toContain('canary')
  })

  it('P-07 holds to the limits of a pull, for files as well', async () => {
    answer.body = `${'192.0.2.1\n'.repeat(200_000)}`
    const limits = { ...LOOPBACK, FEED_MAX_BODY_MIB: '1' }
    expect((await run(['preview', url], limits)).err).toContain('1 MiB')
    expect(await run(['preview', file('list.txt', answer.body)], limits)).toMatchObject({ code: 1, err: expect.stringContaining('larger than 1 MiB') as string })
    expect((await run(['preview', '-'], limits, answer.body)).err).toContain('larger than 1 MiB')
  })

  it.each([
    [['preview'], 'give a FILE or URL to preview, or -f FEED.YAML'],
    [['preview', '/nowhere/list.txt'], '/nowhere/list.txt cannot be read (ENOENT)'],
    [['preview', '/'], '/ is a folder'],
    [['preview', 'ftp://user:canary@host.example/'], 'the url must be an absolute url that begins with http:// or https://'],
    [['preview', 'https://user:canary@host.example/'], 'the url must not hold a user or password'],
    [['preview', '-', '--json-path', '$[?(@.x)]'], 'json.path filters are not supported'],
    [['preview', '-', '--json-path', '$', '--csv-field-num', '0'], 'at most one of'],
    [['preview', '-', '--csv-field-num', '-1'], 'Expected a whole number'],
    [['preview', '-', '--csv-delimiter', '::'], 'csv.columnDelimiter must be exactly one character'],
    [['preview', '-', '--content', 'Ips'], 'Allowed choices are IPSet, DomainNameSet'],
    [['preview', '-', '-f', '/nowhere/feed.yaml'], '/nowhere/feed.yaml cannot be read (ENOENT)'],
    [['preview', '-', '--feed', 'a'], 'there is none'],
  ])('exits with 2 for %j', async (argv, message) => {
    const { code, out, err } = await run(argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).not.toContain('canary')
  })

  it('exits with 2 for a feed file that is wrong, or does not say which feed', async () => {
    const list = file('list.txt', '192.0.2.1\n')
    const one = 'apiVersion: projectcalico.org/v3\nkind: GlobalThreatFeed\nmetadata:\n  name: a\n'
    const two = file('two.yaml', `${one}---\n${one.replace('name: a', 'name: b')}`)
    expect(await run(['preview', list, '-f', two])).toMatchObject({ code: 2, err: 'threatfeed: the file has 2 feeds: say which with --feed NAME' })
    expect((await run(['preview', list, '-f', two, '--feed', 'b'])).code).toBe(0)
    expect((await run(['preview', list, '-f', two, '--feed', 'c'])).err).toContain('no feed named c')
    expect((await run(['preview', '-f', two, '--feed', 'b'])).err).toContain('feed b has no pull: give the FILE or URL of its list')
    expect((await run(['preview', list, '-f', feed({}), '--content', 'IPSet'])).err).toContain('--content and -f both say how to read the list')
    const wrong = file('wrong.yaml', `${one}spec:\n  conten: IPSet\n  mode: On\n`)
    expect((await run(['preview', list, '-f', wrong])).err).toBe(
      'threatfeed: feed a has 2 problems, the first in line 6: spec.conten is not a field of a GlobalThreatFeed: did you mean content?; `threatfeed validate -f FILE` shows all of them',
    )
  })
})

describe('threatfeed validate', () => {
  it('exits with 0 for valid feeds, and with 2 naming file, line and field', async () => {
    expect(await run(['validate', '-f', feed({})])).toEqual({ code: 0, out: 'feed a is valid', err: '' })
    const wrong = feed({ format: { csv: {} } })
    expect(await run(['validate', '-f', wrong])).toMatchObject({
      code: 2,
      out: expect.stringMatching(/feed\.json:1:\d+: spec\.pull\.http\.format\.csv must have exactly one of fieldNum and fieldName, found neither\nfeed a has 1 problem$/) as string,
      err: '',
    })
    const json = await run(['validate', '-f', wrong, '--output', 'json'])
    expect(json.code).toBe(2)
    expect(JSON.parse(json.out)).toMatchObject({ valid: false, feeds: [{ name: 'a', problems: [{ line: 1, field: 'spec.pull.http.format.csv' }] }] })
    expect(json.out).not.toContain('canary')
    expect((await run(['validate'])).err).toContain("required option '-f, --file <file>'")
  })

  it('takes the examples', async () => {
    for (const name of ['deny-list', 'scanners', 'malware-domains', 'honeypot-hits']) {
      expect(await run(['validate', '-f', `examples/${name}.yaml`])).toEqual({ code: 0, out: `feed ${name} is valid`, err: '' })
    }
  })
})
