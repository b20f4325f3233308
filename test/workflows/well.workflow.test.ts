import { describe, expect, it } from 'vitest'
import { lookAgainSignal, refreshSignal, refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { HOUR, MINUTE, endByDeletion, knownBefore, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('a feed that is well', () => {
  it('P-01 Q-08 T-06 pulls each period, searches each interval, and writes little: one day', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('a-day', steps)
    await until(day, 'the first version', settled(steps))
    const order = steps.calls.map(({ step }) => step)
    expect(order.slice(0, 6)).toEqual(['loadState', 'observeFeed', 'pullFeed', 'parseFeed', 'searchForward', 'storeSet'])
    const before = { pulls: steps.count('pullFeed'), searches: steps.count('searchForward'), reports: steps.count('reportStatus') }
    await day.sleep(24 * HOUR)
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
  }))

  it('L-01 S-07 goes on where an earlier run stopped, without a pull', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const now = await day.env.currentTimeMs()
    steps.stored = knownBefore(now - 10 * MINUTE)
    const handle = await day.start('resumed', steps)
    await until(day, 'three searches', () => steps.count('searchForward') >= 3, 30_000)
    expect(steps.count('pullFeed')).toBe(0)
    expect(steps.inputs('searchForward')[0]?.cursor).toEqual({ number: 7, id: 'w7' })
    await endByDeletion(handle)
  }))

  it('S-07 P-12 a run that cannot read what an earlier one knew says so, and neither pulls nor writes over it', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.loadState = () => failure('StoreFailed', 'the store is away')
    const handle = await day.start('unread', steps)
    await until(day, 'the condition', () => steps.saved?.conditions[0]?.type === 'StoreFailed')
    await day.sleep(2 * HOUR)
    expect(steps.count('pullFeed')).toBe(0)
    expect(steps.inputs('reportStatus').every(({ keep }) => !keep)).toBe(true)
    delete steps.fail.loadState
    await until(day, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    expect(steps.inputs('reportStatus').at(-1)?.keep).toBe(true)
    await endByDeletion(handle)
  }))

  it('Q-07 searches new members backward up to the cursor at adoption, in slices', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.backwardSlices = 3
    const handle = await day.start('backward', steps)
    await until(day, 'three slices', () => steps.count('searchBackward') >= 3)
    const [first, second, third] = steps.inputs('searchBackward')
    expect([first?.position, second?.position, third?.position]).toEqual([null, '1', '2'])
    expect(first?.upTo).toEqual({ number: 1, id: 'w1' })
    await until(day, 'nothing owed', async () => (await handle.query(stateQuery)).state.owed === null)
    expect(steps.count('searchBackward')).toBe(3)
    await endByDeletion(handle)
  }))
})

describe('messages', () => {
  it('L-04 a refresh pulls now, by signal and by update', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('refresh', steps)
    await until(day, 'the first version', settled(steps))
    await handle.signal(refreshSignal)
    await until(day, 'the second pull', () => steps.count('pullFeed') === 2)
    expect(await handle.executeUpdate(refreshUpdate)).toEqual({ outcome: 'unchanged', message: 'the set is unchanged' })
    steps.body = 'b'
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'updated' })
    expect(steps.count('pullFeed')).toBe(4)
    await endByDeletion(handle)
  }))

  it('L-02 disabled: no pull, no search, no network set, no conditions, and a refresh answers "disabled"', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await day.start('disabled', steps)
    await until(day, 'the network set', () => steps.count('syncNetworkSet') === 1)
    steps.fail.pullFeed = () => failure('PullFailed', 'no')
    await handle.signal(refreshSignal)
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    steps.observed = observedFeed({ networkSet: 'wanted', enabled: false })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'no network set', () => steps.inputs('syncNetworkSet').at(-1)?.set === null)
    await until(day, 'no conditions', () => steps.saved?.conditions.length === 0)
    const calls = { pulls: steps.count('pullFeed'), searches: steps.count('searchForward') }
    await day.sleep(48 * HOUR)
    expect({ pulls: steps.count('pullFeed'), searches: steps.count('searchForward') }).toEqual(calls)
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'disabled' })
    delete steps.fail.pullFeed
    steps.observed = observedFeed({ networkSet: 'wanted' })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'a search', () => steps.count('searchForward') > calls.searches)
    // With a window of its own: the newest may be of before.
    expect(steps.inputs('searchForward')[calls.searches]).toMatchObject({ cursor: null, fresh: true })
    await endByDeletion(handle)
  }))

  it.each([
    ['disabled', observedFeed({ enabled: false })],
    ['broken', observedFeed({ pullable: false, invalid: 'spec.pull.http.url', pullHash: 'v1-broken' })],
  ])('P-01 a feed that is %s while a body waits loses it, and pulls as soon as it is as it was', onDay(async (day, name, between) => {
    const steps = new ScriptedSteps()
    steps.fail.parseFeed = () => failure('StoreFailed', 'the store is away')
    const handle = await day.start(`${name}-with-body`, steps)
    await until(day, 'a body that waits', () => steps.count('parseFeed') === 1)
    steps.observed = between
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'the look', async () => (await handle.query(stateQuery)).state.pending === null)
    delete steps.fail.parseFeed
    await day.sleep(2 * MINUTE)
    expect(steps.count('pullFeed')).toBe(1)
    steps.observed = observedFeed()
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'the first version', settled(steps))
    expect(steps.count('pullFeed')).toBe(2)
    await endByDeletion(handle)
  }))

  it('V-18 an invalid spec is one condition, pulls stop, and an edit heals it', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ pullable: false, invalid: 'spec.pull.period: found "1m", at least 5m' })
    const handle = await day.start('invalid', steps)
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    expect(steps.saved?.conditions[0]).toEqual({ type: 'InvalidSpec', message: 'spec.pull.period: found "1m", at least 5m' })
    expect(steps.count('pullFeed')).toBe(0)
    steps.observed = observedFeed()
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await until(day, 'healed', () => steps.saved?.conditions.length === 0 && steps.saved.version !== null)
    await endByDeletion(handle)
  }))
})

describe('a pushed feed', () => {
  it('S-02 S-03 L-04 waits for its document, is read at once when asked for, takes a change within an interval, and says when it was deleted', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: null })
    const handle = await day.start('pushed', steps)
    await day.sleep(10 * MINUTE)
    expect(steps.count('pullFeed')).toBe(0)
    expect(steps.saved?.version).toBeNull()
    steps.pushed = { seqNo: 5, set: 'set-p' }
    await day.sleep(MINUTE + 1000)
    await until(day, 'the version', () => steps.saved?.version?.set.sha256 === 'set-p')
    const reads = steps.count('readPushedSet')
    await day.sleep(10 * MINUTE)
    expect(steps.count('readPushedSet') - reads).toBeLessThanOrEqual(11)
    expect(steps.count('storeSet')).toBe(1)
    steps.pushed = { seqNo: 6, set: 'set-q' }
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'updated' })
    steps.pushed = null
    await until(day, 'said', () => steps.saved?.conditions[0]?.type === 'PushInvalid', 10_000)
    expect(steps.saved?.version?.set.sha256).toBe('set-q')
    await endByDeletion(handle)
  }))
})
