import { WorkflowFailedError } from '@temporalio/client'
import { CancelledFailure } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refreshSignal, refreshUpdate, deletedSignal, lookAgainSignal, stateQuery } from '../../workflows/messages.ts'
import { SETTINGS, adopted, observedFeed } from '../domain/run/run-view.ts'
import { freshState } from '../../domain/run/state.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { openDay, until } from './time-skipping.ts'
import type { Day, FeedHandle } from './time-skipping.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let day: Day
beforeAll(async () => {
  day = await openDay()
})
afterAll(async () => {
  await day.close()
})

function feed(steps: ScriptedSteps, name: string): Promise<FeedHandle> {
  return day.start(name, steps)
}

async function endByDeletion(handle: FeedHandle): Promise<void> {
  await handle.signal(deletedSignal, { uid: 'uid-1' })
  await handle.result()
}

const settled = (steps: ScriptedSteps) => (): boolean => steps.saved?.version !== null && steps.saved !== null

describe('a feed that is well', () => {
  it('P-01 Q-08 T-06 pulls each period, searches each interval, and writes little: one day', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'a-day')
    await until(day.env, 'the first version', settled(steps))
    const order = steps.calls.map(({ step }) => step)
    expect(order.slice(0, 6)).toEqual(['loadState', 'observeFeed', 'pullFeed', 'parseFeed', 'searchForward', 'storeSet'])
    const before = { pulls: steps.count('pullFeed'), searches: steps.count('searchForward'), reports: steps.count('reportStatus') }
    await day.env.sleep(24 * HOUR)
    const pulls = steps.count('pullFeed') - before.pulls
    expect(pulls).toBeGreaterThanOrEqual(21)
    expect(pulls).toBeLessThanOrEqual(24)
    expect(steps.count('searchForward') - before.searches).toBeGreaterThanOrEqual(1438)
    expect(steps.count('searchForward') - before.searches).toBeLessThanOrEqual(1442)
    expect(steps.count('reportStatus') - before.reports).toBeLessThanOrEqual(24 * 12 + 2)
    expect(steps.count('searchBackward')).toBe(1)
    // Once for each run that continues another: some 13 events a minute with hourly pulls, 250 a run.
    expect(steps.count('observeFeed')).toBeLessThanOrEqual(90)
    await endByDeletion(handle)
  })

  it('L-01 S-07 goes on where an earlier run stopped, without a pull', async () => {
    const steps = new ScriptedSteps()
    const now = await day.env.currentTimeMs()
    steps.stored = {
      ...freshState('uid-1'),
      version: adopted('set-a'),
      cursor: { number: 7, id: 'w7' },
      attemptedPullHash: 'v1-pull',
      lastAttemptAt: now - 10 * MINUTE,
      lastSyncAt: now - 10 * MINUTE,
    }
    const handle = await feed(steps, 'resumed')
    await until(day.env, 'three searches', () => steps.count('searchForward') >= 3, 30_000)
    expect(steps.count('pullFeed')).toBe(0)
    expect(steps.inputs('searchForward')[0]?.cursor).toEqual({ number: 7, id: 'w7' })
    await endByDeletion(handle)
  })

  it('S-07 P-12 a run that cannot read what an earlier one knew says so, and neither pulls nor writes over it', async () => {
    const steps = new ScriptedSteps()
    steps.fail.loadState = () => failure('StoreFailed', 'the store is away')
    const handle = await feed(steps, 'unread')
    await until(day.env, 'the condition', () => steps.saved?.conditions[0]?.type === 'StoreFailed')
    await day.env.sleep(2 * HOUR)
    expect(steps.count('pullFeed')).toBe(0)
    expect(steps.inputs('reportStatus').every(({ keep }) => !keep)).toBe(true)
    delete steps.fail.loadState
    await until(day.env, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    expect(steps.inputs('reportStatus').at(-1)?.keep).toBe(true)
    await endByDeletion(handle)
  })

  it('Q-07 searches new members backward up to the cursor at adoption, in slices', async () => {
    const steps = new ScriptedSteps()
    steps.backwardSlices = 3
    const handle = await feed(steps, 'backward')
    await until(day.env, 'three slices', () => steps.count('searchBackward') >= 3)
    const [first, second, third] = steps.inputs('searchBackward')
    expect([first?.position, second?.position, third?.position]).toEqual([null, '1', '2'])
    expect(first?.upTo).toEqual({ number: 1, id: 'w1' })
    await until(day.env, 'nothing owed', async () => (await handle.query(stateQuery)).state.owed === null)
    expect(steps.count('searchBackward')).toBe(3)
    await endByDeletion(handle)
  })
})

describe('a feed whose host is not well', () => {
  it('P-06 T-02 says so at once, asks again after 1, 2, 4 minutes, and forgets it with the next success', async () => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    const handle = await feed(steps, 'failing')
    await until(day.env, 'the condition', () => steps.saved?.conditions.length === 1)
    expect(steps.saved?.conditions).toEqual([{ type: 'PullFailed', message: 'feeds.example answered 500' }])
    expect(steps.count('pullFeed')).toBe(1)
    await day.env.sleep(7 * MINUTE + 30_000)
    expect(steps.count('pullFeed')).toBe(4)
    delete steps.fail.pullFeed
    await until(day.env, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  })

  it('P-06 a refusal waits ten minutes, Retry-After longer', async () => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 404', { slow: true })
    const handle = await feed(steps, 'refused')
    await until(day.env, 'the attempt', () => steps.count('pullFeed') === 1)
    await day.env.sleep(9 * MINUTE)
    expect(steps.count('pullFeed')).toBe(1)
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 429', { retryAfterS: 1800 })
    await day.env.sleep(2 * MINUTE)
    expect(steps.count('pullFeed')).toBe(2)
    await day.env.sleep(28 * MINUTE)
    expect(steps.count('pullFeed')).toBe(2)
    await day.env.sleep(2 * MINUTE)
    expect(steps.count('pullFeed')).toBe(3)
    await endByDeletion(handle)
  })

  it('P-11 a wrong body fails the pull while the last good set stays searched', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'html')
    await until(day.env, 'the first version', settled(steps))
    steps.fail.parseFeed = () => failure('PullFailed', 'an HTML page where a list was expected')
    steps.body = 'b'
    expect(await handle.executeUpdate(refreshUpdate)).toEqual({ outcome: 'failed', message: 'an HTML page where a list was expected' })
    const { state } = await handle.query(stateQuery)
    expect(state.version?.set.sha256).toBe('set-a')
    const searches = steps.count('searchForward')
    await day.env.sleep(3 * MINUTE)
    expect(steps.count('searchForward')).toBeGreaterThan(searches)
    expect(steps.inputs('searchForward').at(-1)?.set?.sha256).toBe('set-a')
    await endByDeletion(handle)
  })

  it('P-12 a body in the store is stored when the store is back, without asking the host again', async () => {
    const steps = new ScriptedSteps()
    steps.fail.storeSet = () => failure('StoreFailed', 'the store is away')
    const handle = await feed(steps, 'store-away')
    await until(day.env, 'the condition', () => steps.saved?.conditions[0]?.type === 'StoreFailed')
    await day.env.sleep(3 * HOUR)
    expect(steps.count('pullFeed')).toBe(1)
    expect(steps.count('parseFeed')).toBe(1)
    delete steps.fail.storeSet
    await until(day.env, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  })

  it('T-06 a report that failed half-way is made again although the state is as it was before', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'half-reported')
    await until(day.env, 'the first version', settled(steps))
    await day.env.sleep(2 * MINUTE)
    steps.fail.searchForward = () => failure('SearchFailed', 'the logs are away')
    steps.fail.reportStatus = () => failure('StoreFailed', 'the status is written, the state is not')
    const reports = steps.count('reportStatus')
    await until(day.env, 'a failed report', () => steps.count('reportStatus') > reports)
    delete steps.fail.searchForward
    await until(day.env, 'a search', async () => (await handle.query(stateQuery)).state.conditions.length === 0)
    const failed = steps.count('reportStatus')
    delete steps.fail.reportStatus
    await until(day.env, 'another report', () => steps.count('reportStatus') > failed)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  })

  it('a set lost from the store is pulled whole again', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'lost-blob')
    await until(day.env, 'the first version', settled(steps))
    steps.fail.searchForward = () => failure('BlobMissing', 'the set is not in the store')
    await until(day.env, 'another pull', () => steps.count('pullFeed') === 2, 10_000)
    expect(steps.inputs('pullFeed')[1]?.validators).toBeNull()
    delete steps.fail.searchForward
    await until(day.env, 'well again', () => steps.saved?.conditions.length === 0, 30_000)
    await endByDeletion(handle)
  })
})

describe('messages', () => {
  it('L-04 a refresh pulls now, by signal and by update', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'refresh')
    await until(day.env, 'the first version', settled(steps))
    await handle.signal(refreshSignal)
    await until(day.env, 'the second pull', () => steps.count('pullFeed') === 2)
    expect(await handle.executeUpdate(refreshUpdate)).toEqual({ outcome: 'unchanged', message: 'the set is unchanged' })
    steps.body = 'b'
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'updated' })
    expect(steps.count('pullFeed')).toBe(4)
    await endByDeletion(handle)
  })

  it('L-02 disabled: no pull, no search, no network set, no conditions, and a refresh answers "disabled"', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await feed(steps, 'disabled')
    await until(day.env, 'the network set', () => steps.count('syncNetworkSet') === 1)
    steps.fail.pullFeed = () => failure('PullFailed', 'no')
    await handle.signal(refreshSignal)
    await until(day.env, 'the condition', () => steps.saved?.conditions.length === 1)
    steps.observed = observedFeed({ networkSet: 'wanted', enabled: false })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day.env, 'no network set', () => steps.inputs('syncNetworkSet').at(-1)?.set === null)
    await until(day.env, 'no conditions', () => steps.saved?.conditions.length === 0)
    const calls = { pulls: steps.count('pullFeed'), searches: steps.count('searchForward') }
    await day.env.sleep(48 * HOUR)
    expect({ pulls: steps.count('pullFeed'), searches: steps.count('searchForward') }).toEqual(calls)
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'disabled' })
    delete steps.fail.pullFeed
    steps.observed = observedFeed({ networkSet: 'wanted' })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day.env, 'a search', () => steps.count('searchForward') > calls.searches)
    expect(steps.inputs('searchForward')[calls.searches]?.cursor).toBeNull()
    await endByDeletion(handle)
  })

  it('V-18 an invalid spec is one condition, pulls stop, and an edit heals it', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ pullable: false, invalid: 'spec.pull.period: found "1m", at least 5m' })
    const handle = await feed(steps, 'invalid')
    await until(day.env, 'the condition', () => steps.saved?.conditions.length === 1)
    expect(steps.saved?.conditions[0]).toEqual({ type: 'InvalidSpec', message: 'spec.pull.period: found "1m", at least 5m' })
    expect(steps.count('pullFeed')).toBe(0)
    steps.observed = observedFeed()
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day.env, 'healed', () => steps.saved?.conditions.length === 0 && steps.saved.version !== null)
    await endByDeletion(handle)
  })
})

describe('a pushed feed', () => {
  it('S-02 waits for its document, takes a change within an interval, and says when it was deleted', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: null })
    const handle = await feed(steps, 'pushed')
    await day.env.sleep(10 * MINUTE)
    expect(steps.count('pullFeed')).toBe(0)
    expect(steps.saved?.version).toBeNull()
    steps.pushed = { seqNo: 5, set: 'set-p' }
    await day.env.sleep(MINUTE + 1000)
    await until(day.env, 'the version', () => steps.saved?.version?.set.sha256 === 'set-p')
    const reads = steps.count('readPushedSet')
    await day.env.sleep(10 * MINUTE)
    expect(steps.count('readPushedSet') - reads).toBeLessThanOrEqual(11)
    expect(steps.count('storeSet')).toBe(1)
    steps.pushed = null
    await until(day.env, 'said', () => steps.saved?.conditions[0]?.type === 'PushInvalid', 10_000)
    expect(steps.saved?.version?.set.sha256).toBe('set-p')
    await endByDeletion(handle)
  })
})

describe('the end of a feed', () => {
  it('L-05 one answer that it is absent is no deletion, two half a minute apart are', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'absent')
    await until(day.env, 'the first version', settled(steps))
    let absences = 0
    steps.observation = () => (absences++ === 0 ? { kind: 'absent' } : { kind: 'present', observed: steps.observed })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day.env, 'a second look', () => absences === 2)
    await day.env.sleep(2 * MINUTE)
    expect(steps.count('removeFeed')).toBe(0)
    steps.observation = () => ({ kind: 'absent' })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await handle.result()
    expect(steps.count('removeFeed')).toBe(1)
    expect(steps.inputs('syncNetworkSet').at(-1)?.set).toBeNull()
  })

  it('L-05 an API server that is down is no deletion', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'api-down')
    await until(day.env, 'the first version', settled(steps))
    steps.fail.observeFeed = () => failure('ApiUnavailable', 'the API server is away')
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    const searches = steps.count('searchForward')
    await day.env.sleep(HOUR)
    expect(steps.count('removeFeed')).toBe(0)
    expect(steps.count('observeFeed')).toBeGreaterThan(50)
    expect(steps.count('searchForward') - searches).toBeGreaterThan(50)
    delete steps.fail.observeFeed
    await endByDeletion(handle)
  })

  it('L-05 a recreated resource starts afresh after the old one is cleaned up', async () => {
    const steps = new ScriptedSteps()
    const handle = await feed(steps, 'recreated')
    await until(day.env, 'the first version', settled(steps))
    steps.observation = () => ({ kind: 'replaced', uid: 'uid-2' })
    steps.fail.removeFeed = () => failure('StoreFailed', 'away')
    await handle.signal(lookAgainSignal, { uid: 'uid-2' })
    await until(day.env, 'a failed cleanup', () => steps.count('removeFeed') === 1)
    delete steps.fail.removeFeed
    steps.observation = () => ({ kind: 'present', observed: { ...steps.observed, uid: 'uid-2' } })
    await until(day.env, 'the new life', () => steps.inputs('loadState').some((input) => input.feed.uid === 'uid-2'), 10_000)
    await until(day.env, 'its own pull', () => steps.inputs('pullFeed').some((input) => input.feed.uid === 'uid-2'))
    expect(steps.inputs('removeFeed').every((input) => input.feed.uid === 'uid-1')).toBe(true)
    const next = day.env.client.workflow.getHandle(handle.workflowId)
    await next.signal(deletedSignal, { uid: 'uid-2' })
    await next.result()
  })

  it('L-06 a cancelled run disables its feed, removes its network set, and ends as cancelled', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await feed(steps, 'cancelled')
    await until(day.env, 'the network set', () => steps.count('syncNetworkSet') === 1)
    await handle.cancel()
    const end = await handle.result().catch((error: unknown) => error)
    expect(end).toBeInstanceOf(WorkflowFailedError)
    expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure)
    expect(steps.inputs('disableFeed')).toEqual([{ feed: { cluster: 'c', name: 'cancelled', uid: 'uid-1' } }])
    expect(steps.inputs('syncNetworkSet').at(-1)?.set).toBeNull()
    expect(steps.saved).toMatchObject({ networkSetFor: null, conditions: [], cursor: null })
    expect(steps.saved?.version?.set.sha256).toBe('set-a')
  })
})

describe('history', () => {
  it('continues as new at the configured length and loses neither state nor messages', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ settings: { ...SETTINGS, continueAfterEvents: 60 } })
    const handle = await feed(steps, 'continued')
    const name = handle.workflowId
    const run = day.env.client.workflow.getHandle(name)
    await until(day.env, 'the first version', settled(steps))
    for (let round = 0; round < 12; round += 1) {
      const outcome = await run.executeUpdate(refreshUpdate)
      expect(outcome.outcome).toBe('unchanged')
      await day.env.sleep(5 * MINUTE)
    }
    expect(steps.count('pullFeed')).toBe(13)
    expect(steps.count('loadState')).toBe(1)
    const description = await run.describe()
    expect(description.runId).not.toBe(handle.firstExecutionRunId)
    expect(description.historyLength).toBeLessThan(160)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  })

  it('a day of one feed: events stated, no payload over 4 kB', async () => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: 24 * HOUR })
    const handle = await feed(steps, 'sizes')
    const run = day.env.client.workflow.getHandle(handle.workflowId)
    await until(day.env, 'the first version', settled(steps))
    const before = await day.env.currentTimeMs()
    await day.env.sleep(24 * HOUR)
    const hours = ((await day.env.currentTimeMs()) - before) / HOUR
    let events = 0
    let largest = 0
    let runId: string | undefined = handle.firstExecutionRunId
    while (runId !== undefined) {
      const { events: part } = await day.env.client.workflow.getHandle(handle.workflowId, runId).fetchHistory()
      runId = undefined
      for (const event of part ?? []) {
        events += 1
        for (const payload of payloadsOf(event)) largest = Math.max(largest, payload)
        runId = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? runId
      }
    }
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThan(4096)
    // A search is a timer (2 events), a step (3) and the tasks between (6); a report every five minutes adds 6.
    expect(events / hours / 60).toBeGreaterThan(10)
    expect(events / hours / 60).toBeLessThan(14)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }, 120_000)
})

/** Sizes in bytes of every payload anywhere in an event. */
function payloadsOf(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return []
  if (value instanceof Uint8Array) return []
  const own = 'data' in value && value.data instanceof Uint8Array && 'metadata' in value ? [value.data.length] : []
  return [...own, ...Object.values(value).flatMap(payloadsOf)]
}
