import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { errors, type Client } from '@elastic/elasticsearch'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, elasticsearchClient, storeFailure, type ElasticsearchSettings } from '../../../adapters/elasticsearch/client.ts'
import { readDocument } from '../../../adapters/elasticsearch/documents.ts'
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './certificate.ts'
import { signal } from './stores.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server that passes for Elasticsearch, and a client to it. */
async function talk(answer: Answer, settings: Partial<ElasticsearchSettings> = {}, tls?: { key: string; cert: string }): Promise<Client> {
  const handle: Answer = (request, response) => {
    response.setHeader('x-elastic-product', 'Elasticsearch')
    answer(request, response)
  }
  const server: Server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const client = elasticsearchClient({ url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`, ...settings })
  closing.push(() => client.close(), () => server.close())
  return client
}

function json(status: number, body: unknown): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

function failureOf(client: Client, index = 'some-index'): Promise<unknown> {
  return ask({ what: 'count things', index }, signal(), (aborted) => client.count({ index }, { signal: aborted })).then(
    () => null,
    (error: unknown) => error,
  )
}

describe('a client of Elasticsearch', () => {
  it.each([
    [{ apiKey: 'a2V5' }, 'ApiKey a2V5'],
    [{ username: 'elastic', password: 'pass' }, `Basic ${Buffer.from('elastic:pass').toString('base64')}`],
    [{}, undefined],
  ])('S-06 authenticates as it is configured', async (settings, expected) => {
    let authorization: string | undefined = 'none asked'
    const client = await talk((request, response) => {
      authorization = request.headers.authorization
      json(200, { count: 1 })(request, response)
    }, settings)
    await client.count({ index: 'x' })
    expect(authorization).toBe(expected)
  })

  it('S-06 trusts the configured authority and no other', async () => {
    const [key, cert] = [LOCALHOST_KEY, LOCALHOST_CERTIFICATE]
    const trusting = await talk(json(200, { count: 1 }), { ca: cert }, { key, cert })
    expect(await trusting.count({ index: 'x' })).toEqual({ count: 1 })
    expect(await failureOf(await talk(json(200, { count: 1 }), {}, { key, cert }))).toMatchObject({ code: 'StoreFailed', failureClass: 'wait' })
  })

  it.each([
    [429, 'wait'],
    [503, 'wait'],
    [401, 'user'],
    [400, 'user'],
  ])('tells of status %i by what was done, index, type and reason', async (status, failureClass) => {
    const error = { type: 'security_exception', reason: 'unable to authenticate user [elastic] for REST request' }
    const failure = await failureOf(await talk(json(status, { error, status })))
    expect(failure).toMatchObject({
      code: 'StoreFailed',
      failureClass,
      message: `Elasticsearch could not count things (index some-index): it answered ${status}, security_exception: ${error.reason}`,
    })
  })

  it('S-06 tells which privilege is missing, and not whose key lacks it', async () => {
    const reason =
      'action [indices:data/write/bulk[s]] is unauthorized for API key id [HRkcEKIBV2QJnIpV62qP] of user [admin] on indices [some-index], ' +
      'this action is granted by the index privileges [create_doc,create,delete,index,write,all]'
    expect(await failureOf(await talk(json(403, { error: { type: 'security_exception', reason }, status: 403 })))).toMatchObject({
      failureClass: 'user',
      message:
        'Elasticsearch could not count things (index some-index): it answered 403, security_exception: ' +
        'action [indices:data/write/bulk[s]] needs one of the index privileges [create_doc,create,delete,index,write,all]',
    })
  })

  it('S-01 has another try at once where an index is just being made', async () => {
    const error = { type: 'no_shard_available_action_exception', reason: 'No shard available for [get [some-index][a]: routing [null]]' }
    expect(await failureOf(await talk(json(503, { error, status: 503 })))).toMatchObject({ code: 'StoreFailed', failureClass: 'retry' })
  })

  it('T-04 never repeats what a reason of a parser, a body or an address may hold', async () => {
    const reason = "failed to parse field [ips] of type [ip_range] in document with id 'x'. Preview of field's value: 'canary.example'"
    const parsing = await failureOf(await talk(json(400, { error: { type: 'document_parsing_exception', reason }, status: 400 })))
    expect(String(parsing)).toBe(
      'FeedFailure: Elasticsearch could not count things (index some-index): it answered 400, document_parsing_exception at field ips of type ip_range',
    )
    const html = await failureOf(await talk((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<p>canary</p>')))
    expect(String(html)).toBe('FeedFailure: Elasticsearch could not count things (index some-index): it answered 502')
    const refused = await failureOf(elasticsearchClient({ url: 'http://canary:canary@127.0.0.1:9/canary' }))
    for (const failure of [parsing, html, refused]) {
      expect(JSON.stringify([failure, (failure as Error).stack])).not.toContain('canary')
      expect(failure).not.toHaveProperty('cause')
    }
  })

  it('N-06 tells what a document that is too large for the memory of the server needs', async () => {
    const reason = 'rejected execution of primary operation [coordinating_and_primary_bytes=87400341, max_primary_bytes=157286400]'
    const failure = await failureOf(await talk(json(429, { error: { type: 'es_rejected_execution_exception', reason }, status: 429 })))
    expect(failure).toMatchObject({ failureClass: 'wait', message: expect.stringContaining('about 50 times its size as heap') })
  })

  it('takes another code, and leaves a failure that is one already', () => {
    const failure = storeFailure(new errors.ConnectionError('http://canary'), { what: 'search', code: 'SearchFailed' })
    expect(failure).toMatchObject({ code: 'SearchFailed', message: 'Elasticsearch could not search: no connection' })
    expect(storeFailure(failure, { what: 'do else' })).toBe(failure)
  })

  it('refuses an answer over 110 MiB', async () => {
    const client = await talk((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(111 * 1024 * 1024) })
      response.write('{')
    })
    expect(String(await failureOf(client))).toContain('the answer was over 110 MiB')
  })

  it('throws the reason of an abort while it waits for an answer', async () => {
    const controller = new AbortController()
    const client = await talk(() => controller.abort(new RangeError('cancelled')))
    await expect(ask({ what: 'wait' }, controller.signal, (aborted) => client.count({ index: 'x' }, { signal: aborted }))).rejects.toThrow(RangeError)
  })

  it("keeps a timeout of the client's from those who listen to the signal", async () => {
    const controller = new AbortController()
    let aborts = 0
    controller.signal.addEventListener('abort', () => (aborts += 1))
    const client = await talk(() => undefined)
    const asked = ask({ what: 'wait' }, controller.signal, (aborted) => client.count({ index: 'x' }, { signal: aborted, requestTimeout: 20, maxRetries: 0 }))
    await expect(asked).rejects.toMatchObject({ code: 'StoreFailed' })
    expect(aborts).toBe(0)
  })

  it.each([
    ['a document', { _index: 'i', _id: 'x', found: false }, true],
    ['an index', { error: { type: 'index_not_found_exception', reason: 'no such index' }, status: 404 }, true],
    ['something that is not Elasticsearch', { message: 'no route' }, false],
  ])('takes a 404 for the absence of %s only when Elasticsearch says so', async (_, body, absent) => {
    const read = readDocument(await talk(json(404, body)), { index: 'i', id: 'x' }, 'read', signal())
    if (absent) expect(await read).toBeNull()
    else await expect(read).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'user' })
  })
})
