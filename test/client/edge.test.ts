import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ClientError } from '../../client/client-error.ts'
import { EdgeClient, type EdgeClientOptions } from '../../client/edge.ts'

const KEY = 'canary-of-a-key'
const NEVER = new AbortController().signal

interface Asked {
  readonly url: string
  readonly authorization: string | undefined
  readonly type: string | undefined
  readonly body: string
}
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Stands for Temporal's HTTP API: the answers are those that a server of 1.32 gave. */
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization, type: request.headers.accept, body: Buffer.concat(parts).toString() })
    answer(request, response)
  })
})
let asked: Asked[] = []
let answer: Answer
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
})

const client = (options: Partial<EdgeClientOptions> = {}): EdgeClient => new EdgeClient({ url, cluster: 'c', apiKey: KEY, ...options })
const json =
  (status: number, body: unknown): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** What a call fails with; the key is in none of it, whatever the server says. */
async function failure(call: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ClientError)) throw new Error('no ClientError', { cause: error })
  expect(`${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(/canary|127\.0\.0\.1/)
  return error
}

describe('what an edge client is made with', () => {
  it.each<[string, Partial<EdgeClientOptions>]>([
    ['url', { url: 'ftp://canary' }],
    ['url', { url: 'canary' }],
    ['url', { url: 'https://canary:canary@temporal.example' }],
    ['url', { url: 'https://temporal.example/?key=canary' }],
    ['url', { url: 'http://temporal.example' }],
    ['apiKey', { apiKey: 'canary\ncanary' }],
    ['apiKey', { apiKey: '' }],
    ['apiKey', { apiKey: 'canáry' }],
    ['namespace', { namespace: 'canary/../x' }],
    ['cluster', { cluster: 'Canary"' }],
  ])('is refused by the name of the option, %s, and without its value', async (option, options) => {
    const error = await failure(Promise.resolve().then(() => client(options)))
    expect(error).toMatchObject({ code: 'invalid', message: expect.stringMatching(new RegExp(`^${option} must `)) as string })
  })

  it.each(['https://temporal.example:7243', 'https://temporal.example/below/', 'http://localhost:7243', 'http://[::1]:7243'])('may be the url %s', (given) => {
    expect(() => client({ url: given })).not.toThrow()
  })
})

describe('the HTTP API of Temporal', () => {
  it('is asked with the key as a bearer, below the path of the url', async () => {
    answer = json(200, {})
    expect(await client({ url: `${url}/below/` }).list(NEVER)).toEqual([])
    expect(asked).toEqual([{ url: expect.stringMatching(/^\/below\/api\/v1\/namespaces\/default\/workflows\?/) as string, authorization: `Bearer ${KEY}`, type: 'application/json+no-payload-shorthand', body: '' }])
  })

  it('is sent no key where there is none', async () => {
    answer = json(200, {})
    await new EdgeClient({ url }).list(NEVER)
    expect(asked[0]?.authorization).toBeUndefined()
  })

  it.each<[string, number, unknown, string, RegExp]>([
    ['a wrong key', 401, { code: 16, message: `Bearer ${KEY} is wrong` }, 'failed', /refuses the request: HTTP status 401/],
    ['a key without the right', 403, { code: 7, message: KEY }, 'failed', /HTTP status 403/],
    ['another namespace', 404, { code: 5, message: KEY, details: [{ '@type': 'type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure' }] }, 'invalid', /no such namespace/],
    ['a refusal', 400, { code: 3, message: KEY }, 'failed', /gRPC status 3/],
    ['another server', 404, KEY, 'failed', /not the HTTP API of Temporal: HTTP status 404/],
  ])('says of %s what it is, and nothing that the server said', async (_, status, body, code, message) => {
    answer = json(status, body)
    expect(await failure(client().list(NEVER))).toMatchObject({ code, message: expect.stringMatching(message) as string })
    expect(await failure(client().start('a', NEVER))).toMatchObject({ code })
    expect(asked).toHaveLength(2)
  })

  it.each<[string, Answer]>([
    ['is too busy', json(429, { code: 8, message: KEY })],
    ['is away', json(503, { code: 14, message: KEY })],
    ['is behind a proxy that is alone', (_, response) => response.writeHead(502).end(KEY)],
    ['breaks off', (request) => request.socket.destroy()],
  ])('is asked three times where it %s', async (_, given) => {
    answer = given
    expect(await failure(client().list(NEVER))).toMatchObject({ code: 'unreachable' })
    expect(asked).toHaveLength(3)
    answer = (request, response) => (asked.length < 5 ? given : json(200, {}))(request, response)
    expect(await client().list(NEVER)).toEqual([])
  })

  it('is not there', async () => {
    expect(await failure(client({ url: 'http://127.0.0.1:9' }).list(NEVER))).toMatchObject({ code: 'unreachable' })
  })

  it('is left when its answer has more than 4 MiB', async () => {
    let sent = 0
    answer = (_, response) => {
      response.writeHead(200)
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) sent += 1
      }
      response.on('drain', more)
      more()
    }
    expect(await failure(client().list(NEVER))).toMatchObject({ code: 'failed', message: "Temporal's answer has more than 4194304 bytes" })
    expect(sent * 65_536).toBeLessThan(32 * 1024 * 1024)
  })

  it('is not believed when it answers something else than JSON', async () => {
    answer = (_, response) => response.writeHead(200).end('<html>')
    expect(await failure(client().list(NEVER))).toMatchObject({ code: 'failed', message: expect.stringContaining('no JSON') as string })
  })

  it('takes the key nowhere else', async () => {
    answer = (_, response) => response.writeHead(307, { location: `${url}/elsewhere` }).end()
    expect(await failure(client().list(NEVER))).toMatchObject({ code: 'failed', message: expect.stringContaining('HTTP status 307') as string })
    expect(asked).toHaveLength(1)
  })

  it('is waited for as long as the caller will', async () => {
    answer = () => undefined
    const controller = new AbortController()
    const call = client().list(controller.signal)
    setTimeout(() => controller.abort(), 50)
    expect(await failure(call)).toMatchObject({ code: 'failed', message: expect.stringContaining('given up') as string })
    expect(asked).toHaveLength(1)
    expect(await failure(client().list(controller.signal))).toMatchObject({ code: 'failed' })
    expect(asked).toHaveLength(1)
  })
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const payload = (value: unknown, encoding = 'json/plain'): unknown => ({ metadata: { encoding: base64(encoding), type: base64('Keyword') }, data: base64(JSON.stringify(value)) })
const payloads = (values: object): object => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, payload(value)]))
const run = (name: string, memo: object, indexedFields: object = {}): unknown => ({ execution: { workflowId: `threatfeed/c/${name}` }, memo: { fields: payloads(memo) }, searchAttributes: { indexedFields } })

describe('list', () => {
  it('goes through all pages, and takes nothing that is not a feed of this cluster', async () => {
    const pages = [
      { executions: [run('b', { health: 'Disabled', members: 3 }, { FeedContent: payload('DomainNameSet') }), { execution: {} }, null], nextPageToken: 'a+/=' },
      { executions: [run('a', {}, { FeedHealth: payload('Failing'), FeedContent: payload('IPSet', 'binary/encrypted') }), { execution: { workflowId: 'threatfeed/other/x' } }, run('new', { health: 7, members: 'x' })] },
    ]
    answer = (request, response) => json(200, pages[asked.length - 1])(request, response)
    const unknown = { source: null, running: true, lastSuccessfulSync: null, lastSuccessfulSearch: null, errorConditions: null }
    expect(await client().list(NEVER)).toEqual([
      { name: 'a', content: null, mode: 'Enabled', health: 'Failing', members: null, ...unknown },
      { name: 'b', content: 'DomainNameSet', mode: 'Disabled', health: 'Disabled', members: 3, ...unknown },
      { name: 'new', content: null, mode: null, health: null, members: null, ...unknown },
    ])
    const [first, second] = asked.map(({ url: at }) => new URL(at, url).searchParams)
    expect(first?.get('query')).toBe('WorkflowId STARTS_WITH "threatfeed/c/" AND ExecutionStatus = "Running"')
    expect([first?.get('nextPageToken'), second?.get('nextPageToken')]).toEqual([null, 'a+/='])
  })

  it('ends after fifty pages of a server that always has another', async () => {
    answer = json(200, { executions: [], nextPageToken: 'more' })
    expect(await failure(client().list(NEVER))).toMatchObject({ code: 'failed', message: expect.stringContaining('more than 10000 feeds') as string })
    expect(asked).toHaveLength(50)
  })
})

/** The end of a request as the server tells it, with what the workflow returned. */
const ended = (result: unknown): Answer => json(200, { history: { events: [{ eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED', workflowExecutionCompletedEventAttributes: { result } }] } })
const done = (value: unknown): Answer => (request, response) => (request.method === 'POST' ? json(200, {}) : ended({ payloads: [payload(value)] }))(request, response)

describe('a request', () => {
  it('is a workflow under an id without slashes, on the queue of the controller, and its end the answer', async () => {
    answer = done({ done: { uid: 'u', resource: 'enabled' } })
    expect(await client().start('ä', NEVER)).toEqual({ name: 'ä', uid: 'u', resource: 'enabled', workflowId: 'threatfeed/c/ä' })
    const [started, polled] = asked
    expect(started?.url).toMatch(/^\/api\/v1\/namespaces\/default\/workflows\/threatfeed-request\.c\.[0-9a-f-]{36}$/)
    expect(JSON.parse(started?.body ?? '')).toMatchObject({
      workflowType: { name: 'feedRequest' },
      taskQueue: { name: 'threatfeed-control-c' },
      input: { payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64(JSON.stringify({ feed: { cluster: 'c', name: 'ä' }, request: { kind: 'start' } })) }] },
      workflowExecutionTimeout: '600s',
      workflowIdReusePolicy: 'WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE',
    })
    expect(polled?.url).toContain(`${started?.url ?? ''}/history?waitNewEvent=true`)
  })

  it('that was done already answers as it did', async () => {
    answer = (request, response) =>
      (request.method === 'POST' ? json(409, { code: 6 }) : ended({ payloads: [payload({ done: { outcome: 'updated', message: '3 members' } })] }))(request, response)
    expect(await client().refresh('a', { wait: true, key: 'k' }, NEVER)).toEqual({ name: 'a', outcome: 'updated', message: '3 members' })
  })

  it('that was refused before is asked once more', async () => {
    const reuse = (): unknown => (JSON.parse(asked.at(-1)?.body ?? '') as { readonly workflowIdReusePolicy: unknown }).workflowIdReusePolicy
    const ends: unknown[] = []
    answer = (request, response) => {
      const isNew = request.method !== 'POST' || reuse() === 'WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE'
      const sent = request.method === 'POST' ? json(isNew ? 200 : 409, isNew ? {} : { code: 6 }) : ended({ payloads: [payload(ends.shift())] })
      sent(request, response)
    }
    const refused = { refused: 'not-found', message: 'there is no feed named a' }
    ends.push(refused, { done: { outcome: 'requested', message: '' } })
    expect(await client().refresh('a', { wait: false, key: 'k' }, NEVER)).toMatchObject({ outcome: 'requested' })
    expect(asked.map(({ body }) => body !== '')).toEqual([true, false, true, false])
    ends.push(refused, { ...refused, message: 'still none' })
    expect(await failure(client().refresh('a', { wait: false, key: 'k' }, NEVER))).toMatchObject({ code: 'not-found', message: 'still none' })
    expect(asked).toHaveLength(8)
  })

  it('that no worker takes in five seconds is left to Temporal, which is asked once for its end', async () => {
    vi.useFakeTimers()
    try {
      const calls: (string | undefined)[] = []
      const silent = (_: string, { method, signal }: RequestInit): Promise<Response> => {
        calls.push(method)
        return method === 'POST' ? Promise.resolve(Response.json({})) : new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
      }
      const refreshed = client({ fetch: silent }).refresh('a', { wait: false }, NEVER)
      await vi.advanceTimersByTimeAsync(5_100)
      expect(vi.getTimerCount()).toBe(0)
      expect((await refreshed).message).toContain('once a worker is there')
      expect(calls).toEqual(['POST', 'GET'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('is asked for again while it has not ended', async () => {
    answer = (request, response) =>
      (request.method === 'POST' ? json(200, {}) : asked.length < 4 ? json(200, { history: {}, nextPageToken: 'dG9rZW4=' }) : ended({ payloads: [payload({ done: { outcome: 'disabled', runId: null } })] }))(request, response)
    expect(await client().cancel('a', NEVER)).toEqual({ name: 'a', outcome: 'disabled', runId: null })
    expect(asked.slice(2).map(({ url: at }) => new URL(at, url).searchParams.get('nextPageToken'))).toEqual(['dG9rZW4=', 'dG9rZW4='])
  })

  it.each(['not-found', 'failed', 'unreachable', 'invalid'])('that is refused as %s fails so', async (code) => {
    answer = done({ refused: code, message: 'why' })
    expect(await failure(client().describe('a', NEVER))).toMatchObject({ code, message: 'why' })
  })

  it.each<[string, unknown]>([
    ['a code that is none', { refused: 'else', message: KEY }],
    ['nothing', null],
    ['a text', KEY],
  ])('that ends with %s has no answer', async (_, value) => {
    answer = done(value)
    expect(await failure(client().start('a', NEVER))).toMatchObject({ code: 'failed', message: expect.stringContaining('without an answer') as string })
  })

  it('that nobody waits for is kept for a day', async () => {
    answer = done({ done: { outcome: 'requested', message: '' } })
    await client().refresh('a', { wait: false }, NEVER)
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ workflowExecutionTimeout: '86400s' })
  })

  it.each(['', 'a.b', 'a/b', 'x'.repeat(101)])('is not sent under the key "%s"', async (key) => {
    expect(await failure(client().refresh('a', { wait: false, key }, NEVER))).toMatchObject({ code: 'invalid' })
    expect(asked).toEqual([])
  })

  it.each(['', 'x'.repeat(254)])('is not sent for a name that no object has', async (name) => {
    expect(await failure(client().start(name, NEVER))).toMatchObject({ code: 'not-found' })
    expect(asked).toEqual([])
  })

  it('is written out as far as its run knows, and says what is not to be had', async () => {
    answer = done({ done: { uid: 'u', mode: 'Enabled', run: null, report: null } })
    const { unavailable, ...rest } = await client().describe('a', NEVER)
    expect(rest).toMatchObject({ name: 'a', uid: 'u', mode: 'Enabled', running: false, content: null, set: null, attempts: null, rejected: null })
    expect(unavailable).toEqual([
      expect.stringMatching(/^description, pull and networkSet: /),
      expect.stringMatching(/^rejected entries: /),
      expect.stringMatching(/^the newest window: /),
      'the run: none runs, so that what it knows is not told',
    ])
  })
})
