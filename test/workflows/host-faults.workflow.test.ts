import { describe, expect, it } from 'vitest'
import { refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { days } from './on-day.ts'
import { HOUR, MINUTE, endByDeletion, look, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('a feed whose host is not well', () => {
  it('P-06 T-02 says so at once, asks again after 1, 2, 4 minutes, and forgets it with the next success', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    const handle = await day.start('failing', steps)
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    expect(steps.saved?.conditions).toEqual([{ type: 'PullFailed', message: 'feeds.example answered 500' }])
    expect(steps.count('pullFeed')).toBe(1)
    await day.sleep(7 * MINUTE + 30_000)
    expect(steps.count('pullFeed')).toBe(4)
    delete steps.fail.pullFeed
    await until(day, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))

  it('P-06 a refusal waits ten minutes, Retry-After longer', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 404', { slow: true })
    const handle = await day.start('refused', steps)
    await until(day, 'the attempt', () => steps.count('pullFeed') === 1)
    await day.sleep(9 * MINUTE)
    expect(steps.count('pullFeed')).toBe(1)
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 429', { retryAfterS: 1800 })
    await day.sleep(2 * MINUTE)
    expect(steps.count('pullFeed')).toBe(2)
    await day.sleep(28 * MINUTE)
    expect(steps.count('pullFeed')).toBe(2)
    await day.sleep(2 * MINUTE)
    expect(steps.count('pullFeed')).toBe(3)
    await endByDeletion(handle)
  }))

  it('P-11 a wrong body fails the pull while the last good set stays searched', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('html', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.parseFeed = () => failure('PullFailed', 'an HTML page where a list was expected')
    steps.body = 'b'
    expect(await handle.executeUpdate(refreshUpdate)).toEqual({ outcome: 'failed', message: 'an HTML page where a list was expected' })
    const { state } = await handle.query(stateQuery)
    expect(state.version?.set.sha256).toBe('set-a')
    const searches = steps.count('searchForward')
    await day.sleep(3 * MINUTE)
    expect(steps.count('searchForward')).toBeGreaterThan(searches)
    expect(steps.inputs('searchForward').at(-1)?.set?.sha256).toBe('set-a')
    await endByDeletion(handle)
  }))

  it('P-12 a body whose parsing was cut off is parsed again, without asking the host again; one that always is, is given up', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('cut-off', steps)
    await until(day, 'the first version', settled(steps))
    steps.body = 'b'
    steps.fail.parseFeed = () => (steps.count('parseFeed') === 2 ? failure('WorkerShutdown', 'the worker shuts down') : failure('Internal', 'Unexpected Error'))
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'failed' })
    await until(day, 'a second round', () => steps.count('parseFeed') === 3)
    expect(steps.saved?.conditions[0]?.type).toBe('PullFailed')
    delete steps.fail.parseFeed
    await until(day, 'the new set', () => steps.saved?.version?.set.sha256 === 'set-b')
    expect(steps.count('pullFeed')).toBe(2)
    expect(steps.saved?.conditions).toEqual([])
    steps.body = 'c'
    steps.fail.parseFeed = () => failure('Internal', 'Unexpected Error')
    const before = steps.count('parseFeed')
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'failed' })
    await until(day, 'another pull', () => steps.count('pullFeed') === 4)
    const order = steps.calls.map(({ step }) => step)
    expect(order.slice(0, order.lastIndexOf('pullFeed')).filter((step) => step === 'parseFeed')).toHaveLength(before + 6)
    delete steps.fail.parseFeed
    await until(day, 'the third set', () => steps.saved?.version?.set.sha256 === 'set-c')
    await endByDeletion(handle)
  }))

  it('P-12 a body in the store is stored when the store is back, without asking the host again', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.storeSet = () => failure('StoreFailed', 'the store is away')
    const handle = await day.start('store-away', steps)
    await until(day, 'the condition', () => steps.saved?.conditions[0]?.type === 'StoreFailed')
    await day.sleep(3 * HOUR)
    expect(steps.count('pullFeed')).toBe(1)
    expect(steps.count('parseFeed')).toBe(1)
    delete steps.fail.storeSet
    await until(day, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))

  it('P-06 P-12 a store that refuses the body makes its host wait longer each time, whatever looks there are', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('StoreFailed', 'a chunk was refused', { asked: true })
    const handle = await day.start('body-refused', steps)
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    expect(steps.saved?.conditions).toEqual([{ type: 'StoreFailed', message: 'a chunk was refused' }])
    for (let times = 0; times < 3; times += 1) {
      await look(handle)
      await day.sleep(HOUR)
    }
    // After 1, 2, 4, 8 and 16 minutes, then after each third of the period.
    expect(steps.count('pullFeed')).toBe(1 + 5 + 7)
    delete steps.fail.pullFeed
    await until(day, 'a version', settled(steps), MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    expect((await handle.query(stateQuery)).state).toMatchObject({ failedPulls: 0, retryPullAt: null })
    await endByDeletion(handle)
  }))

  it('T-06 a report that failed half-way is made again although the state is as it was before', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('half-reported', steps)
    await until(day, 'the first version', settled(steps))
    await day.sleep(2 * MINUTE)
    steps.fail.searchForward = () => failure('SearchFailed', 'the logs are away')
    steps.fail.reportStatus = () => failure('StoreFailed', 'the status is written, the state is not')
    const reports = steps.count('reportStatus')
    await until(day, 'a failed report', () => steps.count('reportStatus') > reports)
    delete steps.fail.searchForward
    await until(day, 'a search', async () => (await handle.query(stateQuery)).state.conditions.length === 0)
    const failed = steps.count('reportStatus')
    delete steps.fail.reportStatus
    await until(day, 'another report', () => steps.count('reportStatus') > failed)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))

  it('a set lost from the store is pulled whole again', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('lost-blob', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.searchForward = () => failure('BlobMissing', 'the set is not in the store')
    await until(day, 'another pull', () => steps.count('pullFeed') === 2, 10_000)
    expect(steps.inputs('pullFeed')[1]?.validators).toBeNull()
    delete steps.fail.searchForward
    await until(day, 'well again', () => steps.saved?.conditions.length === 0, 30_000)
    await endByDeletion(handle)
  }))
})

describe('what is missing and comes', () => {
  it('P-04 a reference that appears is read with the next look, and within a minute without one', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'key token of Secret x is missing', { unasked: true })
    const handle = await day.start('missing-key', steps)
    await until(day, 'six attempts', () => steps.count('pullFeed') >= 6, 30_000)
    const attempts = steps.count('pullFeed')
    await day.sleep(MINUTE)
    expect(steps.count('pullFeed')).toBeGreaterThan(attempts)
    delete steps.fail.pullFeed
    await look(handle)
    await until(day, 'a version', settled(steps), 100)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))

  it('P-06 a look does not make a failing host be asked early', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    const handle = await day.start('unrelated-look', steps)
    await until(day, 'the attempt', () => steps.count('pullFeed') === 1)
    for (let times = 0; times < 5; times += 1) {
      await look(handle)
      await day.sleep(5_000)
    }
    expect(steps.count('pullFeed')).toBe(1)
    await endByDeletion(handle)
  }))
})
