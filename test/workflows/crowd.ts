import { setTimeout as pause } from 'node:timers/promises'
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import type { NativeConnection } from '@temporalio/worker'
import { inject } from 'vitest'
import { workflowId } from '../../domain/run/names.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import type { FeedSteps } from '../../domain/run/steps.ts'
import type { threatFeed } from '../../workflows/index.ts'
import { ScriptedSteps } from './scripted-steps.ts'

/** Of a step, at most: about what a workflow task takes, so that messages meet both. Milliseconds. */
const STEP_MS = 12

/** Many feeds with scripted steps on one worker, on whichever server. */
export interface Crowd {
  readonly client: Client
  start(name: string, steps: ScriptedSteps): Promise<WorkflowHandleWithFirstExecutionRunId<typeof threatFeed>>
  close(): Promise<void>
}

export async function openCrowd(connection: NativeConnection, client: Client, cluster: string): Promise<Crowd> {
  const workflowBundle = { codePath: inject('workflowBundle') }
  const members = new Map<string, FeedSteps>()
  const taskQueue = `crowd-${cluster}`
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities: stepsOf(members), maxCachedWorkflows: 500 })
  const done = worker.run()
  return {
    client,
    start(name, steps) {
      members.set(name, steps.activities())
      return client.workflow.start<typeof threatFeed>('threatFeed', {
        workflowId: workflowId(cluster, name),
        taskQueue,
        args: [{ feed: { cluster, name, uid: 'uid-1' } }],
      })
    },
    async close() {
      worker.shutdown()
      await done
    },
  }
}

/** Each feed's own, after a little while. */
function stepsOf(members: ReadonlyMap<string, FeedSteps>): FeedSteps {
  const names = Object.keys(new ScriptedSteps().activities()) as (keyof FeedSteps)[]
  const step = (name: keyof FeedSteps) => async (input: { readonly feed: FeedKey }) => {
    await pause(Math.random() * STEP_MS)
    const steps = members.get(input.feed.name)
    if (steps === undefined) throw new Error(`no steps of ${input.feed.name}`)
    return (steps[name] as (input: unknown) => Promise<unknown>)(input)
  }
  return Object.fromEntries(names.map((name) => [name, step(name)])) as unknown as FeedSteps
}
