import { describe, expect, it } from 'vitest'
import { refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { HOUR, MINUTE, endByDeletion, look, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

/** A host of which some is rejected. */
function rejecting(steps: ScriptedSteps): ScriptedSteps {
  const { parseFeed } = steps
  steps.parseFeed = async (input) => ({ ...(await parseFeed(input)), rejected: { zone: 2, empty: 1 } })
  return steps
}

describe('what a run reports', () => {
  it('T-05 S-07 are the resource as it was looked at, and figures of set and network set, also over continuing as new', onDay(async (day) => {
    const steps = rejecting(new ScriptedSteps())
    steps.observed = observedFeed({ generation: 3, networkSet: 'wanted', settings: { ...SETTINGS, continueAfterEvents: 60 } })
    const handle = await day.start('figures', steps)
    await until(day, 'the network set', () => steps.saved?.networkSet != null)
    const figures = { rejected: { zone: 2, empty: 1 }, delta: { added: 3, removed: 0 }, networkSet: { objects: 1, prefixes: 3 } }
    expect(steps.saved).toMatchObject(figures)
    // The state document of the adoption has what was rejected already.
    expect(steps.inputs('storeSet')[0]?.state.rejected).toEqual(figures.rejected)
    await day.sleep(HOUR / 2)
    // The next run is to stay: a signal that meets the end of one is refused by this server.
    steps.observed = { ...steps.observed, settings: SETTINGS }
    await day.sleep(HOUR / 2)
    expect((await handle.describe()).runId).not.toBe(handle.firstExecutionRunId)
    expect(steps.saved).toMatchObject(figures)

    const reports = steps.count('reportStatus')
    steps.observed = { ...steps.observed, generation: 4, networkSet: 'absent' }
    await look(handle)
    await until(day, 'the new generation', () => steps.inputs('reportStatus').at(-1)?.observed?.generation === 4)
    expect(steps.count('reportStatus')).toBeLessThanOrEqual(reports + 2)
    expect(steps.saved?.networkSet).toBeNull()
    await endByDeletion(handle)
  }))

  it('T-02 of a feed that is disabled is no condition and that it is disabled', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    const handle = await day.start('disabled', steps)
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    steps.observed = observedFeed({ enabled: false, generation: 2 })
    await look(handle)
    await until(day, 'the report', () => steps.saved?.conditions.length === 0)
    expect(steps.inputs('reportStatus').at(-1)?.observed).toMatchObject({ enabled: false, generation: 2 })
    await endByDeletion(handle)
  }))

  it('L-06 T-02 of a feed whose run is cancelled is that it is disabled', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('cancelled', steps)
    await until(day, 'the first version', settled(steps))
    await handle.cancel()
    await handle.result().catch(() => undefined)
    expect(steps.inputs('reportStatus').at(-1)?.observed?.enabled).toBe(false)
  }))

  it('T-06 lands once the API server is back, and meanwhile nothing else waits for it', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.reportStatus = () => failure('ApiUnavailable', 'the Kubernetes API server could not be reached (ECONNREFUSED)')
    const handle = await day.start('unreported', steps)
    await day.sleep(2 * HOUR)
    expect(steps.count('pullFeed')).toBeGreaterThanOrEqual(2)
    expect(steps.count('searchForward')).toBeGreaterThan(100)
    expect(steps.saved).toBeNull()
    expect((await handle.describe()).status.name).not.toBe('FAILED')
    delete steps.fail.reportStatus
    await until(day, 'a report', settled(steps))
    // Status alone is no condition.
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))

  it('T-06 is tried again twice a minute and no oftener', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('patient', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.reportStatus = () => failure('ApiUnavailable', 'down')
    const before = steps.count('reportStatus')
    steps.observed = observedFeed({ generation: 2 })
    await look(handle)
    await day.sleep(10 * MINUTE)
    expect(steps.count('reportStatus') - before).toBeGreaterThanOrEqual(15)
    expect(steps.count('reportStatus') - before).toBeLessThanOrEqual(22)
    await endByDeletion(handle)
  }))
})

describe('a successful sync', () => {
  it('T-01 is a pull that found the set unchanged, by a body or by 304, and none that was refused', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('synced', steps)
    await until(day, 'the first version', settled(steps))
    const lastSync = async (): Promise<number> => (await handle.query(stateQuery)).state.lastSyncAt ?? 0
    const first = await lastSync()
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'unchanged' })
    const second = await lastSync()
    expect(second).toBeGreaterThan(first)
    await day.sleep(MINUTE)
    steps.pull = () => ({ outcome: 'not-modified', host: 'feeds.example' })
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'unchanged' })
    const third = await lastSync()
    expect(third).toBeGreaterThan(second)
    await day.sleep(MINUTE)
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example answered 500')
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'failed' })
    expect(await lastSync()).toBe(third)
    await endByDeletion(handle)
  }))

  it('T-01 of a push feed is a document that changed and was found valid, and no other look at it', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: null })
    steps.pushed = { seqNo: 1, set: 'set-a' }
    const handle = await day.start('pushed-sync', steps)
    await until(day, 'the first version', settled(steps))
    const lastSync = async (): Promise<number> => (await handle.query(stateQuery)).state.lastSyncAt ?? 0
    const first = await lastSync()
    await day.sleep(10 * MINUTE)
    expect(steps.count('readPushedSet')).toBeGreaterThan(5)
    expect(await lastSync()).toBe(first)
    steps.fail.readPushedSet = () => failure('PushInvalid', 'the field ips is missing')
    await day.sleep(2 * MINUTE)
    expect(await lastSync()).toBe(first)
    delete steps.fail.readPushedSet
    steps.pushed = { seqNo: 2, set: 'set-b' }
    await until(day, 'the second version', async () => (await lastSync()) > first)
    await endByDeletion(handle)
  }))
})
