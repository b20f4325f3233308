import { describe, expect, it } from 'vitest'
import { serve, serveBytes, valuesOf } from './ill-server.ts'
import { bodyOf, failureOf, pull } from './pull.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')

describe('what a feed host answers', () => {
  it('P-03 gives the validators of a body, and sends them back', async () => {
    const server = await serve((request, response) => {
      if (request.headers['if-none-match'] === 'W/"7"') response.writeHead(304).end()
      else response.writeHead(200, { etag: 'W/"7"', 'last-modified': 'Sun, 01 Mar 2026 10:00:00 GMT', 'content-type': 'text/plain' }).end('1.2.3.4\n')
    })
    const first = await pull(server.url)
    expect(first).toMatchObject({
      kind: 'body',
      contentType: 'text/plain',
      validators: { etag: 'W/"7"', lastModified: 'Sun, 01 Mar 2026 10:00:00 GMT' },
    })
    const validators = first.kind === 'body' ? first.validators : null
    expect(await pull(server.url, { request: { validators } })).toEqual({ kind: 'not-modified' })
    expect(valuesOf(server.seen[0], 'if-none-match')).toEqual([])
    expect(valuesOf(server.seen[1], 'if-none-match')).toEqual(['W/"7"'])
    expect(valuesOf(server.seen[1], 'if-modified-since')).toEqual(['Sun, 01 Mar 2026 10:00:00 GMT'])
  })

  it('P-03 keeps a validator of 1,024 characters, and none that is longer or empty', async () => {
    const long = `"${'e'.repeat(1022)}"`
    const server = await serve((request, response) => {
      const etag = request.url === '/long' ? `${long}e` : request.url === '/empty' ? '' : long
      response.writeHead(200, { etag, 'last-modified': 'Sun, 01 Mar 2026 10:00:00 GMT' }).end('x')
    })
    const lastModified = 'Sun, 01 Mar 2026 10:00:00 GMT'
    expect(await pull(`${server.url}/`)).toMatchObject({ validators: { etag: long, lastModified } })
    for (const path of ['long', 'empty']) expect(await pull(`${server.url}/${path}`)).toMatchObject({ validators: { lastModified } })
    const kept = await pull(`${server.url}/long`)
    expect(kept.kind === 'body' && kept.validators).toEqual({ lastModified })
  })

  it('P-03 a 304 to a request without validators is a failure', async () => {
    const server = await serve((_request, response) => response.writeHead(304).end())
    const failure = await failureOf(server.url)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: { status: 304, slow: true } })
    expect(failure.message).toContain('304')
  })

  it.each([[408], [425], [429], [500], [502], [503], [504], [599]])('P-06 waits after a %i as after a lost connection', async (status) => {
    const server = await serve((_request, response) => response.writeHead(status).end('<b>secret</b>'))
    const failure = await failureOf(server.url)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: { status } })
    expect(failure.fields.slow).toBeUndefined()
    expect(failure.message).toBe(`127.0.0.1:${server.port}: answered ${status}`)
  })

  it.each([[400], [401], [403], [404], [410], [451]])('P-06 waits longer after a %i', async (status) => {
    const server = await serve((_request, response) => response.writeHead(status).end())
    expect(await failureOf(server.url)).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: { status, slow: true } })
  })

  it.each([[201], [202], [206], [300], [305]])('P-06 an answer that brings no list (%i) is a failure', async (status) => {
    const server = await serve((_request, response) => response.writeHead(status).end('1.2.3.4\n'))
    expect(await failureOf(server.url)).toMatchObject({ code: 'PullFailed', fields: { status, slow: true } })
  })

  it.each([
    ['120', 120],
    ['Sun, 01 Mar 2026 12:10:00 GMT', 600],
    ['Sunday, 01-Mar-26 12:10:00 GMT', 600],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['2026', 2026],
    ['Sun Mar  1 12:10:00 2026', 600],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 251_629_934_399],
    ['999999999', 999_999_999],
    ['9999999999', undefined],
    ['Sun, 01 Foo 2026 12:10:00 GMT', undefined],
    ['  60 ', 60],
    ['', undefined],
  ])('P-06 reads Retry-After: %s', async (value, seconds) => {
    const server = await serve((_request, response) => response.writeHead(429, { 'retry-after': value }).end())
    const failure = await failureOf(server.url, { now: () => NOON })
    expect(failure.fields.retryAfterS).toBe(seconds)
  })

  it('P-06 names a refused connection, and waits', async () => {
    const server = await serve((_request, response) => response.end())
    const failure = await failureOf('http://127.0.0.1:1/list')
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', message: '127.0.0.1:1: it refuses connections (ECONNREFUSED)' })
    expect(failure.fields).toEqual({})
    expect(server.seen).toHaveLength(0)
  })

  it('P-06 names a host whose name does not resolve', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND feeds.test'), { code: 'ENOTFOUND' }))
    const failure = await failureOf('http://feeds.test/list?key=canary', { resolve })
    expect(failure.message).toBe('feeds.test: its name does not resolve (ENOTFOUND)')
  })

  it.each([
    ['that cuts the body in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n1.2.3.4\n'],
    ['that cuts a chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n1.2.3.4\n\r\n'],
    ['that cuts the header', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['that says nothing', ''],
  ])('P-06 a server %s is a failure of the connection', async (_name, bytes) => {
    const server = await serveBytes((socket) => socket.once('data', () => socket.end(bytes)))
    const failure = await failureOf(server.url)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait' })
    expect(failure.fields.slow).toBeUndefined()
  })

  it('P-06 a server that speaks something else is a failure', async () => {
    const server = await serveBytes((socket) => socket.once('data', () => socket.end('220 mail.example.com ESMTP\r\n')))
    expect((await failureOf(server.url)).message).toContain('it does not answer in HTTP')
  })

  it('P-08 reads a chunked body, and one that ends with its connection', async () => {
    const chunked = await serve((_request, response) => {
      response.write('1.2.3.4\n')
      response.end('5.6.7.8\n')
    })
    expect(await bodyOf(chunked.url)).toBe('1.2.3.4\n5.6.7.8\n')
    const closing = await serveBytes((socket) => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n1.2.3.4\n')))
    expect(await bodyOf(closing.url)).toBe('1.2.3.4\n')
  })

  it('V-14 sends configured headers in their order, the same name twice, and in place of our User-Agent', async () => {
    const server = await serve((_request, response) => response.end('x'))
    const headers = [
      ['X-Key', 'one'],
      ['x-other', 'grüße'],
      ['X-Key', 'two'],
      ['User-Agent', 'mine/1'],
    ] as const
    await bodyOf(server.url, { request: { headers } })
    const [seen] = server.seen
    expect(valuesOf(seen, 'x-key')).toEqual(['one', 'two'])
    expect(valuesOf(seen, 'user-agent')).toEqual(['mine/1'])
    expect(Buffer.from(valuesOf(seen, 'x-other')[0] ?? '', 'latin1').toString()).toBe('grüße')
    expect(seen?.headers.filter((_, at) => at % 2 === 0)).toEqual(expect.arrayContaining(['X-Key', 'x-other', 'User-Agent']))
  })

  it.each([
    [['X-Key', 'one\ntwo'], 'the value of the header X-Key holds control characters'],
    [['X Key', 'one'], 'a configured header has a name that is no HTTP token'],
  ] as const)('V-14 T-04 does not ask with a header that cannot be sent: %j', async (header, sentence) => {
    const server = await serve((_request, response) => response.end('x'))
    const failure = await failureOf(server.url, { request: { headers: [header] } })
    expect(failure.message).toBe(`127.0.0.1:${server.port}: ${sentence}`)
    expect(server.seen).toHaveLength(0)
  })

  it('V-14 says who asks when the feed does not', async () => {
    const server = await serve((_request, response) => response.end('x'))
    await bodyOf(server.url)
    expect(valuesOf(server.seen[0], 'user-agent')).toEqual(['threatfeed/test'])
    expect(valuesOf(server.seen[0], 'accept-encoding')).toEqual(['gzip, deflate, br'])
  })
})
