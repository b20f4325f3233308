import { describe, expect, it } from 'vitest'
import { refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { HOUR, MINUTE, endByDeletion, knownBefore, look, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('when a host is asked', () => {
  it('P-06 a success forgets the failures before it: the next one waits a minute again', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('forgotten', steps)
    await until(day, 'the first version', settled(steps))
    const ill = () => failure('PullFailed', 'feeds.example answered 500')
    steps.fail.pullFeed = ill
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'failed' })
    await until(day, 'four failures', async () => (await handle.query(stateQuery)).state.failedPulls === 4, 10_000)
    delete steps.fail.pullFeed
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'unchanged' })
    expect((await handle.query(stateQuery)).state).toMatchObject({ failedPulls: 0, retryPullAt: null, conditions: [] })
    steps.fail.pullFeed = ill
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'failed' })
    const { state } = await handle.query(stateQuery)
    expect(state.failedPulls).toBe(1)
    expect((state.retryPullAt ?? 0) - (state.lastAttemptAt ?? 0)).toBeLessThan(2 * MINUTE)
    await endByDeletion(handle)
  }))

  it('P-01 a run that starts from what another knew asks a period after the last attempt, not at once', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const now = await day.env.currentTimeMs()
    steps.stored = knownBefore(now - 50 * MINUTE)
    const handle = await day.start('restarted', steps)
    await day.sleep(9 * MINUTE)
    expect(steps.count('pullFeed')).toBe(0)
    // The rest of the hour, and a tenth of it for the jitter.
    await day.sleep(8 * MINUTE)
    expect(steps.count('pullFeed')).toBe(1)
    await endByDeletion(handle)
  }))

  it('P-02 L-03 L-04 neither a changed spec nor a refresh waits for the jitter', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('unwaited', steps)
    await until(day, 'the first version', settled(steps))
    const before = await day.env.currentTimeMs()
    await handle.executeUpdate(refreshUpdate)
    steps.observed = observedFeed({ pullHash: 'v1-other' })
    await look(handle)
    await until(day, 'the pull of the changed spec', () => steps.count('pullFeed') === 3, 100)
    expect((await day.env.currentTimeMs()) - before).toBeLessThan(20_000)
    await endByDeletion(handle)
  }))
})

describe('what a host is asked with', () => {
  it('P-03 validators go back while the spec is the one they came with, and not to another', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('validators', steps)
    await until(day, 'the first version', settled(steps))
    await handle.executeUpdate(refreshUpdate)
    steps.observed = observedFeed({ pullHash: 'v1-other' })
    await look(handle)
    await until(day, 'the pull of the changed spec', () => steps.count('pullFeed') === 3, 100)
    expect(steps.inputs('pullFeed').map(({ validators }) => validators)).toEqual([null, { etag: 'a' }, null])
    expect(steps.inputs('pullFeed').map(({ document }) => document === null)).toEqual([true, false, true])
    await endByDeletion(handle)
  }))

  it('P-03 validators go back only while the objects that headers refer to are those they came with', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ references: 'v1-old' })
    const handle = await day.start('rotated-validators', steps)
    await until(day, 'the first version', settled(steps))
    await handle.executeUpdate(refreshUpdate)
    steps.observed = observedFeed({ references: 'v1-new' })
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'unchanged' })
    await handle.executeUpdate(refreshUpdate)
    expect(steps.inputs('pullFeed').map(({ validators }) => validators)).toEqual([null, { etag: 'a' }, null, { etag: 'a' }])
    await endByDeletion(handle)
  }))

  it('P-03 a 304 is a successful sync that parses, stores and searches nothing', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('not-modified', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    await handle.executeUpdate(refreshUpdate)
    delete steps.fail.pullFeed
    const before = steps.saved?.lastSyncAt ?? 0
    const counts = () => [steps.count('parseFeed'), steps.count('storeSet'), steps.count('syncNetworkSet'), steps.count('searchBackward')]
    const stored = counts()
    await day.sleep(MINUTE / 2)
    steps.pull = () => ({ outcome: 'not-modified', host: 'feeds.example' })
    expect(await handle.executeUpdate(refreshUpdate)).toEqual({ outcome: 'unchanged', message: 'the host says that nothing changed' })
    const { state } = await handle.query(stateQuery)
    expect(state.lastSyncAt).toBeGreaterThan(before)
    expect(state).toMatchObject({ conditions: [], failedPulls: 0, retryPullAt: null })
    expect(state.version?.set.sha256).toBe('set-a')
    expect(counts()).toEqual(stored)
    await endByDeletion(handle)
  }))
})

describe('what a feed refers to', () => {
  it('P-04 P-06 a host that refused is asked at once when a reference changed, and no sooner for any other look', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ references: 'v1-old' })
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 401', { slow: true, status: 401 })
    const handle = await day.start('rotated', steps)
    await until(day, 'the attempt', () => steps.count('pullFeed') === 1)
    await look(handle)
    await day.sleep(MINUTE)
    expect(steps.count('pullFeed')).toBe(1)
    steps.observed = observedFeed({ references: 'v1-new' })
    await look(handle)
    await until(day, 'another attempt', () => steps.count('pullFeed') === 2, 100)
    // The changed one is no better: the host waits as long as after any second refusal.
    await look(handle)
    await day.sleep(18 * MINUTE)
    expect(steps.count('pullFeed')).toBe(2)
    await endByDeletion(handle)
  }))

  it('P-01 a reference that changes while the pulls are well is read with the next pull', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ references: 'v1-old' })
    const handle = await day.start('well-rotated', steps)
    await until(day, 'the first version', settled(steps))
    steps.observed = observedFeed({ references: 'v1-new' })
    await look(handle)
    await day.sleep(10 * MINUTE)
    expect(steps.count('pullFeed')).toBe(1)
    await endByDeletion(handle)
  }))
})

// Last: what a worker without a cache leaves on the server, when the machine is slow, can hold up the clock for those after it.
describe('a day of failures', () => {
  it('P-01 P-06 attempts are counted over continue-as-new and a worker that remembers nothing: a day of failures, to the minute', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ settings: { ...SETTINGS, continueAfterEvents: 50 } })
    const asked: number[] = []
    steps.fail.pullFeed = () => {
      asked.push(Date.now())
      return failure('PullFailed', 'feeds.example answered 500')
    }
    const handle = await day.start('counted', steps, { maxCachedWorkflows: 0 })
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    const first = (await handle.query(stateQuery)).state.lastAttemptAt ?? 0
    await day.sleep(24 * HOUR)
    const { state } = await handle.query(stateQuery)
    // 1, 2, 4, 8 and 16 minutes, then the third of an hour; each attempt itself takes no time here.
    const wanted = Math.floor((24 * 60 - 31) / 20)
    expect(state.failedPulls).toBeGreaterThanOrEqual(5 + wanted)
    expect(state.failedPulls).toBeLessThanOrEqual(6 + wanted)
    expect(asked).toHaveLength(state.failedPulls)
    expect(((state.lastAttemptAt ?? 0) - first - 31 * MINUTE) % (20 * MINUTE)).toBeLessThan(MINUTE)
    expect((await handle.describe()).runId).not.toBe(handle.firstExecutionRunId)
    await endByDeletion(handle)
  }))
})
