import type { History } from '@temporalio/common/lib/proto-utils.js'
import { Worker } from '@temporalio/worker'
import { describe, expect, inject, it } from 'vitest'
import { deletedSignal, lookAgainSignal, refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'
import type { Day, FeedHandle } from './time-skipping.ts'

const MINUTE = 60_000

const onDay = days()

const settled = (steps: ScriptedSteps) => (): boolean => steps.saved?.version !== null && steps.saved !== null

interface Life {
  /** Slots hang on it: under another id a run is another run. */
  readonly workflowId: string
  readonly histories: readonly History[]
}

/** Replays the history of each run of a life; throws for the first that does not fit. */
async function replay({ workflowId, histories }: Life): Promise<void> {
  const workflowBundle = { codePath: inject('workflowBundle') }
  for (const history of histories) await Worker.runReplayHistory({ workflowBundle }, history, workflowId)
}

/** Every run of a workflow, from the first on. */
async function lifeOf(day: Day, handle: FeedHandle): Promise<Life> {
  const histories: History[] = []
  for (let runId: string | null | undefined = handle.firstExecutionRunId; runId != null; ) {
    const history = await day.env.client.workflow.getHandle(handle.workflowId, runId).fetchHistory()
    histories.push(history)
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
  }
  return { workflowId: handle.workflowId, histories }
}

/** A feed that meets about all there is: a failing host, a refresh, debts of older logs, a network set, another content, a pause, its end. */
async function eventfulLife(day: Day): Promise<Life> {
  const steps = new ScriptedSteps()
  steps.observed = observedFeed({ networkSet: 'wanted', settings: { ...SETTINGS, continueAfterEvents: 150 } })
  steps.backwardSlices = 2
  steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
  const handle = await day.start('eventful', steps)
  const run = day.env.client.workflow.getHandle(handle.workflowId)
  await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
  delete steps.fail.pullFeed
  await until(day, 'the first version', settled(steps))
  steps.body = 'b'
  await run.executeUpdate(refreshUpdate)
  await day.sleep(10 * MINUTE)
  for (const enabled of [false, true]) {
    steps.observed = observedFeed({ enabled, content: 'DomainNameSet', pullHash: 'v1-names', match: 'subdomains', settings: steps.observed.settings })
    await run.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'the look', async () => (await run.query<{ observed: { enabled: boolean } }>(stateQuery.name)).observed.enabled === enabled)
  }
  await day.sleep(20 * MINUTE)
  await run.signal(deletedSignal, { uid: 'uid-1' })
  await run.result()
  return lifeOf(day, handle)
}

async function cancelledLife(day: Day): Promise<Life> {
  const steps = new ScriptedSteps()
  const handle = await day.start('cancelled-life', steps)
  await until(day, 'the first version', settled(steps))
  steps.fail.disableFeed = () => failure('ApiUnavailable', 'the API server is away')
  await handle.cancel()
  await until(day, 'a try', () => steps.count('disableFeed') > 1)
  delete steps.fail.disableFeed
  await handle.result().catch(() => undefined)
  return lifeOf(day, handle)
}

describe('histories', () => {
  it('of an eventful and of a cancelled life replay, run by run', onDay(async (day) => {
    const eventful = await eventfulLife(day)
    expect(eventful.histories.length).toBeGreaterThan(2)
    await replay(eventful)
    await replay(await cancelledLife(day))
  }))
})
