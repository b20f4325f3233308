import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { serveOn, type Serving, SERVING_RUNTIMES } from '../../bench/receiver/servings.ts'
import { elasticsearchSetStore } from '../../adapters/elasticsearch/set-store.ts'
import { indexNames } from '../../adapters/elasticsearch/indices.ts'
import { setFromValues } from '../../domain/sets/set-from-values.ts'
import type { Content } from '../../domain/feed/content.ts'
import type { PushAnswer } from '../../receiver/push-record.ts'
import { type Ground, openGround, SECRET_TOKEN, TOKEN, webhook } from './ground.ts'

const PROBLEM = 'urn:threatfeed:problem:'

interface Push {
  readonly feed?: string
  readonly query?: string
  readonly type?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

describe.each(SERVING_RUNTIMES)('the receiver on $name', (runtime) => {
  let ground: Ground
  let serving: Serving
  let feed: string

  beforeAll(async () => {
    ground = await openGround(inject('servers')['ELASTICSEARCH_URL'] ?? '')
    serving = await serveOn(runtime, ground.env)
  })
  afterAll(async () => {
    await serving.stop()
    await ground.close()
  })
  beforeEach(async () => {
    feed = 'addresses'
    await ground.elasticsearch.delete({ index: ground.index('IPSet'), id: feed }, { ignore: [404] })
  })

  const push = ({ feed: name = feed, query = '', type = 'text/plain', body = '', token = TOKEN, headers = {} }: Push): Promise<Response> =>
    fetch(`${serving.url}/feeds/${name}/set${query}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers } })
  const stored = async (answer: Response): Promise<PushAnswer> => {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    return (await answer.json()) as PushAnswer
  }
  const problem = async (answer: Response): Promise<{ readonly code: string; readonly status: number; readonly detail: string; readonly title: string; readonly errors?: unknown }> => {
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const { type, ...rest } = (await answer.json()) as { type: string; status: number; detail: string; title: string }
    expect(rest.status).toBe(answer.status)
    expect(type).toContain(PROBLEM)
    return { code: type.slice(PROBLEM.length), ...rest }
  }
  /** What the worker makes of the document. */
  const read = async (content: Content, name: string): Promise<string> => {
    const cluster = indexNames(ground.env['CLUSTER_NAME'] ?? '')
    const found = await elasticsearchSetStore(ground.elasticsearch, cluster).read(content, name, AbortSignal.timeout(30_000))
    const result = await setFromValues(found?.members, content)
    return result.ok ? result.parsed.set.sha256 : result.message
  }

  it('S-01 S-02 F-01 N-03 writes a text list as the set that a worker reads, and counts what it rejected', async () => {
    const answer = await stored(await push({ body: '\ufeff# list\r\n198.51.100.7 # seen\r\n2001:DB8::1/32\n10.1.2.3/8\nnot one\n198.51.100.7\n01.2.3.4\n' }))
    expect(answer).toMatchObject({
      feed,
      content: 'IPSet',
      set: { members: 3 },
      entries: 6,
      rejected: {
        total: 2,
        byReason: { 'not-an-address': 1, 'leading-zero': 1 },
        samples: [
          { line: 5, value: 'not one', reason: 'not-an-address' },
          { line: 7, value: '01.2.3.4', reason: 'leading-zero' },
        ],
      },
    })
    expect(Date.parse(answer.at)).toBeGreaterThan(0)
    // Without `created_at`, which would make it the worker's own (S-05).
    expect(await ground.document('IPSet', feed)).toEqual({ ips: ['10.0.0.0/8', '198.51.100.7/32', '2001:db8::/32'] })
    expect(await read('IPSet', feed)).toBe(answer.set.sha256)
  })

  it('F-02 F-04 N-04 takes the column of a csv that the query names, packed by gzip', async () => {
    const body = gzipSync('when;name\n1;"MÜNCHEN.example"\n2;bad.example.\n3;"a ""b"" c"\n')
    const answer = await stored(
      await push({ feed: 'names.example', token: SECRET_TOKEN, type: 'text/csv; charset=UTF-8', query: '?fieldName=name&columnDelimiter=%3B', body, headers: { 'content-encoding': 'gzip' } }),
    )
    expect(answer).toMatchObject({ content: 'DomainNameSet', set: { members: 2 }, entries: 3, rejected: { total: 1 } })
    expect(await ground.document('DomainNameSet', 'names.example')).toEqual({ domains: ['bad.example', 'xn--mnchen-3ya.example'] })
    expect(await read('DomainNameSet', 'names.example')).toBe(answer.set.sha256)
  })

  it('F-03 F-09 takes a column by its number, and a json by its path', async () => {
    await stored(await push({ type: 'text/csv', query: '?fieldNum=1', body: 'x,192.0.2.1\ny,192.0.2.2\n' }))
    expect(await ground.document('IPSet', feed)).toEqual({ ips: ['192.0.2.1/32', '192.0.2.2/32'] })
    const answer = await stored(await push({ type: 'application/json', query: '?path=%24.hits%5B*%5D.ip', body: '{"hits":[{"ip":"192.0.2.3"},{"ip":7}]}' }))
    expect(answer.rejected).toEqual({ total: 1, byReason: { 'not-a-string': 1 }, samples: [{ line: 2, value: 'a number', reason: 'not-a-string' }] })
    expect(await ground.document('IPSet', feed)).toEqual({ ips: ['192.0.2.3/32'] })
  })

  it('P-11 S-03 empties a set only where the query says so', async () => {
    await stored(await push({ body: '192.0.2.1\n' }))
    const refused = await problem(await push({ body: '# nothing today\n' }))
    expect(refused).toMatchObject({ code: 'refused', status: 422 })
    expect(refused.detail).toContain('allowEmpty=true')
    expect(await ground.document('IPSet', feed)).toEqual({ ips: ['192.0.2.1/32'] })
    expect((await stored(await push({ query: '?allowEmpty=true', body: '# nothing today\n' }))).set.members).toBe(0)
    expect(await ground.document('IPSet', feed)).toEqual({ ips: [] })
  })

  it('S-04 reads again when another writer is first, and gives up when others never cease', async () => {
    await stored(await push({ body: '192.0.2.1\n' }))
    const others = (count: number): void => {
      for (let n = 0; n < count; n++) {
        ground.store.before(
          ({ method }) => method === 'PUT',
          async () => {
            await ground.write('IPSet', feed, { ips: [`6.6.6.${String(n)}/32`] })
            return undefined
          },
        )
      }
    }
    others(1)
    await stored(await push({ body: '192.0.2.2\n' }))
    expect(await ground.document('IPSet', feed)).toEqual({ ips: ['192.0.2.2/32'] })
    others(5)
    expect(await problem(await push({ body: '192.0.2.3\n' }))).toMatchObject({ code: 'conflict', status: 409 })
    expect(await ground.document('IPSet', feed)).toEqual({ ips: ['6.6.6.4/32'] })
  })

  it('answers the same key with the same body as before, without a second write, however it is packed', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = Array.from({ length: 40_000 }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}\n`).join('')
    const first = await push({ body, headers })
    const text = await first.text()
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([200, null])
    await stored(await push({ body: '192.0.2.1\n', headers: { 'idempotency-key': randomUUID() } }))
    await stored(await push({ body: '192.0.2.2\n' }))
    const before = ground.puts()
    const again = await push({ body: gzipSync(body), headers: { ...headers, 'content-encoding': 'gzip' } })
    expect([again.status, again.headers.get('idempotent-replayed'), await again.text()]).toEqual([200, 'true', text])
    for (const other of [{ body: `${body}192.0.2.9\n` }, { body, query: '?allowEmpty=true' }]) {
      expect(await problem(await push({ ...other, headers }))).toMatchObject({ code: 'key-reused', status: 422 })
    }
    expect(ground.puts()).toBe(before)
    expect((await ground.document('IPSet', feed))?.['ips']).toEqual(['192.0.2.2/32'])
  })

  it('writes once where two with one key come at once', async () => {
    const version = async (): Promise<number> => (await ground.elasticsearch.get({ index: ground.index('IPSet'), id: feed }))._version ?? 0
    await stored(await push({ body: '192.0.2.1\n' }))
    const before = await version()
    const headers = { 'idempotency-key': randomUUID() }
    const texts = new Set(await Promise.all([1, 2, 3].map(async () => (await push({ body: '192.0.2.2\n', headers })).text())))
    expect(texts.size).toBe(1)
    expect(await version()).toBe(before + 1)
  })

  it('says what is wrong and where, and writes nothing', async () => {
    const before = ground.puts()
    const cases: readonly (readonly [Push, string, number, string])[] = [
      [{ token: 'a-token-of-some-length-0123456780' }, 'unauthorized', 401, 'none of this feed'],
      [{ token: '' }, 'unauthorized', 401, 'holds no bearer token'],
      [{ feed: 'names.example' }, 'unauthorized', 401, 'none of this feed'],
      [{ feed: 'unknown' }, 'unauthorized', 401, 'none of this feed'],
      [{ type: 'application/xml' }, 'unsupported-type', 415, 'text/plain, application/json, text/csv'],
      [{ type: 'text/plain; charset=latin1' }, 'unsupported-type', 415, 'utf-8'],
      [{ headers: { 'content-encoding': 'br' } }, 'unsupported-encoding', 415, 'gzip'],
      [{ query: '?path=%24' }, 'invalid-query', 400, 'query "path" is not known here'],
      [{ type: 'text/csv' }, 'invalid-query', 400, 'must have exactly one of fieldNum and fieldName'],
      [{ type: 'text/csv', query: '?fieldNum=-1' }, 'invalid-query', 400, 'query fieldNum must be a whole number'],
      [{ type: 'text/csv', query: '?fieldNum=1&fieldNum=2' }, 'invalid-query', 400, 'must be given once'],
      [{ type: 'application/json', query: '?path=%24%5B%3F(1)%5D', body: '[]' }, 'invalid-query', 400, 'filters are not supported'],
      [{ headers: { 'idempotency-key': 'a b' } }, 'invalid-key', 400, 'has 3 characters'],
      [{ body: '<html><body>an error</body></html>' }, 'refused', 422, 'HTML page'],
      [{ body: 'bad.example\nworse.example\n' }, 'refused', 422, 'domain names, as in a DomainNameSet'],
      [{ type: 'application/json', query: '?path=%24', body: '["192.0.2.1",\n' }, 'refused', 422, 'line 2'],
      [{ type: 'text/csv', query: '?fieldNum=0', body: '192.0.2.1,"a\n192.0.2.2,b\n' }, 'refused', 422, 'line 1'],
      [{ body: gzipSync('192.0.2.1\n').subarray(0, 20), headers: { 'content-encoding': 'gzip' } }, 'broken-body', 400, 'gzip'],
      [{ body: '192.0.2.1\n', headers: { 'content-encoding': 'gzip' } }, 'broken-body', 400, 'gzip'],
      [{ body: Buffer.concat([gzipSync('192.0.2.1\n'), gzipSync('198.51.100.0/24\n')]), headers: { 'content-encoding': 'gzip' } }, 'broken-body', 400, 'nothing after it'],
      [{ body: Buffer.concat([gzipSync('192.0.2.1\n'), Buffer.alloc(1), gzipSync('198.51.100.0/24\n')]), headers: { 'content-encoding': 'gzip' } }, 'broken-body', 400, 'nothing after it'],
      [{ body: Buffer.concat([gzipSync('192.0.2.1\n'), Buffer.alloc(65_536)]), headers: { 'content-encoding': 'gzip' } }, 'broken-body', 400, 'nothing after it'],
    ]
    for (const [given, code, status, detail] of cases) {
      const answered = await problem(await push(given))
      expect(answered, JSON.stringify(given)).toMatchObject({ code, status, detail: expect.stringContaining(detail) })
      expect(answered.title).not.toBe('')
    }
    const unknown = await push({ feed: 'unknown' })
    const wrong = await push({ token: 'a-token-of-some-length-0123456780' })
    expect([unknown.headers.get('www-authenticate'), await unknown.text()]).toEqual([wrong.headers.get('www-authenticate'), await wrong.text()])
    const get = await fetch(`${serving.url}/feeds/${feed}/set`)
    expect([get.headers.get('allow'), await problem(get)]).toMatchObject(['POST', { code: 'method-not-allowed', status: 405 }])
    expect(await problem(await fetch(`${serving.url}/else`, { method: 'POST' }))).toMatchObject({ code: 'not-found', status: 404 })
    expect(ground.puts()).toBe(before)
    expect(await ground.document('IPSet', feed)).toBeNull()
  })

  it('says that the store does not answer, refuses or is full, and never what it said', async () => {
    for (const [method, what] of [['GET', 'a read'], ['PUT', 'a write']] as const) {
      ground.store.before((request) => request.method === method, async () => 'refuse')
      const answered = await push({ body: '192.0.2.1\n' })
      expect(answered.headers.get('retry-after')).toBe('10')
      expect(await problem(answered)).toMatchObject({ code: 'store-unavailable', status: 503, detail: expect.stringContaining(`unavailable_shards_exception, to ${what}`) })
    }
    await ground.write('IPSet', 'addresses', { ips: [] })
    await ground.elasticsearch.indices.close({ index: ground.index('IPSet') })
    const answered = await problem(await push({ body: '192.0.2.1\n' }))
    await ground.elasticsearch.indices.open({ index: ground.index('IPSet') })
    expect(answered).toMatchObject({ code: 'store-refused', status: 502, detail: expect.stringContaining('index_closed_exception') })
  })

  it('refuses a webhook that is old or of another key, and says that Temporal is not there', async () => {
    const send = async (message: ReturnType<typeof webhook>, name = 'pulled') => problem(await fetch(`${serving.url}/feeds/${name}/refresh`, message))
    expect(await send(webhook(400))).toMatchObject({ code: 'unauthorized', status: 401, detail: expect.stringMatching(/^the header webhook-timestamp is 40\d s old/) })
    expect(await send(webhook(-400))).toMatchObject({ code: 'unauthorized', status: 401, detail: expect.stringContaining('s ahead') })
    expect(await send(webhook(0, 'another-secret-of-some-length'))).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(await send({ ...webhook(), body: '{"type":"other"}' })).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(await send(webhook(), feed)).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(await send(webhook())).toMatchObject({ code: 'temporal-unavailable', status: 503 })
  })
})
