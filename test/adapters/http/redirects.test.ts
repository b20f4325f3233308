import { createServer } from 'node:https'
import { describe, expect, it } from 'vitest'
import { mayCarryHeaders } from '../../../adapters/http/request-headers.ts'
import { FEEDS_TEST_CERTIFICATE, FEEDS_TEST_KEY } from './certificate.ts'
import { listen, serve, type Seen, valuesOf } from './ill-server.ts'
import { bodyOf, failureOf } from './pull.ts'

const headers = [
  ['X-Api-Key', 'canary'],
  ['User-Agent', 'mine/1'],
] as const

describe('P-09 redirects', () => {
  it.each([[301], [302], [303], [307], [308]])('P-09 follows a %i, relative too, with the headers on the same origin', async (status) => {
    const server = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(status, { location: 'b?x=1#y' }).end()
      else response.end('list')
    })
    expect(await bodyOf(`${server.url}/a`, { request: { headers } })).toBe('list')
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /a', 'GET /b?x=1'])
    expect(valuesOf(server.seen[1], 'x-api-key')).toEqual(['canary'])
  })

  it('P-09 sends no configured header to another origin, and our own User-Agent there', async () => {
    const other = await serve((_request, response) => response.end('list'))
    const server = await serve((_request, response) => response.writeHead(302, { location: `${other.url}/b` }).end())
    const validators = { etag: '"1"', lastModified: 'Sun, 01 Mar 2026 10:00:00 GMT' }
    expect(await bodyOf(server.url, { request: { headers, validators } })).toBe('list')
    const [seen] = other.seen
    expect(JSON.stringify(seen?.headers)).not.toContain('canary')
    expect(valuesOf(seen, 'user-agent')).toEqual(['threatfeed/test'])
    // Only a tag can tell whether what stands behind the redirect now is what was stored.
    expect(valuesOf(seen, 'if-none-match')).toEqual(['"1"'])
    expect(valuesOf(seen, 'if-modified-since')).toEqual([])
  })

  it('P-09 sends them to the same host over https, on the address that was checked, and checks its certificate', async () => {
    const seen: Seen[] = []
    const secure = createServer({ cert: FEEDS_TEST_CERTIFICATE, key: FEEDS_TEST_KEY }, (request, response) => {
      seen.push({ method: 'GET', path: request.url ?? '', headers: request.rawHeaders })
      response.end('list')
    })
    const https = await listen(secure, seen)
    const plain = await serve((_request, response) => response.writeHead(301, { location: `https://feeds.test:${https.port}/` }).end())
    const pulling = { resolve: () => Promise.resolve(['127.0.0.1']), request: { headers } }
    const url = `http://feeds.test:${plain.port}/`
    expect(await bodyOf(url, { ...pulling, extraCa: FEEDS_TEST_CERTIFICATE })).toBe('list')
    expect(valuesOf(seen[0], 'x-api-key')).toEqual(['canary'])
    const failure = await failureOf(url, pulling)
    expect(failure.message).toContain('its certificate is not accepted')
    expect(failure.fields.slow).toBeUndefined()
  })

  it.each([
    ['http://feeds.test/a', 'http://feeds.test/b', true],
    ['http://feeds.test/a', 'https://feeds.test/a', true],
    ['http://feeds.test:8080/a', 'https://feeds.test/a', true],
    ['https://feeds.test/a', 'http://feeds.test/a', false],
    ['https://feeds.test/a', 'https://feeds.test:8443/a', false],
    ['http://feeds.test/a', 'http://www.feeds.test/a', false],
    ['http://feeds.test/a', 'https://evil.test/a', false],
  ])('P-09 from %s to %s: headers go along: %s', (from, to, carried) => {
    expect(mayCarryHeaders(new URL(from), new URL(to))).toBe(carried)
  })

  it('P-09 P-07 follows five, and not six', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('list')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    expect(await bodyOf(`${server.url}/5`)).toBe('list')
    const failure = await failureOf(`${server.url}/6`)
    expect(failure.message).toContain('more than 5 redirects')
    expect(failure.fields.slow).toBe(true)
  })

  it('P-09 ends a loop', async () => {
    const server = await serve((_request, response) => response.writeHead(302, { location: '/' }).end())
    expect((await failureOf(server.url)).message).toContain('more than 5 redirects')
    expect(server.seen).toHaveLength(6)
  })

  it.each([
    ['file:///etc/passwd', 'neither http nor https'],
    ['ftp://127.0.0.1/list', 'neither http nor https'],
    ['http://user:canary@127.0.0.1/', 'user or password'],
    ['http://[', 'without a place to go to'],
    [undefined, 'without a place to go to'],
  ])('P-09 does not go to %s', async (location, sentence) => {
    const server = await serve((_request, response) => response.writeHead(302, location === undefined ? {} : { location }).end())
    const failure = await failureOf(server.url)
    expect(failure.message).toContain(sentence)
    expect(failure.message).not.toContain('canary')
  })
})

describe('P-10 addresses on every hop', () => {
  it.each([
    ['http://127.0.0.1/'],
    ['http://0x7f.1/'],
    ['http://2130706433/'],
    ['http://0177.0.0.1/'],
    ['http://127.0.0.1./'],
    ['http://１２７.0.0.1/'],
    ['http://[::1]/'],
    ['http://[::ffff:127.0.0.1]/'],
    ['http://[64:ff9b::7f00:1]/'],
    ['http://169.254.169.254/latest/meta-data/'],
    ['http://[fd00:ec2::254]/'],
    ['http://0/'],
    ['http://localhost/'],
  ])('P-10 does not connect to %s', async (url) => {
    const failure = await failureOf(url, { allowed: '' })
    expect(failure).toMatchObject({ code: 'PullFailed', fields: { slow: true } })
    expect(failure.message).toContain('its address is not one to pull from')
  })

  it('P-10 refuses a redirect to a forbidden address, spelled in any way', async () => {
    const forbidden = await serve((_request, response) => response.end('secret'))
    for (const location of [`http://[::ffff:7f00:1]:${forbidden.port}/`, `http://inside.test:${forbidden.port}/`, 'http://169.254.169.254/']) {
      const server = await serve((_request, response) => response.writeHead(302, { location }).end())
      const resolve = (name: string) => Promise.resolve(name === 'outside.test' ? ['127.0.0.1'] : ['127.0.0.2'])
      const failure = await failureOf(`http://outside.test:${server.port}/`, { resolve, allowed: '127.0.0.1/32', denied: '127.0.0.2/32,::/0' })
      expect(failure.message).toContain('its address is not one to pull from')
    }
    expect(forbidden.seen).toHaveLength(0)
  })

  it('P-10 connects to the address it checked: a name that resolves to something else a moment later changes nothing', async () => {
    const server = await serve((_request, response) => response.end('list'))
    const answers = [['127.0.0.1'], ['169.254.169.254']]
    const asked: string[] = []
    const resolve = (name: string) => {
      asked.push(name)
      return Promise.resolve(answers.shift() ?? [])
    }
    expect(await bodyOf(`http://rebinding.test:${server.port}/`, { resolve })).toBe('list')
    expect(asked).toEqual(['rebinding.test'])
  })

  it('P-10 leaves out the forbidden ones of several addresses, and fails when none is left', async () => {
    const server = await serve((_request, response) => response.end('list'))
    const url = `http://mixed.test:${server.port}/`
    expect(await bodyOf(url, { resolve: () => Promise.resolve(['169.254.169.254', '::1', '127.0.0.1']) })).toBe('list')
    expect((await failureOf(url, { resolve: () => Promise.resolve(['169.254.169.254', '::1']) })).message).toContain('metadata')
    expect((await failureOf(url, { resolve: () => Promise.resolve([]) })).message).toContain('no address at all')
  })
})
