import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMoodyProxy } from './moody-proxy.ts'
import type { MoodyProxy } from './moody-proxy.ts'
import { openWatchedStore } from './watched-store.ts'

/** Answers with what it was asked. */
const behind = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => response.writeHead(201).end(`${request.method ?? ''} ${request.url ?? ''} ${body}`))
})
let target = ''
let moody: MoodyProxy

beforeAll(async () => {
  await new Promise<void>((listening) => behind.listen(0, '127.0.0.1', listening))
  target = `http://127.0.0.1:${String((behind.address() as AddressInfo).port)}`
  moody = await openMoodyProxy(target)
})
afterAll(async () => {
  await moody.close()
  await new Promise((closed) => behind.close(closed))
})

it('a proxy passes what it is not told to refuse, and answers 503 to the rest', async () => {
  const answer = await fetch(`${moody.url}/a?b=c`, { method: 'PUT', body: 'text' })
  expect([answer.status, await answer.text()]).toEqual([201, 'PUT /a?b=c text'])
  moody.refuse = (method, path) => method === 'PUT' && path === '/a'
  expect((await fetch(`${moody.url}/a`, { method: 'PUT' })).status).toBe(503)
})

it('a proxy that withholds an answer lets the request through', async () => {
  let through = 0
  moody.withhold = () => (through += 1) > 0
  await expect(fetch(`${moody.url}/b`, { signal: AbortSignal.timeout(500) })).rejects.toThrow('timeout')
  expect(through).toBe(1)
})

it('a watched store acts once, before or after the request that it waits for', async () => {
  const store = await openWatchedStore(target)
  const moments: string[] = []
  store.before(({ body }) => body === 'x', () => Promise.resolve(void moments.push('before')))
  store.after(({ path }) => path === '/x', () => {
    moments.push('after')
    return Promise.resolve('refuse')
  })
  const statuses = [await fetch(`${store.url}/x`, { method: 'POST', body: 'x' }), await fetch(`${store.url}/x`)].map(({ status }) => status)
  expect([statuses, moments, store.asked]).toEqual([[503, 201], ['before', 'after'], [{ method: 'POST', path: '/x' }, { method: 'GET', path: '/x' }]])
  await store.close()
})
