import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { serve, serveBytes } from './ill-server.ts'
import { failureOf } from './pull.ts'

const CANARY = 'canary-7f3a'

describe('T-04 nothing of a url, a header or a body is in a failure', () => {
  const request = { headers: [['Authorization', `Bearer ${CANARY}`]] as const }
  const path = `/${CANARY}/list?key=${CANARY}#${CANARY}`

  it.each([
    ['a refused connection', () => Promise.resolve('http://127.0.0.1:1'), {}],
    ['an error page', async () => (await serve((_q, response) => response.writeHead(500, CANARY, { 'x-a': CANARY }).end(CANARY))).url, {}],
    ['an unauthorised page', async () => (await serve((_q, response) => response.writeHead(401, { 'www-authenticate': CANARY }).end())).url, {}],
    ['a strange answer', async () => (await serveBytes((socket) => socket.end(`${CANARY}\r\n\r\n`))).url, {}],
    ['a strange header', async () => (await serveBytes((socket) => socket.end(`HTTP/1.1 200 OK\r\n${CANARY} : \u0001\r\n\r\n`))).url, {}],
    ['a strange redirect', async () => (await serve((_q, response) => response.writeHead(302, { location: `foo:${CANARY}` }).end())).url, {}],
    ['a strange encoding', async () => (await serve((_q, response) => response.writeHead(200, { 'content-encoding': CANARY }).end())).url, {}],
    ['too large a body', async () => (await serve((_q, response) => response.end(CANARY))).url, { maxBytes: 1 }],
    ['a slow answer', async () => (await serveBytes(() => undefined)).url, { timeoutMs: 20 }],
    ['a forbidden address', () => Promise.resolve('http://169.254.169.254'), {}],
    ['a value with a line feed', async () => (await serve((_q, response) => response.end())).url, { headers: [['X-A', `${CANARY}\nX-B: 1`]] as const }],
    ['a name that is none', async () => (await serve((_q, response) => response.end())).url, { headers: [[`X ${CANARY}`, 'a']] as const }],
    ['an Expect header', async () => (await serve((_q, response) => response.end())).url, { headers: [['Expect', CANARY]] as const }],
  ])('T-04 %s', async (_name, server, more) => {
    const failure = await failureOf(`${await server()}${path}`, { request: { ...request, ...more } })
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(CANARY)
    expect(failure.message).toMatch(/^(127\.0\.0\.1|169\.254\.169\.254)(:\d+)?: /)
    expect(failure.cause).toBeUndefined()
  })

  it('T-04 an error that nobody foresaw', async () => {
    const unforeseen = Object.assign(new Error(CANARY, { cause: new Error(CANARY) }), { code: `bad ${CANARY}` })
    const failure = await failureOf('http://feeds.test/', { resolve: () => Promise.reject(unforeseen) })
    expect(failure.message).toBe('feeds.test: the request failed')
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(CANARY)
  })
})
