import { describe, expect, it } from 'vitest'
import { deletedSignal, refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { days } from './on-day.ts'
import { MINUTE, endByDeletion, knownBefore, look, settled } from './scenes.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'
import { until } from './time-skipping.ts'

const onDay = days()

describe('a refresh ends', () => {
  it('L-04 L-05 when the feed is deleted meanwhile, and so does the run', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('refreshed-and-deleted', steps)
    await until(day, 'the first version', settled(steps))
    steps.observation = () => ({ kind: 'absent' })
    const answer = handle.executeUpdate(refreshUpdate)
    await until(day, 'the end', async () => (await handle.describe()).status.name !== 'RUNNING')
    expect(await answer).toMatchObject({ outcome: 'failed' })
    await handle.result()
  }))

  it('L-04 when the store cannot say what an earlier run knew', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.fail.loadState = () => failure('StoreFailed', 'the store is away')
    const handle = await day.start('refreshed-unread', steps)
    expect(await handle.executeUpdate(refreshUpdate)).toEqual({ outcome: 'failed', message: 'the store is away' })
    delete steps.fail.loadState
    await until(day, 'a version', settled(steps))
    await endByDeletion(handle)
  }))
})

describe('a content that changed', () => {
  it('L-03 is cleaned up before anything else, however long the store is away', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('content', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.removeFeed = () => failure('StoreFailed', 'the store is away')
    steps.observed = observedFeed({ content: 'DomainNameSet', pullHash: 'v1-names' })
    steps.body = 'names'
    const before = { pulls: steps.count('pullFeed'), searches: steps.count('searchForward') }
    await look(handle)
    await day.sleep(10 * MINUTE)
    expect(steps.count('removeFeed')).toBeGreaterThan(5)
    expect({ pulls: steps.count('pullFeed'), searches: steps.count('searchForward') }).toEqual(before)
    delete steps.fail.removeFeed
    await until(day, 'the names', () => steps.saved?.version?.set.sha256 === 'set-names')
    expect(steps.inputs('searchForward')[before.searches]).toMatchObject({ content: 'DomainNameSet', set: null, cursor: null })
    await endByDeletion(handle)
  }))

  it('G-06 L-03 is not kept waiting by a network set that cannot be removed now; it goes when it can', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ networkSet: 'wanted' })
    const handle = await day.start('content-refused', steps)
    await until(day, 'the network set', () => steps.saved?.networkSet != null)
    steps.fail.syncNetworkSet = () => failure('GlobalNetworkSetSyncFailed', 'the group is away')
    steps.observed = observedFeed({ content: 'DomainNameSet', pullHash: 'v1-names' })
    steps.body = 'names'
    await look(handle)
    await until(day, 'the names', () => steps.saved?.version?.set.sha256 === 'set-names')
    expect(steps.saved?.conditions).toEqual([{ type: 'GlobalNetworkSetSyncFailed', message: 'the group is away' }])
    expect(steps.saved).toMatchObject({ networkSetFor: 'set-a/v1-nets', networkSet: { objects: 1 } })
    delete steps.fail.syncNetworkSet
    await until(day, 'well', () => steps.saved?.conditions.length === 0)
    expect(steps.inputs('syncNetworkSet').at(-1)?.set).toBeNull()
    expect(steps.saved).toMatchObject({ networkSetFor: null })
    await endByDeletion(handle)
  }))

  it('V-23 that is invalid is no content: the last good set is searched as what it is', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ content: 'DomainNameSet' })
    const handle = await day.start('content-typo', steps)
    await until(day, 'the first version', settled(steps))
    steps.observed = observedFeed({ content: 'IPSet', pullHash: 'v1-x', pullable: false, invalid: 'spec.content' })
    await look(handle)
    await until(day, 'the condition', () => steps.saved?.conditions[0]?.type === 'InvalidSpec')
    await day.sleep(2 * MINUTE)
    expect(steps.inputs('searchForward').every(({ content }) => content === 'DomainNameSet')).toBe(true)
    await endByDeletion(handle)
  }))
})

describe('conditions', () => {
  it('T-02 S-02 a store that is back is said by a push feed whose document did not change', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ periodMs: null })
    steps.pushed = { seqNo: 1, set: 'set-p' }
    const handle = await day.start('push-outage', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.readPushedSet = () => failure('StoreFailed', 'the store is away')
    await until(day, 'the condition', () => steps.saved?.conditions[0]?.type === 'StoreFailed', 10_000)
    delete steps.fail.readPushedSet
    await day.sleep(3 * MINUTE)
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))

  it.each([
    ['older', {}],
    ['all', { searchForward: () => failure('SearchFailed', 'no permission for new logs') }],
  ])('T-06 Q-07 %s logs that cannot be searched are one lasting condition, which blocks and spins nothing', onDay(async (day, which, alsoFails) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ settings: { ...SETTINGS, continueAfterEvents: 100 } })
    steps.fail.searchBackward = () => failure('SearchFailed', 'no permission for older logs')
    const handle = await day.start(`${which}-refused`, steps)
    const run = day.env.client.workflow.getHandle(handle.workflowId)
    await until(day, 'the condition', () => steps.saved?.conditions[0]?.type === 'SearchFailed')
    Object.assign(steps.fail, alsoFails)
    await day.sleep(5 * MINUTE)
    const before = { reports: steps.count('reportStatus'), tries: steps.count('searchBackward') }
    await day.sleep(30 * MINUTE)
    expect(steps.count('reportStatus') - before.reports).toBeLessThanOrEqual(7)
    expect(steps.count('searchBackward') - before.tries).toBeLessThanOrEqual(61)
    expect((await run.describe()).runId).not.toBe(handle.firstExecutionRunId)
    delete steps.fail.searchForward
    await until(day, 'older logs alone', () => steps.saved?.conditions[0]?.message === 'no permission for older logs')
    delete steps.fail.searchBackward
    await until(day, 'well', () => steps.saved?.conditions.length === 0)
    await run.signal(deletedSignal, { uid: 'uid-1' })
    await run.result()
  }))

  it('T-02 a changed set that waits for the search of new logs says so', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const handle = await day.start('held-by-search', steps)
    await until(day, 'the first version', settled(steps))
    steps.fail.searchForward = () => failure('SearchFailed', 'the logs are away')
    steps.body = 'b'
    expect(await handle.executeUpdate(refreshUpdate)).toMatchObject({ outcome: 'failed' })
    await until(day, 'said', () => steps.saved?.conditions.some(({ type }) => type === 'StoreFailed') === true)
    expect(steps.saved?.conditions.find(({ type }) => type === 'StoreFailed')?.message).toMatch(/search/)
    delete steps.fail.searchForward
    await until(day, 'the new set', () => steps.saved?.version?.set.sha256 === 'set-b')
    expect(steps.saved?.conditions).toEqual([])
    await endByDeletion(handle)
  }))
})

describe('versions that come faster than older logs are searched', () => {
  it('Q-07 do not begin the search anew, and what they owe is searched for once it has ended', onDay(async (day) => {
    const steps = new ScriptedSteps()
    const now = await day.env.currentTimeMs()
    const begun = { set: { sha256: 'set-a', members: 1 }, upTo: { number: 3, id: 'w3' }, position: '1' }
    steps.stored = knownBefore(now, { owed: begun })
    const store = steps.storeSet
    steps.storeSet = async (input) => {
      const { state, ...rest } = await store(input)
      const owed = input.state.owed === null || state.cursor === null ? state.owed : { ...input.state.owed, set: { sha256: `${input.state.owed.set.sha256}-`, members: 1 }, next: { set: input.set, upTo: state.cursor } }
      return { ...rest, state: { ...state, owed } }
    }
    // Some of its members leave with each version. Each slice of the search ends only after another version was adopted while it ran.
    let adoptedSince = Promise.resolve()
    let adopt = (): void => undefined
    const nextAdoption = (): void => void (adoptedSince = new Promise((resolve) => (adopt = resolve)))
    nextAdoption()
    steps.searchBackward = async ({ upTo, position }) => {
      if (upTo.id !== 'w3') return { position: null, hits: 0, newEvents: 0 }
      await adoptedSince
      nextAdoption()
      return { position: position === '3' ? null : String(Number(position) + 1), hits: 0, newEvents: 0 }
    }
    const handle = await day.start('faster-versions', steps)
    for (const [body, position] of [['b', '1'], ['c', '2'], ['d', '3']] as const) {
      await until(day, `slice ${position}`, () => steps.inputs('searchBackward').at(-1)?.position === position)
      steps.body = body
      await handle.executeUpdate(refreshUpdate)
      adopt()
    }
    await until(day, 'nothing owed', async () => (await handle.query(stateQuery)).state.owed === null, 5000)
    expect(steps.inputs('searchBackward').map(({ owed, upTo, position }) => [owed.sha256, upTo.id === 'w3', position])).toEqual([
      ['set-a', true, '1'],
      ['set-a-', true, '2'],
      ['set-a--', true, '3'],
      ['set-d', false, null],
    ])
    await endByDeletion(handle)
  }))
})

describe('match: subdomains', () => {
  it('Q-04 switched on while the feed was disabled searches older logs once it is enabled', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ content: 'DomainNameSet' })
    const handle = await day.start('match-disabled', steps)
    await until(day, 'the backward search', async () => (await handle.query(stateQuery)).state.owed === null && steps.count('searchBackward') === 1)
    steps.observed = observedFeed({ content: 'DomainNameSet', enabled: false, match: 'subdomains' })
    await look(handle)
    await until(day, 'a look', () => steps.count('observeFeed') >= 2)
    await day.sleep(MINUTE)
    steps.observed = observedFeed({ content: 'DomainNameSet', match: 'subdomains' })
    await look(handle)
    await until(day, 'another backward search', () => steps.count('searchBackward') === 2)
    expect(steps.inputs('searchBackward')[1]).toMatchObject({ match: 'subdomains', position: null })
    await day.sleep(5 * MINUTE)
    expect(steps.count('searchBackward')).toBe(2)
    await endByDeletion(handle)
  }))

  it('Q-04 switched on in the middle of a slice for whole names is searched from the start', onDay(async (day) => {
    const steps = new ScriptedSteps()
    steps.observed = observedFeed({ content: 'DomainNameSet' })
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    steps.searchBackward = async ({ match }) => {
      if (match === 'exact') await held
      return { position: null, hits: 0, newEvents: 0 }
    }
    // The newest window stays the same while it is younger than an interval.
    steps.searchForward = async ({ debts }) => ({
      cursor: { number: 1, id: 'w1' },
      debts,
      startedAt: Date.now(),
      hits: 0,
      newEvents: 0,
      unsearchable: null,
    })
    const handle = await day.start('match-mid-slice', steps)
    await until(day, 'the slice', () => steps.count('searchBackward') === 1, 100)
    steps.observed = observedFeed({ content: 'DomainNameSet', match: 'subdomains' })
    await look(handle)
    await until(day, 'the look', async () => (await handle.query(stateQuery)).observed?.match === 'subdomains', 100)
    release()
    await until(day, 'the search for names below', () => steps.inputs('searchBackward').some(({ match }) => match === 'subdomains'))
    await endByDeletion(handle)
  }))
})
