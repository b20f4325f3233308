import { describe, expect, it } from 'vitest'
import { workflowId } from '../../domain/run/names.ts'
import { freshState } from '../../domain/run/state.ts'
import type { feedController } from '../../workflows/index.ts'
import { deletedSignal, lookAgainSignal, refreshUpdate } from '../../workflows/messages.ts'
import { SETTINGS, adopted, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { HOUR, MINUTE, endByDeletion, payloadsOf, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('history', () => {
  it('continues as new at the configured length and loses neither state nor messages', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ settings: { ...SETTINGS, continueAfterEvents: 60 } })
    const handle = await day.start('continued', steps)
    const name = handle.workflowId
    const run = day.env.client.workflow.getHandle(name)
    await until(day, 'the first version', settled(steps))
    for (let round = 0; round < 12; round += 1) {
      const outcome = await run.executeUpdate(refreshUpdate)
      expect(outcome.outcome).toBe('unchanged')
      await day.sleep(5 * MINUTE)
    }
    expect(steps.count('pullFeed')).toBe(13)
    expect(steps.count('loadState')).toBe(1)
    const description = await run.describe()
    expect(description.runId).not.toBe(handle.firstExecutionRunId)
    expect(description.historyLength).toBeLessThan(160)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }))

  it('Q-08 T-06 a day of one feed: events stated, no payload over 4 kB, and no timers for reports, which go with searches', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: 24 * HOUR })
    const handle = await day.start('sizes', steps)
    const run = day.env.client.workflow.getHandle(handle.workflowId)
    await until(day, 'the first version', settled(steps))
    const before = await day.env.currentTimeMs()
    await day.sleep(24 * HOUR)
    const hours = ((await day.env.currentTimeMs()) - before) / HOUR
    let events = 0
    let largest = 0
    let timersForReports = 0
    let runId: string | undefined = handle.firstExecutionRunId
    while (runId !== undefined) {
      const { events: part } = await day.env.client.workflow.getHandle(handle.workflowId, runId).fetchHistory()
      runId = undefined
      for (const event of part ?? []) {
        events += 1
        for (const payload of payloadsOf(event)) largest = Math.max(largest, payload)
        if (String(event.userMetadata?.summary?.data ?? '').includes('writing the status')) timersForReports += 1
        runId = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? runId
      }
    }
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThan(4096)
    // A search is a timer (2 events), a step (3) and the tasks between (6); a report after every sixth adds 6, and each run some ten.
    expect(events / hours / 60).toBeGreaterThan(10)
    expect(events / hours / 60).toBeLessThan(13)
    expect(steps.count('reportStatus')).toBeGreaterThanOrEqual(24 * 10)
    expect(timersForReports).toBe(0)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }), 120_000)
})

describe('levels, not edges', () => {
  it('a run that continues looks at the resource, so that changed settings and missed changes reach it', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ settings: { ...SETTINGS, continueAfterEvents: 60 } })
    const handle = await day.start('levels', steps)
    await until(day, 'the first version', settled(steps))
    steps.observed = observedFeed({ settings: { ...SETTINGS, continueAfterEvents: 60, searchIntervalMs: 600_000 } })
    await day.sleep(30 * MINUTE)
    const searches = steps.count('searchForward')
    await day.sleep(HOUR)
    expect(steps.count('searchForward') - searches).toBeLessThanOrEqual(7)
    const run = day.env.client.workflow.getHandle(handle.workflowId)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }))

  it('L-06 a new run of a disabled feed removes a network set that the state document does not know of', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.stored = { ...freshState('uid-1'), version: adopted('set-a'), networkSetFor: null }
    steps.observed = observedFeed({ enabled: false, networkSet: 'wanted' })
    const handle = await day.start('unknown-network-set', steps)
    await until(day, 'the removal', () => steps.inputs('syncNetworkSet').some(({ set }) => set === null))
    await day.sleep(HOUR)
    expect(steps.count('syncNetworkSet')).toBe(1)
    await endByDeletion(handle)
  }))

  it('a quarrel about the network set continues as new although the run never comes to rest', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted', settings: { ...SETTINGS, continueAfterEvents: 100 } })
    const run = day.env.client.workflow.getHandle(workflowId('c', 'quarrel'))
    steps.syncNetworkSet = async () => {
      if (steps.count('syncNetworkSet') < 60) await run.signal(lookAgainSignal, { uid: 'uid-1' })
      return { objects: 1, prefixes: 3, writes: 1 }
    }
    const handle = await day.start('quarrel', steps)
    await until(day, 'the quarrel is over', () => steps.count('syncNetworkSet') >= 60)
    const { events } = await handle.fetchHistory()
    expect(events?.length).toBeLessThan(200)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }))
})

describe('the controller', () => {
  it('L-06 watches again after a failure that is not tried again by itself', onDay(async (day) => {
    const steps = new ScriptedSteps()
    let watches = 0
    const watchFeeds = async (): Promise<void> => {
      watches += 1
      throw failure('ApiUnavailable', 'the kind is not served')
    }
    const feedSteps = steps.activities()
    Object.assign(steps, { activities: () => ({ ...feedSteps, watchFeeds }) })
    const feed = await day.start('controlled', steps)
    const controller = await day.env.client.workflow.start<typeof feedController>('feedController', {
      workflowId: 'threatfeed-controller/c',
      taskQueue: 'queue-controlled',
      args: [{ cluster: 'c', clusterUid: 'u' }],
    })
    await until(day, 'three watches', () => watches >= 3, 5000)
    const run = day.env.client.workflow.getHandle(controller.workflowId)
    expect((await run.describe()).status.name).toBe('RUNNING')
    await run.terminate()
    await endByDeletion(feed)
  }))
})
