import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { controllerId } from '../../domain/run/names.ts'
import { readConfig } from '../../worker/config.ts'
import { jsonLogger } from '../../worker/log.ts'
import { runWorker } from '../../worker/worker.ts'

const cluster = `versions-${randomBytes(3).toString('hex')}`
const deploymentName = `threatfeed-${cluster}`
let connection: Connection
let temporal: Client

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('servers')['TEMPORAL_ADDRESS'] ?? '' })
  temporal = new Client({ connection })
})
afterAll(async () => {
  await temporal.workflow.getHandle(controllerId(cluster)).terminate('the test is over').catch(() => undefined)
  await connection.close()
})

async function start(buildId: string) {
  const lines: string[] = []
  const config = readConfig({ ...inject('servers'), CLUSTER_NAME: cluster, TEMPORAL_WORKER_BUILD_ID: buildId })
  const worker = await runWorker(config, { logger: jsonLogger('INFO', (line) => lines.push(line)), workflowBundle: inject('workflowBundle') })
  const told = lines.map((line) => JSON.parse(line) as { next?: unknown }).flatMap(({ next }) => (typeof next === 'string' ? [next] : []))
  return { worker, told }
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 240; look += 1) {
    if (await holds().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`never: ${what}`)
}

async function makeCurrent(buildId: string): Promise<void> {
  await eventually(`${buildId} is current`, async () => {
    await temporal.workflowService.setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName, buildId })
    return true
  })
}

/** The version whose worker holds the controller's watch. */
async function watching(): Promise<string | null> {
  const { raw } = await temporal.workflow.getHandle(controllerId(cluster)).describe()
  const [activity] = raw.pendingActivities ?? []
  return activity?.lastDeploymentVersion?.buildId ?? null
}

describe('a worker with a version', () => {
  it('says how it is made current, watches once it is, and hands the watch on to the version that follows it', async () => {
    const first = await start('one')
    expect(first.told).toEqual([
      `temporal worker deployment set-current-version --namespace default --deployment-name ${deploymentName} --build-id one`,
    ])
    expect(await watching()).toBeNull()
    await makeCurrent('one')
    await eventually('one watches', async () => (await watching()) === 'one')

    const second = await start('two')
    expect(second.told).toHaveLength(1)
    await makeCurrent('two')
    await first.worker.shutdown()
    await eventually('two watches', async () => (await watching()) === 'two')
    const again = await start('two')
    expect(again.told).toEqual([])
    await Promise.all([second.worker.shutdown(), again.worker.shutdown()])
  })
})
