import { describe, expect, it } from 'vitest'
import { refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { adopted, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { MINUTE, endByDeletion, knownBefore, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('a set lost from the store', () => {
  it('S-03 is read again from the pushed document, changed or not', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: null })
    steps.pushed = { seqNo: 1, set: 'set-p' }
    const handle = await day.start('lost-push', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.searchForward = () => failure('BlobMissing', 'the set is not in the store')
    await until(day, 'a whole read', () => steps.inputs('readPushedSet').filter(({ document }) => document === null).length >= 2, 10_000)
    delete steps.fail.searchForward
    await until(day, 'well again', () => steps.saved?.conditions.length === 0, 10_000)
    await endByDeletion(handle)
  }))

  it('P-12 is pulled again although nothing was ever adopted, and a host is not hammered for it', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.storeSet = () => failure('BlobMissing', 'the set is not in the store')
    const handle = await day.start('lost-first', steps)
    await until(day, 'a second pull', () => steps.count('pullFeed') >= 2, 1000)
    await day.sleep(10 * MINUTE)
    expect(steps.count('pullFeed')).toBeGreaterThan(2)
    expect(steps.count('pullFeed')).toBeLessThanOrEqual(7)
    delete steps.fail.storeSet
    await until(day, 'a version', settled(steps), 30_000)
    await endByDeletion(handle)
  }))

  it('P-12 while its body waits is made of that body again, and the host is not asked', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.storeSet = () => failure('BlobMissing', 'the set is not in the store')
    const handle = await day.start('lost-pending', steps)
    await until(day, 'it is missed', () => steps.count('storeSet') === 1, 1000)
    delete steps.fail.storeSet
    await until(day, 'a version', settled(steps), 10_000)
    expect([steps.count('parseFeed'), steps.count('pullFeed')]).toEqual([2, 1])
    await endByDeletion(handle)
  }))

  it.each(['searched before', 'just enabled'])('S-07 does not keep another set from being adopted: a feed %s', onDay(async (day, what) => {
    const steps = new ScriptedSteps()
    const now = await day.env.currentTimeMs()
    const cursor = what === 'just enabled' ? null : { number: 7, id: 'w7' }
    steps.stored = knownBefore(now, { version: adopted('set-lost'), cursor })
    steps.body = 'other'
    const { searchForward } = steps
    steps.searchForward = async (input) => {
      if (input.set?.sha256 === 'set-lost') throw failure('BlobMissing', 'the set is not in the store')
      return searchForward(input)
    }
    const handle = await day.start(`lost-in-force-${what.length}`, steps)
    await until(day, 'another version', () => steps.saved?.version?.set.sha256 === 'set-other', 10_000)
    expect(steps.count('pullFeed')).toBe(1)
    expect(steps.inputs('storeSet')[0]?.state.cursor).not.toBeNull()
    await until(day, 'well again', () => steps.saved?.conditions.length === 0, 10_000)
    await endByDeletion(handle)
  }))

  it('Q-07 that older logs were searched for when another was adopted is missed by nobody', onDay(async (day) => {
    const steps = new ScriptedSteps()
    let end = (): void => undefined
    const adoptedAnother = new Promise<void>((resolve) => {
      end = resolve
    })
    steps.searchBackward = async ({ owed }) => {
      if (owed.sha256 !== 'set-a') return { position: null, hits: 0, newEvents: 0 }
      await adoptedAnother
      throw failure('BlobMissing', 'the set is not in the store')
    }
    const handle = await day.start('lost-outdated', steps)
    await until(day, 'the search of older logs', () => steps.count('searchBackward') === 1)
    steps.body = 'b'
    await handle.executeUpdate(refreshUpdate)
    end()
    await until(day, 'nothing owed', async () => (await handle.query(stateQuery)).state.owed === null && steps.count('searchBackward') === 2, 5000)
    const { state } = await handle.query(stateQuery)
    expect([state.conditions, state.failedPulls, steps.count('pullFeed')]).toEqual([[], 0, 2])
    await endByDeletion(handle)
  }))

  it('Q-07 that was owed to older logs alone is replaced by the whole set', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const now = await day.env.currentTimeMs()
    steps.stored = knownBefore(now, { owed: { set: { sha256: 'set-new-only', members: 1 }, upTo: { number: 3, id: 'w3' }, position: '4' } })
    steps.searchBackward = async ({ owed }) => {
      if (owed.sha256 === 'set-new-only') throw failure('BlobMissing', 'the set is not in the store')
      return { position: null, hits: 0, newEvents: 0 }
    }
    const handle = await day.start('lost-owed', steps)
    await until(day, 'nothing owed', async () => (await handle.query(stateQuery)).state.owed === null && steps.count('searchBackward') > 1, 5000)
    expect(steps.inputs('searchBackward').at(-1)).toMatchObject({ owed: { sha256: 'set-a' }, upTo: { id: 'w3' }, position: null })
    expect(steps.count('pullFeed')).toBe(0)
    await endByDeletion(handle)
  }))
})
