import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime, Worker, makeTelemetryFilterString } from '@temporalio/worker'
import type { WorkerOptions } from '@temporalio/worker'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { inject } from 'vitest'
import { workflowId } from '../../domain/run/names.ts'
import { timeSkippingServer } from '../../local/index.ts'
import type { threatFeed } from '../../workflows/index.ts'
import type { ScriptedSteps } from './scripted-steps.ts'

export type FeedHandle = WorkflowHandleWithFirstExecutionRunId<typeof threatFeed>

export interface Day {
  readonly env: TestWorkflowEnvironment
  /** Starts one feed's run with these steps on a queue of its own, and a worker that lives as long as the day. */
  start(name: string, steps: ScriptedSteps, options?: { readonly maxCachedWorkflows?: number }): Promise<FeedHandle>
  /** A worker that lives as long as the day. */
  work(options: Omit<WorkerOptions, 'connection'>): Promise<void>
  /** Lets the server's time pass, in milliseconds. */
  sleep(ms: number): Promise<void>
  close(): Promise<void>
  /** Stops the workers of a day whose server was lost. What still asks the server goes on asking: it ends with this process. */
  abandon(): void
}

/** What a worker says when the server has refused the end of a workflow task, with the reason as `error`. */
const REFUSED = 'Error while completing workflow activation'
/** The refusal after which the time-skipping server gives the run no task ever again (see `on-day.ts`). */
const LOST = 'invalid history builder state for action'

const refusals = new Set<() => void>()

/** Calls back when a server has lost a task of a workflow. Returns what ends it. */
export function onLostTask(told: () => void): () => void {
  refusals.add(told)
  return () => {
    refusals.delete(told)
  }
}

let listening = false

/** There is one runtime in a process, and it has to be told before the first worker. */
function listenForRefusals(): void {
  if (listening) return
  listening = true
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message === REFUSED && String(meta?.['error']).includes(LOST)) for (const told of refusals) told()
    if (level === 'ERROR') process.stderr.write(`${message} ${JSON.stringify(meta)}\n`)
  })
  Runtime.install({ logger, telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } } })
}

/** Temporal's time-skipping server and workers on it: days pass in seconds. Its clock is one for all, so tests take turns. */
export async function openDay(): Promise<Day> {
  listenForRefusals()
  const workflowBundle = { codePath: inject('workflowBundle') }
  const { executable } = await timeSkippingServer()
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: executable } } })
  const workers: { worker: Worker; done: Promise<void> }[] = []
  const work = async (options: Omit<WorkerOptions, 'connection'>): Promise<void> => {
    const worker = await Worker.create({ connection: env.nativeConnection, ...options })
    workers.push({ worker, done: worker.run() })
  }
  return {
    env,
    work,
    async start(name, steps, { maxCachedWorkflows = 100 } = {}) {
      const taskQueue = `queue-${name}`
      await work({ taskQueue, workflowBundle, activities: steps.activities(), maxCachedWorkflows })
      return await env.client.workflow.start<typeof threatFeed>('threatFeed', {
        workflowId: workflowId('c', name),
        taskQueue,
        args: [{ feed: { cluster: 'c', name, uid: 'uid-1' } }],
      })
    },
    sleep: (ms) => env.sleep(ms),
    async close() {
      for (const { worker } of workers) worker.shutdown()
      await Promise.all(workers.map(({ done }) => done))
      await env.teardown()
    },
    abandon() {
      for (const { worker, done } of workers) {
        worker.shutdown()
        done.catch(() => undefined)
      }
    },
  }
}

/** Waits until something is so, letting the server's time pass a little with each look. */
export async function until(day: Day, what: string, holds: () => boolean | Promise<boolean>, stepMs = 1000): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    if (await holds()) return
    await day.sleep(stepMs)
  }
  throw new Error(`never: ${what}`)
}
