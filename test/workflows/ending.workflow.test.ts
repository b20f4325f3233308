import { Context } from '@temporalio/activity'
import { WorkflowFailedError } from '@temporalio/client'
import { CancelledFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { deletedSignal, lookAgainSignal } from '../../workflows/messages.ts'
import { observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { HOUR, MINUTE, endByDeletion, look, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('the end of a feed', () => {
  it('L-05 one answer that it is absent is no deletion, two half a minute apart are', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('absent', steps)
    await until(day, 'the first version', settled(steps))
    let absences = 0
    steps.observation = () => (absences++ === 0 ? { kind: 'absent' } : { kind: 'present', observed: steps.observed })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'a second look', () => absences === 2)
    await day.sleep(2 * MINUTE)
    expect(steps.count('removeFeed')).toBe(0)
    steps.observation = () => ({ kind: 'absent' })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await handle.result()
    expect(steps.count('removeFeed')).toBe(1)
    expect(steps.inputs('syncNetworkSet').at(-1)?.set).toBeNull()
  }))

  it('S-05 a deleted feed takes its network set along, before what it stored', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await day.start('deleted-with-network-set', steps)
    await until(day, 'the network set', () => steps.inputs('syncNetworkSet').some(({ set }) => set !== null))
    await endByDeletion(handle)
    expect(steps.calls.slice(-2).map(({ step }) => step)).toEqual(['syncNetworkSet', 'removeFeed'])
    expect(steps.inputs('syncNetworkSet').at(-1)?.set).toBeNull()
  }))

  it('L-05 an API server that is down is no deletion', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('api-down', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.observeFeed = () => failure('ApiUnavailable', 'the API server is away')
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    const searches = steps.count('searchForward')
    await day.sleep(HOUR)
    expect(steps.count('removeFeed')).toBe(0)
    expect(steps.count('observeFeed')).toBeGreaterThan(50)
    expect(steps.count('searchForward') - searches).toBeGreaterThan(50)
    delete steps.fail.observeFeed
    await endByDeletion(handle)
  }))

  it('L-05 a recreated resource starts afresh after the old one is cleaned up', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('recreated', steps)
    await until(day, 'the first version', settled(steps))
    steps.observation = () => ({ kind: 'replaced', uid: 'uid-2' })
    steps.fail.removeFeed = () => failure('StoreFailed', 'away')
    await handle.signal(lookAgainSignal, { uid: 'uid-2' })
    await until(day, 'a failed cleanup', () => steps.count('removeFeed') === 1)
    delete steps.fail.removeFeed
    steps.observation = () => ({ kind: 'present', observed: { ...steps.observed, uid: 'uid-2' } })
    await until(day, 'the new life', () => steps.inputs('loadState').some((input) => input.feed.uid === 'uid-2'), 10_000)
    await until(day, 'its own pull', () => steps.inputs('pullFeed').some((input) => input.feed.uid === 'uid-2'))
    expect(steps.inputs('removeFeed').every((input) => input.feed.uid === 'uid-1')).toBe(true)
    const next = day.env.client.workflow.getHandle(handle.workflowId)
    await next.signal(deletedSignal, { uid: 'uid-2' })
    await next.result()
  }))

  it.each([
    ['absent', { kind: 'absent' }, 2],
    ['replaced', { kind: 'replaced', uid: 'uid-2' }, 1],
  ] as const)('L-05 a resource that is %s while the store is away is looked for no more than it takes, and what it left removed later', onDay(async (day, _, gone, looks) => {
    const steps = new ScriptedSteps()
    steps.fail.loadState = () => failure('StoreFailed', 'the store is away')
    // One that goes on looking finds it in the end, so that this test ends.
    steps.observation = () => (steps.count('observeFeed') <= 50 ? gone : { kind: 'present', observed: steps.observed })
    const handle = await day.start(`${gone.kind}-store-away`, steps)
    await day.sleep(10 * MINUTE)
    expect(steps.count('observeFeed')).toBe(looks)
    expect(steps.count('loadState')).toBeLessThanOrEqual(22)
    steps.observation = () => ({ kind: 'present', observed: { ...steps.observed, uid: 'uid-2' } })
    delete steps.fail.loadState
    await until(day, 'the cleanup', () => steps.count('removeFeed') === 1, 10_000)
    expect(steps.inputs('removeFeed')[0]?.feed.uid).toBe('uid-1')
    if (gone.kind === 'absent') return handle.result()
    const next = day.env.client.workflow.getHandle(handle.workflowId)
    await until(day, 'the new life', () => steps.inputs('loadState').some((input) => input.feed.uid === 'uid-2'), 10_000)
    await next.signal(deletedSignal, { uid: 'uid-2' })
    await next.result()
  }))

  it('L-06 a cancelled run disables its feed, removes its network set, and ends as cancelled', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await day.start('cancelled', steps)
    await until(day, 'the network set', () => steps.count('syncNetworkSet') === 1)
    await handle.cancel()
    const end = await handle.result().catch((error: unknown) => error)
    expect(end).toBeInstanceOf(WorkflowFailedError)
    expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure)
    expect(steps.inputs('disableFeed')).toEqual([{ feed: { cluster: 'c', name: 'cancelled', uid: 'uid-1' } }])
    expect(steps.inputs('syncNetworkSet').at(-1)?.set).toBeNull()
    expect(steps.saved).toMatchObject({ networkSetFor: null, conditions: [], cursor: null })
    expect(steps.saved?.version?.set.sha256).toBe('set-a')
  }))
})

describe('the end', () => {
  it('L-05 an API server that goes down after one absence neither ends nor stops the feed', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('absent-then-down', steps)
    await until(day, 'the first version', settled(steps))
    steps.observation = () => ({ kind: 'absent' })
    await look(handle)
    await until(day, 'the absence', () => steps.count('observeFeed') === 2, 100)
    steps.fail.observeFeed = () => failure('ApiUnavailable', 'the API server is away')
    const searches = steps.count('searchForward')
    await day.sleep(HOUR)
    expect(steps.count('searchForward') - searches).toBeGreaterThan(50)
    expect(steps.count('removeFeed')).toBe(0)
    steps.observation = null
    delete steps.fail.observeFeed
    await endByDeletion(handle)
  }))

  it('L-06 a cancellation while the API server is away disables the feed when it is back, and only then ends', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('cancelled-api-down', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.disableFeed = () => failure('ApiUnavailable', 'the API server is away')
    await handle.cancel()
    await day.sleep(2 * HOUR)
    expect((await handle.describe()).status.name).toBe('RUNNING')
    expect(steps.count('disableFeed')).toBeLessThan(40)
    const searches = steps.count('searchForward')
    delete steps.fail.disableFeed
    const end = await handle.result().catch((error: unknown) => error)
    expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure)
    expect(steps.count('searchForward')).toBe(searches)
    expect(steps.saved?.version?.set.sha256).toBe('set-a')
  }))

  it.each(['loadState', 'pullFeed', 'parseFeed', 'storeSet', 'searchForward', 'searchBackward', 'reportStatus'] as const)(
    'L-06 S-07 P-01 a cancellation in the middle of %s disables, and writes no state that was not read',
    onDay(async (day, step) => {
      const steps = new ScriptedSteps()
      let reached = false
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const plain = steps[step] as (input: never) => Promise<unknown>
      const slow = async (input: never): Promise<unknown> => {
        reached = true
        await held
        if (step === 'loadState') throw failure('StoreFailed', 'away')
        // As a real pull does, which gets nothing then.
        if (step === 'pullFeed') Context.current().heartbeat()
        if (step === 'pullFeed') await Context.current().cancelled
        return await plain(input)
      }
      Object.assign(steps, { [step]: slow })
      const handle = await day.start(`cancelled-in-${step}`, steps)
      await until(day, 'the step', () => reached, 100)
      await handle.cancel()
      // The time-skipping server loses a step that ends while its cancellation is on its way.
      const asked = async (): Promise<boolean> => {
        const { events } = await handle.fetchHistory()
        return events?.some((event) => event.activityTaskCancelRequestedEventAttributes != null) === true
      }
      await until(day, 'the step is asked to stop', asked, 100)
      release()
      await until(day, 'the end', async () => (await handle.describe()).status.name !== 'RUNNING', 100)
      const end = await handle.result().catch((error: unknown) => error)
      expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure)
      expect(steps.count('disableFeed')).toBe(1)
      if (step === 'loadState') expect(steps.inputs('reportStatus').every(({ keep }) => !keep)).toBe(true)
      expect(steps.saved).toMatchObject({ cursor: null, pending: null, conditions: [] })
      // The host is asked as soon as the feed is enabled again: nothing came of that attempt (contract P-01).
      if (step === 'pullFeed' || step === 'parseFeed') expect(steps.saved?.attemptedPullHash).toBeNull()
    }),
  )

  it.each(['replaced', 'absent'] as const)('L-06 L-05 a cancellation of a feed whose resource is %s disables nothing and cleans up', onDay(async (day, seen) => {
    const steps = new ScriptedSteps()
    // Steps are taken from the script when a run is started.
    steps.disableFeed = async () => seen
    const handle = await day.start(`cancelled-${seen}`, steps)
    await until(day, 'the first version', settled(steps))
    await handle.cancel()
    const end = await handle.result().catch((error: unknown) => error)
    expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure)
    expect(steps.count('disableFeed')).toBe(seen === 'replaced' ? 1 : 2)
    expect(steps.count('removeFeed')).toBe(1)
  }))

  it('L-06 L-05 an absence seen once between two failures deletes nothing: the feed is disabled', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const answers = ['absent', 'away', 'absent', 'away', 'disabled'] as const
    let asked = 0
    steps.disableFeed = async () => {
      const answer = answers[asked++] ?? 'disabled'
      if (answer === 'away') throw failure('ApiUnavailable', 'the API server is away')
      return answer
    }
    const handle = await day.start('cancelled-flickering', steps)
    await until(day, 'the first version', settled(steps))
    await handle.cancel()
    await handle.result().catch(() => undefined)
    expect([asked, steps.count('removeFeed')]).toEqual([answers.length, 0])
  }))

  it('L-02 a search of older logs that is under way is told to end when its feed is disabled', onDay(async (day) => {
    const steps = new ScriptedSteps()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const plain = steps.searchBackward
    steps.searchBackward = async (input) => {
      await held
      return plain(input)
    }
    const handle = await day.start('disabled-in-slice', steps)
    await until(day, 'the slice', () => steps.count('searchBackward') === 1)
    steps.observed = observedFeed({ enabled: false })
    await look(handle)
    const asked = async (): Promise<boolean> => {
      const { events } = await handle.fetchHistory()
      return events?.some((event) => event.activityTaskCancelRequestedEventAttributes != null) === true
    }
    // A step that is never let go would keep its worker, and the file, for ever.
    await until(day, 'it is asked to stop', asked, 100).finally(release)
    await endByDeletion(handle)
  }))

  it('L-06 a cancellation during the cleanup of a deleted feed disables nothing and writes nothing', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('cancelled-in-remove', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.removeFeed = () => failure('StoreFailed', 'away')
    await handle.signal(deletedSignal, { uid: 'uid-1' })
    await until(day, 'a failed cleanup', () => steps.count('removeFeed') === 1, 100)
    const reports = steps.count('reportStatus')
    await handle.cancel()
    await day.sleep(MINUTE)
    delete steps.fail.removeFeed
    await handle.result().catch((error: unknown) => error)
    expect(steps.count('removeFeed')).toBeGreaterThan(1)
    expect(steps.count('reportStatus')).toBe(reports)
    expect(steps.count('disableFeed')).toBe(0)
  }))
})
