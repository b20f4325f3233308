import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { serve, serveBytes } from './ill-server.ts'
import { bodyOf, failureOf, MIB, pull } from './pull.ts'

const LIST = '1.2.3.4\n'.repeat(50_000)

describe('P-08 content encodings', () => {
  it.each([
    ['gzip', gzipSync(LIST)],
    ['x-gzip', gzipSync(LIST)],
    ['deflate', deflateSync(LIST)],
    ['deflate', deflateRawSync(LIST)],
    ['br', brotliCompressSync(LIST)],
    ['gzip, br', brotliCompressSync(gzipSync(LIST))],
    ['identity', Buffer.from(LIST)],
  ])('P-08 unpacks %s', async (encoding, body) => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body))
    expect((await bodyOf(server.url)) === LIST).toBe(true)
  })

  it.each([
    ['gzip', gzipSync(LIST).subarray(0, -20)],
    ['br', brotliCompressSync(LIST).subarray(0, -4)],
    ['deflate', deflateSync(LIST).subarray(0, -20)],
    ['gzip', Buffer.from('not packed at all')],
    ['br', Buffer.from('not packed at all')],
  ])('P-08 a damaged or cut %s body fails', async (encoding, body) => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body))
    const failure = await failureOf(server.url)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait' })
    expect(failure.message).toContain('cannot be unpacked')
  })

  it.each([['zstd'], ['gzip, gzip, gzip']])('P-08 refuses %s before reading the body', async (encoding) => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end('x'))
    expect(await failureOf(server.url)).toMatchObject({ code: 'PullFailed', fields: { slow: true } })
    await server.idle()
  })
})

describe('P-07 limits', () => {
  const endless = (text: string) =>
    serve((_request, response) => {
      const more = () => {
        while (response.writable && response.write(text));
      }
      response.on('drain', more)
      more()
    })

  it('P-07 stops at the limit on the wire, with the figure, and closes the connection', async () => {
    const server = await endless('1.2.3.4\n'.repeat(8192))
    const failure = await failureOf(server.url, { limits: { wireBytes: MIB }, request: { maxBytes: 100 * MIB } })
    expect(failure.message).toBe(`127.0.0.1:${server.port}: its body is larger than 1 MiB on the wire`)
    expect(failure.fields.slow).toBe(true)
    await server.idle()
  })

  it('P-07 stops at the limit unpacked', async () => {
    const server = await endless('1.2.3.4\n'.repeat(8192))
    const failure = await failureOf(server.url, { request: { maxBytes: 1000 } })
    expect(failure.message).toContain('larger than 1000 bytes unpacked')
    await server.idle()
  })

  it.each([
    ['gzip', gzipSync(Buffer.alloc(256 * MIB))],
    ['br', brotliCompressSync(Buffer.alloc(256 * MIB))],
    ['deflate', deflateSync(Buffer.alloc(256 * MIB))],
  ])('P-07 meets a bomb of zeros in %s at the limit, not in memory', async (encoding, bomb) => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bomb))
    const answer = await pull(server.url, { request: { maxBytes: 8 * MIB } })
    let read = 0
    const reading = async () => {
      if (answer.kind === 'body') for await (const chunk of answer.body) read += chunk.byteLength
    }
    await expect(reading()).rejects.toThrow('larger than 8 MiB unpacked')
    expect(read).toBeLessThanOrEqual(8 * MIB)
  })

  it('P-07 keeps its memory in check over a quarter of a gigabyte of zeros packed twice', async () => {
    const packed = brotliCompressSync(gzipSync(Buffer.alloc(256 * MIB)))
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip, br' }).end(packed))
    const held = () => process.memoryUsage().arrayBuffers
    const answer = await pull(server.url, { request: { maxBytes: 200 * MIB } })
    const before = held()
    let most = 0
    const reading = async () => {
      if (answer.kind === 'body') for await (const chunk of answer.body) if (chunk.byteLength > 0) most = Math.max(most, held() - before)
    }
    await expect(reading()).rejects.toThrow('larger than 200 MiB unpacked')
    // What was read and not yet collected is there too.
    expect(most).toBeLessThan(64 * MIB)
  })

  it('P-07 a body of exactly the limits passes', async () => {
    const server = await serve((_request, response) => response.end('x'.repeat(1000)))
    expect(await bodyOf(server.url, { limits: { wireBytes: 1000 }, request: { maxBytes: 1000 } })).toHaveLength(1000)
  })

  it('P-07 waits for the answer only so long', async () => {
    const server = await serveBytes(() => undefined)
    const failure = await failureOf(server.url, { limits: { firstByteMs: 50 } })
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: {} })
    expect(failure.message).toContain('the answer took longer than 50 ms')
    await server.idle()
  })

  it('P-07 headers that trickle in do not buy time', async () => {
    const server = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write('x-a: b\r\n'), 10)
      socket.on('close', () => {
        clearInterval(timer)
      })
    })
    expect((await failureOf(server.url, { limits: { firstByteMs: 100 } })).message).toContain('the answer took longer than 100 ms')
    await server.idle()
  })

  it('P-07 waits for a connection only so long, names included', async () => {
    const failure = await failureOf('http://feeds.test/', { resolve: () => new Promise(() => undefined), limits: { connectMs: 50 } })
    expect(failure.message).toBe('feeds.test: connecting took longer than 50 ms')
  })

  it('P-07 the whole attempt has a limit: a body that trickles in is cut', async () => {
    const server = await serve((_request, response) => {
      const timer = setInterval(() => response.write('1.2.3.4\n'), 10)
      response.on('close', () => {
        clearInterval(timer)
      })
    })
    const failure = await failureOf(server.url, { request: { timeoutMs: 200 } })
    expect(failure.message).toContain('the whole attempt took longer than 200 ms')
    expect(failure.fields.slow).toBeUndefined()
    await server.idle()
  })

  it('P-07 a body that nobody reads does not hold its connection beyond the attempt', async () => {
    const server = await endless('1.2.3.4\n'.repeat(8192))
    await pull(server.url, { request: { timeoutMs: 200 } })
    await server.idle()
  })

  it.each([[302], [404], [500]])('P-07 does not read the body of a %i, and closes its connection', async (status) => {
    const server = await serve((_request, response) => {
      response.writeHead(status, { location: 'foo:bar' }).write('the first of a body that never ends')
    })
    await failureOf(server.url)
    await server.idle()
  })

  it('P-07 closes the connection when the reader stops early', async () => {
    const server = await endless('1.2.3.4\n'.repeat(8192))
    const answer = await pull(server.url)
    if (answer.kind === 'body') for await (const chunk of answer.body) if (chunk.byteLength > 0) break
    await server.idle()
  })

  it('P-07 ends with the caller’s own reason when it cancels, before and during the body', async () => {
    const reason = new Error('cancelled by the run')
    const server = await endless('1.2.3.4\n'.repeat(8192))
    const controller = new AbortController()
    const answer = await pull(server.url, { signal: controller.signal })
    controller.abort(reason)
    const reading = async () => {
      if (answer.kind === 'body') for await (const chunk of answer.body) void chunk
    }
    await expect(reading()).rejects.toBe(reason)
    await expect(pull(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await server.idle()
    expect(server.seen).toHaveLength(1)
  })
})
