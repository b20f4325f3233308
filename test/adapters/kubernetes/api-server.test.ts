import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { type Answer, json, type ScriptedApiServer, scriptedApiServer } from './scripted-api-server.ts'

let scripted: ScriptedApiServer
afterEach(() => scripted.close())

const NEVER = new AbortController().signal

async function ask(answer: Answer, options: { maxBytes?: number; timeoutMs?: number } = {}, signal: AbortSignal = NEVER): Promise<unknown> {
  scripted = await scriptedApiServer(answer)
  return scripted.server.request({ method: 'GET', path: '/x', ...options }, signal).catch((error: unknown) => error)
}

describe('requests to an API server', () => {
  it('bounds an answer in bytes', async () => {
    const failure = await ask((_request, response) => void response.end('x'.repeat(2000)), { maxBytes: 1000 })
    expect(failure).toMatchObject({ code: 'ApiUnavailable', message: 'the Kubernetes API server sent more than 1000 bytes in one answer' })
  })

  it('bounds an answer in time, before and within its body', async () => {
    const silent = await ask(() => undefined, { timeoutMs: 20 })
    expect(silent).toMatchObject({ code: 'ApiUnavailable', message: 'the Kubernetes API server did not answer in time' })
    await scripted.close()
    const half = await ask((_request, response) => void response.writeHead(200).write('{'), { timeoutMs: 50 })
    expect(half).toMatchObject({ code: 'ApiUnavailable', message: 'the Kubernetes API server did not answer in time' })
  })

  it('ends with the caller’s reason when it is aborted in the middle', async () => {
    const stop = new AbortController()
    const reason = new Error('stop')
    expect(await ask(() => stop.abort(reason), {}, stop.signal)).toBe(reason)
  })

  it('leaves nothing behind on the caller’s signal', async () => {
    const { signal } = new AbortController()
    await ask((_request, response) => json(response, 200, {}), {}, signal)
    for await (const line of scripted.server.stream({ method: 'GET', path: '/x' }, signal)) expect(line).toEqual({})
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('comes again when a busy server asks for it', async () => {
    let asked = 0
    const answer = await ask((_request, response) => {
      if (asked++ === 0) json(response, 429, { kind: 'Status' }, { 'retry-after': '0' })
      else json(response, 200, { ok: true })
    })
    expect(answer).toEqual({ status: 200, body: { ok: true } })
  })

  it('leaves a wait that is too long to its caller', async () => {
    expect(await ask((_request, response) => json(response, 429, {}, { 'retry-after': '3600' }))).toEqual({ status: 429, body: {} })
  })

  it('T-04 a failure holds neither credentials nor bodies, and no cause', async () => {
    const failure = await ask(({ message }, response) => void response.destroy(new Error(String(message.headers.authorization))))
    expect(failure).toMatchObject({ code: 'ApiUnavailable', message: 'the Kubernetes API server could not be reached (ECONNRESET)' })
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('canary')
    expect(failure).not.toHaveProperty('cause')
  })
})
