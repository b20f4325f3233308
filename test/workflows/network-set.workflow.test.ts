import { describe, expect, it } from 'vitest'
import { deletedSignal, lookAgainSignal, refreshSignal } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { MINUTE, endByDeletion, look } from './scenes.ts'
import { failure, ScriptedSteps } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('a network set that is no longer wanted', () => {
  it('G-06 T-02 and cannot be removed is said until it is removed, over all looks meanwhile', onDay(async (day) => {
    const steps = new ScriptedSteps()
    // A run that continues another looks without being asked to, and so tries nothing sooner.
    const settings = { ...SETTINGS, continueAfterEvents: 60 }
    steps.observed = observedFeed({ networkSet: 'wanted', settings })
    const handle = await day.start('unremoved', steps)
    await until(day, 'the network set', () => steps.saved?.networkSet != null)
    steps.fail.syncNetworkSet = () => failure('GlobalNetworkSetSyncFailed', 'the group is away')
    steps.observed = observedFeed({ networkSet: 'absent', settings })
    await look(handle)
    await until(day, 'the condition', () => steps.saved?.conditions.length === 1)
    const reports = steps.count('reportStatus')
    const looks = steps.count('observeFeed')
    await until(day, 'two more looks', () => steps.count('observeFeed') >= looks + 2, 10_000)
    await day.sleep(MINUTE)
    expect(steps.inputs('reportStatus').slice(reports).every(({ state }) => state.conditions.length === 1)).toBe(true)
    expect(steps.saved?.conditions).toEqual([{ type: 'GlobalNetworkSetSyncFailed', message: 'the group is away' }])
    delete steps.fail.syncNetworkSet
    await until(day, 'well', () => steps.saved?.conditions.length === 0)
    expect(steps.saved?.networkSet).toBeNull()
    const run = day.env.client.workflow.getHandle(handle.workflowId)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }))
})

describe('whether somebody may have touched the network set', () => {
  it('G-05 is so in the first sync, after a message, and until a sync succeeds; a new set alone is no reason', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await day.start('touched', steps)
    const synced = (times: number) => until(day, `sync ${String(times)}`, () => steps.count('syncNetworkSet') >= times)
    await synced(1)
    steps.body = 'b'
    await handle.signal(refreshSignal)
    await synced(2)
    steps.fail.syncNetworkSet = () => failure('GlobalNetworkSetSyncFailed', 'no')
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    await synced(3)
    delete steps.fail.syncNetworkSet
    await synced(4)
    expect(steps.inputs('syncNetworkSet').slice(0, 4).map(({ touched }) => touched)).toEqual([true, false, true, true])
    await endByDeletion(handle)
  }))
})
