import { describe, expect, it } from 'vitest'
import { createLoadState } from '../../activities/load-state.ts'
import { signal } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, recordOf, run, stateOf, world } from './world.ts'

const snapshot = { sha256: 'body', bytes: 4 }

describe('loadState', () => {
  it('S-07 gives what an earlier run of this life knew, and nothing of another life', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    expect(await run(createLoadState(from), { feed })).toBeNull()
    await from.states.write(feed, stateOf(feed, { failedPulls: 2 }), signal())
    expect(await run(createLoadState(from), { feed })).toEqual(stateOf(feed, { failedPulls: 2 }))
    expect(await run(createLoadState(from), { feed: from.apply(PULL_SPEC) })).toBeNull()
  })

  it('S-07 P-12 finds a body that the earlier run was terminated over, also where it had written no state yet', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    await from.pulls.write(feed, recordOf(snapshot, { askedAt: 5_000, pullHash: 'v1-now' }), signal())
    const pending = { snapshot, validators: null, pullHash: 'v1-now', content: 'IPSet', format: { kind: 'newline' }, allowEmpty: false, set: null }
    const resumed = { pending, attemptedPullHash: 'v1-now', lastAttemptAt: 5_000 }
    expect(await run(createLoadState(from), { feed })).toMatchObject({ uid: feed.uid, ...resumed })
    await from.states.write(feed, stateOf(feed, { lastAttemptAt: 4_999, failedPulls: 2 }), signal())
    expect(await run(createLoadState(from), { feed })).toEqual(stateOf(feed, { ...resumed, failedPulls: 2 } as never))
  })

  it('S-07 takes a body that the state tells of for adopted or given up, or as far as it was taken', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    await from.pulls.write(feed, recordOf(snapshot, { askedAt: 5_000 }), signal())
    const told = stateOf(feed, { lastAttemptAt: 5_000, attemptedPullHash: 'v1-now' })
    await from.states.write(feed, told, signal())
    expect(await run(createLoadState(from), { feed })).toEqual(told)
  })
})
