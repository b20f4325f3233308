import { describe, expect, it } from 'vitest'
import { lookAgainSignal, refreshSignal } from '../../workflows/messages.ts'
import { observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { endByDeletion } from './scenes.ts'
import { failure, ScriptedSteps } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

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
