import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { getEventListeners, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { controllerId, controlTaskQueue, SEARCH_ATTRIBUTES } from '../../domain/run/names.ts'
import { readConfig } from '../../worker/config.ts'
import { ForeignClusterError, assertController } from '../../worker/controller-run.ts'
import { jsonLogger } from '../../worker/log.ts'
import { runWorker } from '../../worker/worker.ts'

const names: string[] = []
let connection: Connection
let temporal: Client

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('servers')['TEMPORAL_ADDRESS'] ?? '' })
  temporal = new Client({ connection })
})
afterAll(async () => {
  for (const name of names) await temporal.workflow.getHandle(controllerId(name)).terminate('the test is over').catch(() => undefined)
  await connection.close()
})

function environment(more: Record<string, string> = {}): Record<string, string> {
  const cluster = `worker-${randomBytes(3).toString('hex')}`
  names.push(cluster)
  return { ...inject('servers'), CLUSTER_NAME: cluster, ...more }
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status
}

describe('the worker on real servers', () => {
  it('becomes ready, runs the one controller of its cluster, and drains when it is shut down', async () => {
    const lines: string[] = []
    const logger = jsonLogger('INFO', (line) => lines.push(line))
    const config = readConfig(environment())
    let early: Promise<number> | undefined
    const onHealth = (url: string) => {
      early = statusOf(`${url}/readyz`)
    }
    const worker = await runWorker(config, { logger, fromSources: true, onHealth })
    expect(await early).toBe(503)
    expect(await statusOf(`${worker.healthUrl}/readyz`)).toBe(200)
    expect(await statusOf(`${worker.healthUrl}/livez`)).toBe(200)

    const controller = await temporal.workflow.getHandle(controllerId(config.cluster)).describe()
    expect(controller.status.name).toBe('RUNNING')
    expect(controller.taskQueue).toBe(controlTaskQueue(config.cluster))
    expect(controller.memo?.['clusterUid']).toMatch(/^[0-9a-f-]{36}$/)
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' })
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES)))

    await worker.shutdown()
    await expect(worker.done).resolves.toBeUndefined()
    await expect(fetch(`${worker.healthUrl}/readyz`)).rejects.toThrow()
    // It belongs to the cluster, not to the worker: another one goes on with it.
    expect((await temporal.workflow.getHandle(controllerId(config.cluster)).describe()).status.name).toBe('RUNNING')
    expect(lines.every((line) => typeof JSON.parse(line) === 'object')).toBe(true)
  })

  it('L-01 a second worker of the cluster joins the controller that runs', async () => {
    const logger = jsonLogger('ERROR', () => undefined)
    const config = readConfig(environment())
    const first = await runWorker(config, { logger, fromSources: true })
    const before = await temporal.workflow.getHandle(controllerId(config.cluster)).describe()
    await first.shutdown()
    const second = await runWorker(config, { logger, fromSources: true })
    const after = await temporal.workflow.getHandle(controllerId(config.cluster)).describe()
    await second.shutdown()
    expect(after.runId).toBe(before.runId)
  })

  it('L-01 refuses to start under the name of another cluster', async () => {
    const config = readConfig(environment())
    await temporal.workflow.start('feedController', {
      workflowId: controllerId(config.cluster),
      taskQueue: 'nobody',
      memo: { clusterUid: 'another' },
      args: [],
    })
    const starting = runWorker(config, { logger: jsonLogger('ERROR', () => undefined), fromSources: true })
    await expect(starting).rejects.toThrow(ForeignClusterError)
    await expect(starting).rejects.toThrow(`CLUSTER_NAME "${config.cluster}" belongs to another cluster`)
  })

  it('leaves nothing on the signal it lives by, however often it sees to its controller', async () => {
    const { cluster } = readConfig(environment())
    const { signal } = new AbortController()
    for (let time = 0; time < 3; time += 1) await assertController(temporal, { cluster, uid: 'uid-1' }, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('gives up on a server that does not come, with its address and without the rest of its url', async () => {
    const lines: string[] = []
    const config = readConfig({ ...environment(), ELASTICSEARCH_URL: 'http://127.0.0.1:1/canary' })
    const starting = runWorker(config, { logger: jsonLogger('INFO', (line) => lines.push(line)), fromSources: true, patienceMs: 0 })
    await expect(starting).rejects.toMatchObject({ code: 'StoreFailed' })
    expect(lines.join('')).not.toContain('canary')
  })
})

describe('the process', () => {
  let built: string

  beforeAll(async () => {
    // Below the package, where modules are found; not dist/, which others may be running from.
    built = mkdtempSync(join('.local', 'worker-'))
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
    await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', built, '--noCheck'])
  })
  afterAll(() => {
    rmSync(built, { recursive: true, force: true })
  })

  function start(env: Record<string, string>) {
    const child = spawn(process.execPath, [join(built, 'worker', 'main.js')], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    return { child, ended, lines: createInterface({ input: child.stderr }) }
  }

  it('stops within 20 s of SIGTERM, with exit code 0', async () => {
    const { child, ended, lines } = start(environment())
    for await (const line of lines) if (line.includes('"the worker runs"')) break
    child.stderr.resume()
    child.kill('SIGTERM')
    // What has not ended by itself after 18 s ends with 1 (worker/main.ts).
    expect(await ended).toEqual([0, null])
  })

  it('stops on SIGTERM while it still waits for a server', async () => {
    const { child, ended, lines } = start({ ...environment(), TEMPORAL_ADDRESS: '127.0.0.1:1' })
    for await (const line of lines) if (line.includes('waiting for Temporal at 127.0.0.1:1')) break
    child.stderr.resume()
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  it('names every setting that does not fit, with exit code 2', async () => {
    const { ended, lines } = start({ KUBERNETES_SERVICE_HOST: '10.0.0.1', SEARCH_INTERVAL: '1s' })
    const said: string[] = []
    for await (const line of lines) said.push(line)
    expect(await ended).toEqual([2, null])
    expect(said.slice(1).map((line) => line.trim().split(' ')[0])).toEqual(['TEMPORAL_ADDRESS', 'ELASTICSEARCH_URL', 'SEARCH_INTERVAL'])
  })
})
