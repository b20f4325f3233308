import { describe, expect, it } from 'vitest'
import { days } from './on-day.ts'
import { MINUTE, endByDeletion, settled } from './scenes.ts'
import { ScriptedSteps } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('a feed that shares its worker with many', () => {
  it('Q-10 Q-07 whose older logs have no turn tries again each interval, and is well meanwhile', onDay(async (day) => {
    const steps = new ScriptedSteps()
    let hasTurn = false
    steps.searchBackward = async () => (hasTurn ? { position: null, hits: 0, newEvents: 0 } : { position: 'start', hits: 0, newEvents: 0, waits: true })
    const handle = await day.start('no-turn', steps)
    await until(day, 'the first version', settled(steps))
    const before = steps.count('searchBackward')
    await day.sleep(30 * MINUTE)
    expect(steps.count('searchBackward') - before).toBeGreaterThan(25)
    expect(steps.count('searchBackward') - before).toBeLessThanOrEqual(31)
    expect(steps.saved).toMatchObject({ conditions: [], owed: { set: { sha256: 'set-a' }, position: 'start' } })
    hasTurn = true
    await until(day, 'nothing owed', () => steps.saved?.owed === null)
    await endByDeletion(handle)
  }))

  it('Q-10 T-02 of whose logs more match than are written says that it is behind, once, and until it no longer is', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const plain = steps.searchForward
    const debt = { span: { index: 'flows', uuid: 'u', history: 'h', shard: 0, after: 0, upTo: 50_000 }, set: { sha256: 'set-a', members: 3 } }
    let behind = 0
    steps.searchForward = async (input) => (behind === 0 ? { ...(await plain(input)), debts: [] } : { ...(await plain(input)), debts: [debt], behind: behind++ })
    const handle = await day.start('behind', steps)
    await until(day, 'the first version', settled(steps))
    behind = 50_000
    await until(day, 'said', () => steps.saved?.conditions[0]?.type === 'SearchFailed')
    expect(steps.saved?.conditions).toEqual([{ type: 'SearchFailed', message: expect.stringMatching(/behind by up to 100000 logs/) }])
    const reports = steps.count('reportStatus')
    await day.sleep(10 * MINUTE)
    expect(steps.count('reportStatus') - reports).toBeLessThanOrEqual(3)
    behind = 0
    await until(day, 'well', () => steps.saved?.conditions.length === 0)
    await endByDeletion(handle)
  }))
})
