import { fileURLToPath } from 'node:url'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { workflowId } from '../../domain/run/names.ts'
import { timeSkippingServer } from '../../local/index.ts'
import type { threatFeed } from '../../workflows/index.ts'
import type { ScriptedSteps } from './scripted-steps.ts'

export type FeedHandle = WorkflowHandleWithFirstExecutionRunId<typeof threatFeed>

export interface Day {
  readonly env: TestWorkflowEnvironment
  /** Starts one feed's run with these steps on a queue of its own, and a worker that lives as long as the test. */
  start(name: string, steps: ScriptedSteps, options?: { readonly maxCachedWorkflows?: number }): Promise<FeedHandle>
  close(): Promise<void>
}

const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))

/** Temporal's time-skipping server and workers on it: days pass in seconds. Its clock is one for all, so tests take turns. */
export async function openDay(): Promise<Day> {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const { executable } = await timeSkippingServer()
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: executable } } })
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  const workers: { worker: Worker; done: Promise<void> }[] = []
  return {
    env,
    async start(name, steps, { maxCachedWorkflows = 100 } = {}) {
      const taskQueue = `queue-${name}`
      const worker = await Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        workflowBundle,
        activities: steps.activities(),
        maxCachedWorkflows,
      })
      workers.push({ worker, done: worker.run() })
      return await env.client.workflow.start<typeof threatFeed>('threatFeed', {
        workflowId: workflowId('c', name),
        taskQueue,
        args: [{ feed: { cluster: 'c', name, uid: 'uid-1' } }],
      })
    },
    async close() {
      for (const { worker } of workers) worker.shutdown()
      await Promise.all(workers.map(({ done }) => done))
      await env.teardown()
    },
  }
}

/** Waits until something is so, letting the server's time pass a little with each look. */
export async function until(env: TestWorkflowEnvironment, what: string, holds: () => boolean | Promise<boolean>, stepMs = 1000): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    if (await holds()) return
    await env.sleep(stepMs)
  }
  throw new Error(`never: ${what}`)
}
