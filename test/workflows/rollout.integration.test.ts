import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import type { WorkflowHandle } from '@temporalio/client'
import type { History } from '@temporalio/common/lib/proto-utils.js'
import { DeterminismViolationError } from '@temporalio/workflow'
import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { workflowId } from '../../domain/run/names.ts'
import { FEEDS_ARE, versioning } from '../../worker/deployment-version.ts'
import { lookAgainSignal, refreshSignal } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { stepsOfFeeds } from './scripted-feeds.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'

const unique = randomBytes(3).toString('hex')
const CLUSTER = `rollout-${unique}`
const DEPLOYMENT = `threatfeed-${CLUSTER}`
const QUEUE = `threatfeed-${CLUSTER}`
const settings = { ...SETTINGS, searchIntervalMs: 2_000 }

type Bundle = Awaited<ReturnType<typeof bundleWorkflowCode>>
let today: Bundle
let next: Bundle
let broken: Bundle
let native: NativeConnection
let client: Client
const feeds = new Map<string, ScriptedSteps>()
const workers: { worker: Worker; done: Promise<void> }[] = []

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const address = inject('servers')['TEMPORAL_ADDRESS'] ?? ''
  native = await NativeConnection.connect({ address })
  client = new Client({ connection: await Connection.connect({ address }) })
  const bundle = (path: string) => bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(path, import.meta.url)), logger: new DefaultLogger('ERROR') })
  today = await bundle('../../workflows/index.ts')
  next = await bundle('./next/index.ts')
  broken = await bundle('./broken/index.ts')
})
afterAll(async () => {
  for (const name of feeds.keys()) await run(name).terminate('the test is over').catch(() => undefined)
  for (const { worker } of workers) worker.shutdown()
  await Promise.all(workers.map(({ done }) => done))
  await client.connection.close()
  await native.close()
})

function run(name: string): WorkflowHandle {
  return client.workflow.getHandle(workflowId(CLUSTER, name))
}

/** A worker of one build; null is one without versions. */
async function startWorker(buildId: string | null, workflowBundle: Bundle): Promise<void> {
  const version = buildId === null ? null : { deploymentName: DEPLOYMENT, buildId }
  const worker = await Worker.create({ connection: native, taskQueue: QUEUE, workflowBundle, activities: stepsOfFeeds(feeds), ...versioning(version, FEEDS_ARE) })
  workers.push({ worker, done: worker.run() })
}

/** As a person does with `temporal worker deployment set-current-version`: the server knows a version some time after its first poll. */
async function makeCurrent(buildId: string): Promise<void> {
  await eventually(`${buildId} is current`, async () => {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName: DEPLOYMENT, buildId })
      return true
    } catch {
      return false
    }
  })
}

async function buildOf(name: string): Promise<string | null> {
  const { raw } = await run(name).describe()
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? null
}

async function allAreOn(buildId: string): Promise<void> {
  for (const name of feeds.keys()) {
    // An idle run wakes once an hour for this, which a test does not wait for.
    if (name === 'disabled') await run(name).signal(lookAgainSignal, { uid: 'uid-1' })
    await eventually(`${name} is on ${buildId}`, async () => (await buildOf(name)) === buildId)
  }
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 240; look += 1) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`never: ${what}`)
}

async function lifeOf(name: string, firstRunId: string): Promise<readonly History[]> {
  const histories: History[] = []
  for (let runId: string | null | undefined = firstRunId; runId != null; ) {
    const history = await client.workflow.getHandle(workflowId(CLUSTER, name), runId).fetchHistory()
    histories.push(history)
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  }
  return histories
}

const buildsOf = (life: readonly History[]): readonly (string | null)[] =>
  life.map(({ events }) => events?.find((event) => event.workflowTaskCompletedEventAttributes)?.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? null)

const failedTasksOf = (life: readonly History[]): number =>
  life.flatMap(({ events }) => events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length

describe('a rollout with 20 feeds running', () => {
  it('moves each feed to the new version and back without a failed task, a lost or doubled search, or another pull', async () => {
    for (let number = 1; number <= 17; number += 1) feeds.set(`feed-${String(number)}`, new ScriptedSteps())
    feeds.set('pushed', new ScriptedSteps())
    feeds.set('failing', new ScriptedSteps())
    feeds.set('disabled', new ScriptedSteps())
    for (const [name, script] of feeds) {
      script.observed = observedFeed({ settings, enabled: name !== 'disabled', ...(name === 'pushed' ? { periodMs: null } : {}) })
      if (name === 'pushed') script.pushed = { seqNo: 1, set: 'set-pushed' }
    }
    await startWorker(null, today)
    const firstRuns = new Map<string, string>()
    for (const name of feeds.keys()) {
      const handle = await client.workflow.start('threatFeed', {
        workflowId: workflowId(CLUSTER, name),
        taskQueue: QUEUE,
        args: [{ feed: { cluster: CLUSTER, name, uid: 'uid-1' } }],
      })
      firstRuns.set(name, handle.firstExecutionRunId)
    }
    const searched = (name: string, times: number) => eventually(`${name} searched`, async () => (feeds.get(name)?.count('searchForward') ?? 0) >= times)
    const others = [...feeds.keys()].filter((name) => name !== 'disabled')
    for (const name of others) await searched(name, 3)
    const failing = feeds.get('failing')
    if (failing !== undefined) failing.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    await run('failing').signal(refreshSignal)

    // Switching versions on, with the code as it is; then a version that no history fits; then back.
    await startWorker('A', today)
    await makeCurrent('A')
    await allAreOn('A')
    await startWorker('B', next)
    await makeCurrent('B')
    await allAreOn('B')
    const duringB = new Map(others.map((name) => [name, feeds.get(name)?.count('searchForward') ?? 0]))
    for (const [name, times] of duringB) await searched(name, times + 2)
    await makeCurrent('A')
    await allAreOn('A')

    for (const [name, script] of feeds) {
      const life = await lifeOf(name, firstRuns.get(name) ?? '')
      expect([name, failedTasksOf(life)]).toEqual([name, 0])
      expect(buildsOf(life)).toEqual([null, 'B', 'A'])
      expect([name, script.count('loadState')]).toEqual([name, 1])
      // Each search goes on where the one before ended: none is lost, none made twice.
      const cursors = script.inputs('searchForward').map(({ cursor }) => cursor?.number ?? 0)
      expect(cursors).toEqual(cursors.map((_, index) => index))
      if (name.startsWith('feed-')) expect([name, script.count('pullFeed')]).toEqual([name, 1])
    }
    const moved = await lifeOf('feed-1', firstRuns.get('feed-1') ?? '')
    const [ofToday, ofNext] = moved
    if (ofToday === undefined || ofNext === undefined) throw new Error('a run is missing')
    const id = workflowId(CLUSTER, 'feed-1')
    await expect(Worker.runReplayHistory({ workflowBundle: next }, ofToday, id)).rejects.toThrow(DeterminismViolationError)
    await expect(Worker.runReplayHistory({ workflowBundle: today }, ofNext, id)).rejects.toThrow(DeterminismViolationError)
    const idle = await lifeOf('disabled', firstRuns.get('disabled') ?? '')
    const waits = idle.at(-1)?.events?.flatMap(({ timerStartedEventAttributes: timer }) => (timer ? [Number(timer.startToFireTimeout?.seconds)] : []))
    expect(waits).toEqual([3_600])

    // A version that cannot take a single task pins nothing: its feeds come back by themselves.
    await startWorker('C', broken)
    await makeCurrent('C')
    for (const name of others) {
      const isStuck = async () => ((await run(name).describe()).raw.pendingWorkflowTask?.attempt ?? 0) > 1
      await eventually(`${name} fails on C`, isStuck)
    }
    const before = new Map(others.map((name) => [name, feeds.get(name)?.count('searchForward') ?? 0]))
    await makeCurrent('A')
    for (const [name, times] of before) await searched(name, times + 2)
    expect(await Promise.all(others.map(buildOf))).toEqual(others.map(() => 'A'))
  })
})
