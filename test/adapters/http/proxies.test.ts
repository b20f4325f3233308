import { createServer } from 'node:https'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../adapters/http/proxy.ts'
import { FEEDS_TEST_CERTIFICATE, FEEDS_TEST_KEY } from './certificate.ts'
import { listen, serve, serveBytes, valuesOf } from './ill-server.ts'
import { bodyOf, failureOf } from './pull.ts'

const headers = [
  ['X-Key', 'one'],
  ['X-Key', 'two'],
] as const

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
    expect(refused.message).toBe('feeds.test: the proxy answered 407 when asked for a connection')
    const down = await failureOf('https://feeds.test/', { resolve, proxies: { httpsProxy: 'http://user:secret@127.0.0.1:1' } })
    expect(down.message).toBe('feeds.test (through the proxy): it refuses connections (ECONNREFUSED)')
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
