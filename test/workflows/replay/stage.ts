import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import type { History } from '@temporalio/common/lib/proto-utils.js'
import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker'
import { REQUEST_WORKFLOW, controllerId, requestId, workflowId } from '../../../domain/run/names.ts'
import type { FeedRequest, RequestSteps } from '../../../domain/run/requests.ts'
import { FEEDS_ARE, versioning } from '../../../worker/deployment-version.ts'
import type { feedController, feedRequest, threatFeed } from '../../../workflows/index.ts'
import { stepsOfFeeds } from '../scripted-feeds.ts'
import type { ScriptedSteps } from '../scripted-steps.ts'
import type { Life } from './stored.ts'

/** What a server may note of who spoke to it. */
const IDENTITY = 'recorder'
const CLUSTER = 'recorded'
const QUEUE = 'feeds'
const LOOK_MS = 100
const PATIENCE_MS = 150_000

export type FeedHandle = WorkflowHandleWithFirstExecutionRunId<typeof threatFeed>
export type ControllerHandle = WorkflowHandleWithFirstExecutionRunId<typeof feedController>
export type RequestHandle = WorkflowHandleWithFirstExecutionRunId<typeof feedRequest>

/** What the steps of a request give, one after the other, or fail with. */
export type RequestScript = { readonly [Step in keyof RequestSteps]?: readonly (Awaited<ReturnType<RequestSteps[Step]>> | Error)[] }

/** A real server and workers on it, for the runs that are recorded. */
export interface Stage {
  readonly client: Client
  /** Starts the run of one feed. A build gives it a worker of its own with that version, which is made current. */
  feed(name: string, steps: ScriptedSteps, buildId?: string): Promise<FeedHandle>
  /** Starts a worker of a further build for the same feed, and makes it current. */
  nextBuild(name: string, buildId: string): Promise<void>
  controller(watchFeeds: () => Promise<void>): Promise<ControllerHandle>
  /** Asks for something by a request, whose steps these are. */
  request(name: string, request: FeedRequest, script: RequestScript): Promise<RequestHandle>
  lifeOf(handle: FeedHandle | ControllerHandle | RequestHandle): Promise<Life>
  close(): Promise<void>
}

export async function openStage(address: string): Promise<Stage> {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const connection = await NativeConnection.connect({ address })
  const client = new Client({ connection: await Connection.connect({ address }), identity: IDENTITY })
  const workflowsPath = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url))
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  const workers: { worker: Worker; done: Promise<void> }[] = []
  const started: { terminate(reason: string): Promise<unknown> }[] = []

  const work = async (taskQueue: string, activities: object, buildId?: string): Promise<void> => {
    const version = buildId === undefined ? null : { deploymentName: taskQueue, buildId }
    const shared = { connection, identity: IDENTITY, workflowBundle, ...versioning(version, FEEDS_ARE) }
    const worker = await Worker.create({ ...shared, taskQueue, activities })
    workers.push({ worker, done: worker.run() })
    if (version === null) return
    await until(`${version.buildId} is current`, async () => {
      await client.workflowService.setWorkerDeploymentCurrentVersion({ namespace: 'default', ...version, identity: IDENTITY })
      return true
    })
  }
  const feeds = new Map<string, ScriptedSteps>()
  await work(QUEUE, stepsOfFeeds(feeds))
  return {
    client,
    async feed(name, steps, buildId) {
      feeds.set(name, steps)
      const taskQueue = buildId === undefined ? QUEUE : `feed-${name}`
      if (buildId !== undefined) await work(taskQueue, stepsOfFeeds(feeds), buildId)
      const handle = await client.workflow.start<typeof threatFeed>('threatFeed', {
        workflowId: workflowId(CLUSTER, name),
        taskQueue,
        args: [{ feed: { cluster: CLUSTER, name, uid: 'uid-1' } }],
        memo: { feed: name, cluster: CLUSTER },
      })
      started.push(client.workflow.getHandle(handle.workflowId))
      return handle
    },
    nextBuild: (name, buildId) => work(`feed-${name}`, stepsOfFeeds(feeds), buildId),
    async controller(watchFeeds) {
      await work('control', { watchFeeds })
      const handle = await client.workflow.start<typeof feedController>('feedController', {
        workflowId: controllerId(CLUSTER),
        taskQueue: 'control',
        args: [{ cluster: CLUSTER, clusterUid: 'uid-of-kube-system' }],
      })
      started.push(client.workflow.getHandle(handle.workflowId))
      return handle
    },
    async request(name, request, script) {
      const taskQueue = `request-${name}`
      await work(taskQueue, stepsOfRequest(script))
      return await client.workflow.start<typeof feedRequest>(REQUEST_WORKFLOW, {
        workflowId: requestId(CLUSTER, name),
        taskQueue,
        args: [{ feed: { cluster: CLUSTER, name }, request }],
      })
    },
    async lifeOf(handle) {
      const histories: History[] = []
      for (let runId: string | null | undefined = handle.firstExecutionRunId; runId != null; ) {
        const history = await client.workflow.getHandle(handle.workflowId, runId).fetchHistory()
        histories.push(history)
        runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
      }
      return { workflowId: handle.workflowId, histories }
    },
    async close() {
      for (const run of started) await run.terminate('recorded').catch(() => undefined)
      for (const { worker } of workers) worker.shutdown()
      await Promise.all(workers.map(({ done }) => done))
      await client.connection.close()
      await connection.close()
    },
  }
}

function stepsOfRequest(script: RequestScript): object {
  const step = (results: readonly unknown[]) => {
    const left = results.values()
    return async () => {
      const { value, done } = left.next()
      if (done === true || value instanceof Error) throw value ?? new Error('the script has come to its end')
      return value
    }
  }
  return Object.fromEntries(Object.entries(script).map(([name, results]) => [name, step(results)]))
}

/** Waits until something is so; an error while looking is a no. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
    if (await Promise.resolve().then(holds).catch(() => false)) return
  }
  throw new Error(`never: ${what}`)
}
