import { describe, expect, it } from 'vitest'
import { createLoadState } from '../../activities/load-state.ts'
import { signal } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, run, stateOf, world } from './world.ts'

describe('loadState', () => {
  it('S-07 gives what an earlier run of this life knew, and nothing of another life', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    expect(await run(createLoadState(from), { feed })).toBeNull()
    await from.states.write(feed, stateOf(feed, { failedPulls: 2 }), signal())
    expect(await run(createLoadState(from), { feed })).toEqual(stateOf(feed, { failedPulls: 2 }))
    expect(await run(createLoadState(from), { feed: from.apply(PULL_SPEC) })).toBeNull()
  })
})
