import { afterEach, describe, expect, it } from 'vitest'
import { type HealthServer, serveHealth } from '../../worker/health.ts'
import { Readiness } from '../../worker/readiness.ts'

let server: HealthServer | undefined
afterEach(() => server?.close())

const running = { getState: () => 'RUNNING' as const }

describe('liveness and readiness', () => {
  async function ask(readiness: Readiness, path: string) {
    server = await serveHealth(0, readiness)
    const response = await fetch(`${server.url}${path}`)
    const text = await response.text()
    await server.close()
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }

  it('is live and not ready while it waits for its servers, and says so', async () => {
    expect(await ask(new Readiness(), '/livez')).toMatchObject({ status: 200 })
    expect(await ask(new Readiness(), '/readyz')).toMatchObject({ status: 503, body: { ok: false, checks: [{ name: 'servers', ok: false }] } })
  })

  it('is ready once both queues are worked on and the controller was seen', async () => {
    const readiness = new Readiness()
    readiness.workers = { feeds: running, control: running }
    expect(await ask(readiness, '/readyz')).toMatchObject({ status: 503 })
    readiness.controllerProblem = null
    expect(await ask(readiness, '/readyz?verbose')).toMatchObject({ status: 200, body: { ok: true } })
  })

  it('is not ready while it drains, and not live once a worker has failed', async () => {
    const readiness = new Readiness()
    readiness.controllerProblem = null
    readiness.workers = { feeds: { getState: () => 'DRAINING' }, control: running }
    expect(await ask(readiness, '/readyz')).toMatchObject({ status: 503 })
    expect(await ask(readiness, '/livez')).toMatchObject({ status: 200 })
    readiness.workers = { feeds: { getState: () => 'FAILED' }, control: running }
    expect(await ask(readiness, '/livez')).toMatchObject({ status: 503 })
  })

  it('knows no other path', async () => {
    expect(await ask(new Readiness(), '/')).toEqual({ status: 404, body: null })
  })
})
