import { describe, expect, it } from 'vitest'
import { type IllServer, serveBytes } from './ill-server.ts'
import { bodyOf, failureOf, type Pulling } from './pull.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const LIST = '1.2.3.4\n'
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`
const NOT_HTTP = 'it does not answer in HTTP (HPE_INVALID)'
const BROKEN_OFF = 'it broke the connection off (UND_ERR_SOCKET)'
const RESET = 'it broke the connection off (ECONNRESET)'
const OTHER_LENGTH = 'its body is not as long as it said (UND_ERR_RES_CONTENT_LENGTH_MISMATCH)'
const OVERFLOW = 'its headers are larger than 16 KiB (UND_ERR_HEADERS_OVERFLOW)'
const INTERIM = 'it sent an interim answer that was not asked for (100 or 101)'

/** A host that answers the first request with these bytes and hangs up. */
const says = (bytes: string | Uint8Array) => (): Promise<IllServer> => serveBytes((socket) => socket.once('data', () => socket.end(bytes)))

/** One that sends the same for ever. */
const repeats = (first: string, more: string) => (): Promise<IllServer> =>
  serveBytes((socket) => {
    socket.write(first)
    const timer = setInterval(() => socket.write(more), 5)
    socket.on('close', () => {
      clearInterval(timer)
    })
  })

describe('P-06 hosts that are ill: one failure each, waited for as a lost connection, that names the host and no more', () => {
  const ills: readonly (readonly [ill: string, host: () => Promise<IllServer>, sentence: string, pulling?: Pulling])[] = [
    ['says a length and sends less', says(`${OK}content-length: 100\r\n\r\n${LIST}`), BROKEN_OFF],
    ['says two lengths', says(`${OK}content-length: 8\r\ncontent-length: 9\r\n\r\n${LIST}`), OTHER_LENGTH],
    ['says a length that is none', says(`${OK}content-length: many\r\n\r\n${LIST}`), NOT_HTTP],
    ['says a negative length', says(`${OK}content-length: -1\r\n\r\n${LIST}`), NOT_HTTP],
    ['says a length and chunks', says(`${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n8\r\n${LIST}\r\n0\r\n\r\n`), OTHER_LENGTH],
    ['sends a chunk of no size', says(`${CHUNKED}zz\r\n${LIST}\r\n0\r\n\r\n`), NOT_HTTP],
    ['sends a chunk of a size beyond all', says(`${CHUNKED}ffffffffffffffffff\r\n${LIST}`), NOT_HTTP],
    ['leaves the last chunk out', says(`${CHUNKED}8\r\n${LIST}\r\n`), BROKEN_OFF],
    ['cuts a chunk', says(`${CHUNKED}ff\r\n${LIST}`), BROKEN_OFF],
    ['answers as HTTP/0.9', says(LIST), NOT_HTTP],
    ['answers as HTTP/2', says(Buffer.from('000012040000000000', 'hex')), NOT_HTTP],
    ['answers garbage', says(Buffer.alloc(4000, 7)), NOT_HTTP],
    ['has a status of two digits', says('HTTP/1.1 99 X\r\n\r\n'), NOT_HTTP],
    ['ends its lines with LF alone', says(`HTTP/1.1 200 OK\ncontent-length: 8\n\n${LIST}`), NOT_HTTP],
    ['folds a header', says(`${OK}x-a: b\r\n c\r\n\r\n${LIST}`), NOT_HTTP],
    ['has a NUL in a header', says(`${OK}x-a: b\0c\r\n\r\n${LIST}`), NOT_HTTP],
    ['has a header without a colon', says(`${OK}canary\r\n\r\n${LIST}`), NOT_HTTP],
    ['sends a header of 20 kB', says(`${OK}x-a: ${'a'.repeat(20_000)}\r\n\r\n${LIST}`), OVERFLOW],
    ['sends headers without end', repeats(OK, 'x-a: b\r\n'.repeat(1000)), OVERFLOW],
    ['sends interim answers without end', repeats('', 'HTTP/1.1 102 Processing\r\n\r\n'), 'the answer took longer than 100 ms', { limits: { firstByteMs: 100 } }],
    ['sends a 100 unasked', says(`HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 8\r\n\r\n${LIST}`), INTERIM],
    ['changes the protocol', says('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'), INTERIM],
    ['hangs up', says(''), BROKEN_OFF],
    ['resets the connection', () => serveBytes((socket) => socket.once('data', () => socket.resetAndDestroy())), RESET],
    [
      'resets it in the middle of the body',
      () => serveBytes((socket) => socket.once('data', () => socket.write(`${OK}content-length: 100\r\n\r\n${LIST}`, () => setTimeout(() => socket.resetAndDestroy(), 20)))),
      RESET,
    ],
    [
      'keeps an HTTP/1.0 answer without a length open',
      () => serveBytes((socket) => socket.once('data', () => socket.write(`HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n\r\n${LIST}`))),
      'the whole attempt took longer than 200 ms',
      { request: { timeoutMs: 200 } },
    ],
  ]
  it.each(ills.map(([ill, host, sentence, pulling = {}]) => [ill, host, sentence, pulling] as const))('P-06 T-04 %s', async (_ill, host, sentence, pulling) => {
    const { url, port, idle } = await host()
    const failure = await failureOf(`${url}/canary?key=canary`, pulling)
    expect(failure.message).toBe(`127.0.0.1:${port}: ${sentence}`)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: {} })
    await idle()
  })
})

describe('P-08 hosts that are odd and well', () => {
  it.each<readonly [oddity: string, bytes: string]>([
    ['ends an HTTP/1.0 body with the connection', `HTTP/1.0 200 OK\r\n\r\n${LIST}`],
    ['names no reason', `HTTP/1.1 200\r\ncontent-length: 8\r\n\r\n${LIST}`],
    ['hints early', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}content-length: 8\r\n\r\n${LIST}`],
    ['is still processing, a hundred times', `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)}${OK}content-length: 8\r\n\r\n${LIST}`],
    ['sends extensions and trailers of chunks', `${CHUNKED}8;a=b\r\n${LIST}\r\n0\r\nx-a: b\r\n\r\n`],
    ['sends one byte a chunk', `${CHUNKED}${[...LIST].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`],
    // What follows the length that was said is no part of the body (RFC 9112 6.3).
    ['sends more than it said', `${OK}content-length: 8\r\n\r\n${LIST}canary`],
  ])('P-08 %s', async (_oddity, bytes) => {
    expect(await bodyOf((await says(bytes)()).url)).toBe(LIST)
  })
})
