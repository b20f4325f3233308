import { describe, expect, it } from 'vitest'
import { observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { MINUTE, endByDeletion, look, settled } from './scenes.ts'
import { ScriptedSteps } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('what a feed says of its events', () => {
  it('V-21 E-02 goes with every search, as it stands at the last look, and is no changed list', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ rating: { severity: 30 } })
    const handle = await day.start('rated', steps)
    await until(day, 'the first version', settled(steps))
    await until(day, 'the older logs', () => steps.count('searchBackward') === 1)
    expect(steps.inputs('searchForward').at(-1)).toMatchObject({ rating: { severity: 30 } })
    expect(steps.inputs('searchBackward')[0]).toMatchObject({ rating: { severity: 30 } })

    const pulls = steps.count('pullFeed')
    steps.observed = observedFeed({})
    await look(handle)
    const before = steps.count('searchForward')
    await day.sleep(3 * MINUTE)
    expect(steps.count('searchForward')).toBeGreaterThan(before)
    expect(steps.inputs('searchForward').at(-1)).not.toHaveProperty('rating')
    expect({ pulls: steps.count('pullFeed'), backward: steps.count('searchBackward') }).toEqual({ pulls, backward: 1 })
    await endByDeletion(handle)
  }))
})
