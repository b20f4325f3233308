import { rootCertificates } from 'node:tls'
import { createServer, type ServerOptions } from 'node:https'
import { describe, expect, it } from 'vitest'
import { authoritiesWith } from '../../../adapters/http/authorities.ts'
import { FEEDS_TEST_CERTIFICATE, FEEDS_TEST_KEY } from './certificate.ts'
import { type IllServer, listen, serve, serveBytes } from './ill-server.ts'
import { bodyOf, failureOf } from './pull.ts'

const resolve = () => Promise.resolve(['127.0.0.1'])
const own = { resolve, extraCa: FEEDS_TEST_CERTIFICATE }
const secure = (options: ServerOptions = {}) =>
  listen(
    createServer({ cert: FEEDS_TEST_CERTIFICATE, key: FEEDS_TEST_KEY, ...options }, (_request, response) => response.end('list')),
    [],
  )

describe('TLS', () => {
  it('P-07 accepts a private authority beside those of Node, and none but these', async () => {
    const { port } = await secure()
    const url = `https://feeds.test:${port}/`
    expect(await bodyOf(url, own)).toBe('list')
    expect((await failureOf(url, { resolve })).message).toBe(`feeds.test:${port}: its certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)`)
    const authorities = authoritiesWith(FEEDS_TEST_CERTIFICATE)
    expect(authorities).toEqual(expect.arrayContaining([...rootCertificates, FEEDS_TEST_CERTIFICATE]))
    expect(authorities).toHaveLength(rootCertificates.length + 1)
  })

  const overTls = ({ port }: IllServer) => `https://feeds.test:${port}/`
  it.each<readonly [what: string, server: () => Promise<string>, sentence: string]>([
    [
      'shows a certificate of another name',
      async () => `https://other.test:${(await secure()).port}/`,
      'its certificate is not accepted (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'speaks TLS 1.1 at most',
      async () => overTls(await secure({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })),
      'it does not speak TLS that is understood (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    ],
    [
      'speaks no TLS at all',
      async () => overTls(await serve((_request, response) => response.end('list'))),
      'it does not speak TLS that is understood (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    ['accepts and says nothing', async () => overTls(await serveBytes(() => undefined)), 'connecting took longer than 100 ms'],
    [
      'hangs up on the first message',
      async () => overTls(await serveBytes((socket) => socket.once('data', () => socket.destroy()))),
      'it broke the connection off (ECONNRESET)',
    ],
  ])('P-06 P-07 a host that %s is a failure of the connection', async (_what, server, sentence) => {
    const url = await server()
    const limits = sentence.startsWith('connecting') ? { connectMs: 100 } : {}
    const failure = await failureOf(url, { ...own, limits })
    expect(failure.message).toBe(`${new URL(url).host}: ${sentence}`)
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: {} })
  })

  it('P-06 a host that wants TLS and is asked without is a failure of the connection', async () => {
    const { url, port } = await secure()
    expect((await failureOf(url)).message).toBe(`127.0.0.1:${port}: it broke the connection off (UND_ERR_SOCKET)`)
  })

  it('P-09 a redirect from https to http takes no configured header along, and back to https neither', async () => {
    const plain = await serve((request, response) => {
      if (request.url === '/list') response.end('list')
      else response.writeHead(302, { location: `https://feeds.test:${again.port}/` }).end()
    })
    const seen: string[][] = []
    const again = await listen(
      createServer({ cert: FEEDS_TEST_CERTIFICATE, key: FEEDS_TEST_KEY }, (request, response) => {
        seen.push(request.rawHeaders)
        response.writeHead(302, { location: `http://feeds.test:${plain.port}/list` }).end()
      }),
      [],
    )
    const first = await listen(
      createServer({ cert: FEEDS_TEST_CERTIFICATE, key: FEEDS_TEST_KEY }, (_request, response) => {
        response.writeHead(302, { location: `http://feeds.test:${plain.port}/` }).end()
      }),
      [],
    )
    const headers = [
      ['Authorization', 'canary'],
      ['Cookie', 'canary'],
      ['X-Api-Key', 'canary'],
    ] as const
    expect(await bodyOf(`https://feeds.test:${first.port}/`, { ...own, request: { headers } })).toBe('list')
    expect(plain.seen).toHaveLength(2)
    expect(seen).toHaveLength(1)
    expect(JSON.stringify([plain.seen, seen])).not.toContain('canary')
  })
})
