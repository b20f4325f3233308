import { createServer } from 'node:https'
import { connect } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../adapters/http/proxy.ts'
import { FEEDS_TEST_CERTIFICATE, FEEDS_TEST_KEY, LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './certificate.ts'
import { type IllServer, listen, serve, serveBytes, valuesOf } from './ill-server.ts'
import { bodyOf, failureOf } from './pull.ts'

const headers = [
  ['X-Key', 'one'],
  ['X-Key', 'two'],
] as const

const at = ({ port }: IllServer) => `127.0.0.1:${port}`

/** A proxy that tunnels every CONNECT to one port, and keeps the request lines it saw. */
async function tunnelling(port: number, refuse?: string) {
  const requests: string[] = []
  const proxy = await serveBytes((socket) => {
    socket.once('data', (bytes) => {
      requests.push(bytes.toString())
      if (refuse !== undefined) {
        socket.end(`HTTP/1.1 ${refuse}\r\ncontent-length: 0\r\n\r\n`)
        return
      }
      const through = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      through.on('error', () => undefined)
      socket.on('close', () => through.destroy())
      socket.pipe(through).pipe(socket)
    })
  })
  return { proxy, requests }
}

describe('P-10 proxies', () => {
  it('P-10 asks a plain url through HTTP_PROXY, whose own address is exempt, with the proxy’s credentials', async () => {
    const proxy = await serve((_request, response) => response.end('list'))
    const resolve = () => Promise.resolve(['203.0.113.7'])
    const proxies = { httpProxy: `http://user:p%40ss@127.0.0.1:${proxy.port}` }
    expect(await bodyOf('http://feeds.test/list?a=b', { resolve, proxies, allowed: '', request: { headers } })).toBe('list')
    const [seen] = proxy.seen
    expect(seen?.path).toBe('http://feeds.test/list?a=b')
    expect(valuesOf(seen, 'host')).toEqual(['feeds.test'])
    expect(valuesOf(seen, 'x-key')).toEqual(['one', 'two'])
    expect(valuesOf(seen, 'proxy-authorization')).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`])
  })

  it('P-10 asks an https url through a tunnel of HTTPS_PROXY, and speaks TLS with the target', async () => {
    const seen: string[][] = []
    const target = await listen(
      createServer({ cert: FEEDS_TEST_CERTIFICATE, key: FEEDS_TEST_KEY }, (request, response) => {
        seen.push(request.rawHeaders)
        response.end('list')
      }),
      [],
    )
    const { proxy, requests } = await tunnelling(target.port)
    const pulling = { resolve: () => Promise.resolve(['203.0.113.7']), allowed: '', extraCa: FEEDS_TEST_CERTIFICATE, request: { headers } }
    const proxies = { httpsProxy: `http://user:secret@127.0.0.1:${proxy.port}` }
    expect(await bodyOf('https://feeds.test/list', { ...pulling, proxies })).toBe('list')
    expect(requests[0]).toContain('CONNECT feeds.test:443 HTTP/1.1')
    expect(requests[0]?.toLowerCase()).toContain('proxy-authorization: basic ')
    expect(JSON.stringify(seen)).toContain('"X-Key","one","X-Key","two"')
    expect(JSON.stringify(seen).toLowerCase()).not.toContain('proxy-authorization')
    await proxy.idle()
  })

  it('P-10 checks the target first where it resolves, and leaves it to the proxy where it does not', async () => {
    const proxy = await serve((_request, response) => response.end('list'))
    const proxies = { httpProxy: `127.0.0.1:${proxy.port}` }
    const inside = await failureOf('http://inside.test/', { proxies, resolve: () => Promise.resolve(['1.1.1.1', '169.254.169.254']) })
    expect(inside.message).toContain('its address is not one to pull from')
    expect((await failureOf('http://169.254.169.254/', { proxies })).message).toContain('its address is not one to pull from')
    expect(proxy.seen).toHaveLength(0)
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    expect(await bodyOf('http://only-the-proxy-knows.test/', { proxies, resolve })).toBe('list')
  })

  it('P-10 says that it was the proxy: refused, or down', async () => {
    const resolve = () => Promise.resolve(['203.0.113.7'])
    const { proxy } = await tunnelling(1, '407 Proxy Authentication Required')
    const refused = await failureOf('https://feeds.test/', { resolve, proxies: { httpsProxy: `http://127.0.0.1:${proxy.port}` } })
    expect(refused).toMatchObject({ message: 'feeds.test: the proxy answered 407 when asked for a connection', fields: { slow: true, status: 407 } })
    const plain = await serve((_request, response) => response.writeHead(407).end())
    const unasked = await failureOf('http://feeds.test/', { resolve, proxies: { httpProxy: at(plain) } })
    expect(unasked).toMatchObject({ message: 'feeds.test: the proxy wants another user or password (407)', fields: { slow: true, status: 407 } })
    const down = await failureOf('https://feeds.test/', { resolve, proxies: { httpsProxy: 'http://user:secret@127.0.0.1:1' } })
    expect(down.message).toBe('feeds.test (through the proxy): it refuses connections (ECONNREFUSED)')
  })

  it.each([
    ['403 Forbidden', { slow: true, status: 403 }],
    ['408 Request Timeout', { status: 408 }],
    ['425 Too Early', { status: 425 }],
    ['429 Too Many Requests', { status: 429 }],
    ['502 Bad Gateway', { status: 502 }],
  ])('P-06 P-10 waits for a proxy that answers %s to a tunnel as for a feed that does', async (answer, fields) => {
    const { proxy } = await tunnelling(1, answer)
    const refused = await failureOf('https://feeds.test/', { resolve: () => Promise.resolve(['203.0.113.7']), proxies: { httpsProxy: at(proxy) } })
    expect(refused.fields).toEqual(fields)
  })

  it.each<readonly [ill: string, proxy: (canary: string) => Promise<string>, url: string, sentence: string]>([
    ['refuses connections', () => Promise.resolve('127.0.0.1:1'), 'https', 'it refuses connections (ECONNREFUSED)'],
    ['has a name that does not resolve', () => Promise.resolve('proxy.invalid'), 'https', 'its name does not resolve (ENOTFOUND)'],
    ['answers garbage', async (canary) => at(await serveBytes((socket) => socket.end(`${canary}\r\n\r\n`))), 'https', 'it does not answer in HTTP (HPE_INVALID)'],
    ['hangs up', async () => at(await serveBytes((socket) => socket.once('data', () => socket.end()))), 'https', 'it broke the connection off (UND_ERR_SOCKET)'],
    ['says nothing', async () => at(await serveBytes(() => undefined)), 'https', 'connecting took longer than 200 ms'],
    ['tunnels to what speaks no TLS', async () => at((await tunnelling((await serve((_q, response) => response.end('x'))).port)).proxy), 'https', 'it does not speak TLS that is understood (ERR_SSL_WRONG_VERSION_NUMBER)'],
    ['hangs up on a plain request', async () => at(await serveBytes((socket) => socket.once('data', () => socket.end()))), 'http', 'it broke the connection off (UND_ERR_SOCKET)'],
  ])('P-10 T-04 a proxy that %s is said to be one, without its name, user or password', async (_ill, proxy, scheme, sentence) => {
    const canary = 'canary-3b9'
    const setting = `http://user-${canary}:pass-${canary}%@${await proxy(canary)}`
    const proxies = { httpProxy: setting, httpsProxy: setting }
    const failure = await failureOf(`${scheme}://feeds.test/${canary}`, { resolve: () => Promise.resolve(['203.0.113.7']), proxies, limits: { connectMs: 200 } })
    expect(failure.message).toBe(`feeds.test (through the proxy): ${sentence}`)
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(canary)
    expect(failure).toMatchObject({ failureClass: 'wait', fields: {} })
  })

  it('P-10 P-06 asks a proxy that hangs up once', async () => {
    let asked = 0
    const proxy = await serveBytes((socket) =>
      socket.once('data', () => {
        asked += 1
        socket.end()
      }),
    )
    await failureOf('https://feeds.test/', { resolve: () => Promise.resolve(['203.0.113.7']), proxies: { httpsProxy: at(proxy) } })
    expect(asked).toBe(1)
  })

  it('P-10 speaks TLS with a proxy of an https url, and checks who it is', async () => {
    const seen: string[] = []
    const target = await listen(createServer({ cert: FEEDS_TEST_CERTIFICATE, key: FEEDS_TEST_KEY }, (_request, response) => response.end('list')), [])
    const proxy = createServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY })
    proxy.on('connect', (request, socket) => {
      seen.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`)
      const through = connect(target.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      for (const one of [socket, through]) one.on('error', () => undefined)
      socket.pipe(through).pipe(socket)
    })
    const { port } = await listen(proxy, [])
    const pulling = { resolve: () => Promise.resolve(['203.0.113.7']), proxies: { httpsProxy: `https://user:100%@127.0.0.1:${port}` } }
    expect(await bodyOf('https://feeds.test/', { ...pulling, extraCa: `${FEEDS_TEST_CERTIFICATE}${LOOPBACK_CERTIFICATE}` })).toBe('list')
    expect(seen).toEqual([`feeds.test:443 Basic ${Buffer.from('user:100%').toString('base64')}`])
    const plain = createServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (request, response) => response.end(`list of ${request.url ?? ''}`))
    const httpProxy = `https://127.0.0.1:${(await listen(plain, [])).port}`
    expect(await bodyOf('http://feeds.test/a', { ...pulling, proxies: { httpProxy }, extraCa: LOOPBACK_CERTIFICATE })).toBe('list of http://feeds.test/a')
    const stranger = await failureOf('https://feeds.test/', { ...pulling, extraCa: FEEDS_TEST_CERTIFICATE })
    expect(stranger.message).toBe('feeds.test (through the proxy): its certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)')
  })

  it('P-10 P-09 chooses the proxy anew on each hop, and asks none for what NO_PROXY names', async () => {
    const inside = await serve((_request, response) => response.end('list'))
    const proxy = await serve((_request, response) => response.writeHead(302, { location: `http://inside.test:${inside.port}/` }).end())
    const resolve = (name: string) => Promise.resolve([name === 'inside.test' ? '127.0.0.1' : '203.0.113.7'])
    const proxies = { httpProxy: `http://user:canary@127.0.0.1:${proxy.port}`, noProxy: 'inside.test' }
    expect(await bodyOf('http://feeds.test/', { resolve, proxies })).toBe('list')
    expect([proxy.seen.length, inside.seen.length]).toEqual([1, 1])
    expect(valuesOf(inside.seen[0], 'proxy-authorization')).toEqual([])
    const forbidden = await failureOf('http://feeds.test/', { resolve, proxies, allowed: '' })
    expect(forbidden.message).toContain(`inside.test:${inside.port}: its address is not one to pull from`)
  })

  it.each([
    ['http://feeds.test/', '', true],
    ['http://feeds.test/', 'feeds.test', false],
    ['http://a.feeds.test/', 'feeds.test', false],
    ['http://a.feeds.test/', '.feeds.test', false],
    ['http://a.feeds.test/', '*.feeds.test', false],
    ['http://notfeeds.test/', 'feeds.test', true],
    ['http://feeds.test:8080/', 'feeds.test:8080', false],
    ['http://feeds.test:8081/', 'feeds.test:8080', true],
    ['http://feeds.test/', 'feeds.test:80', false],
    ['http://10.1.2.3/', '10.0.0.0/8, other', false],
    ['http://11.1.2.3/', '10.0.0.0/8', true],
    ['http://[fd00::1]/', 'fd00::/8', false],
    ['http://[fd00::1]/', '[fd00::1]', false],
    ['http://FEEDS.test/', '*', false],
  ])('P-10 %s with NO_PROXY "%s" goes through the proxy: %s', (url, noProxy, proxied) => {
    expect(proxyFor(new URL(url), { httpProxy: 'http://proxy.test:3128', noProxy }) !== null).toBe(proxied)
  })

  it('P-10 takes the proxy of the scheme', () => {
    const settings = { httpProxy: 'http://plain.test', httpsProxy: 'https://secure.test' }
    expect(proxyFor(new URL('http://feeds.test'), settings)?.host).toBe('plain.test')
    expect(proxyFor(new URL('https://feeds.test'), settings)?.host).toBe('secure.test')
    expect(proxyFor(new URL('https://feeds.test'), { httpProxy: 'http://plain.test' })).toBeNull()
  })
})
