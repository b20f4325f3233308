import { describe, expect, it } from 'vitest'
import { createLoadState } from '../../activities/load-state.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, recordOf, refOf, run, stateOf, versionOf, world } from './world.ts'

const snapshot = { sha256: 'body', bytes: 4 }

describe('loadState', () => {
  it('S-07 gives what an earlier run of this life knew, and nothing of another life', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    expect(await run(createLoadState(from), { feed })).toBeNull()
    await from.states.write(feed, stateOf(feed, { failedPulls: 2 }), null, signal())
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
    await from.states.write(feed, stateOf(feed, { lastAttemptAt: 4_999, failedPulls: 2 }), null, signal())
    expect(await run(createLoadState(from), { feed })).toEqual(stateOf(feed, { ...resumed, failedPulls: 2 } as never))
  })

  it('S-07 takes a body that the state tells of for adopted or given up, or as far as it was taken', async () => {
    const from = world()
    const feed = from.apply(PULL_SPEC)
    await from.pulls.write(feed, recordOf(snapshot, { askedAt: 5_000 }), signal())
    const told = stateOf(feed, { lastAttemptAt: 5_000, attemptedPullHash: 'v1-now' })
    await from.states.write(feed, told, null, signal())
    expect(await run(createLoadState(from), { feed })).toEqual(told)
  })
})

const PUSH_SPEC = { content: 'IPSet' }

/** A feed that pulled and was made anew as one that is pushed; what its former run stored is all there, since nobody cleaned up. */
async function formerLife(told: 'told by its state' | 'that no state tells of' = 'told by its state') {
  const from = world()
  const former = from.apply(PULL_SPEC)
  const set = setOf(['1.1.1.1/32'])
  const document = await from.sets.write(set, 'my-feed', null, signal())
  if (document === null) throw new Error('not written')
  if (told === 'told by its state') await from.states.write(former, stateOf(former, { version: versionOf(refOf(set), { document }) }), null, signal())
  await from.pulls.write(former, recordOf(snapshot), signal())
  await from.reports.write(former, { rejections: { counts: {}, samples: [] }, made: { sha256: set.sha256, content: 'IPSet', pulled: true } }, signal())
  return { from, former, feed: from.apply(PUSH_SPEC) }
}

describe('the first step of a life whose former one was terminated before it could clean up', () => {
  it.each(['told by its state', 'that no state tells of'] as const)('S-05 L-05 removes the document that it left, %s, its records and its state', async (told) => {
    const { from, feed } = await formerLife(told)
    expect(await run(createLoadState(from), { feed })).toBeNull()
    expect([from.sets.documents.size, from.index.states.size, from.index.pulls.size, from.index.rejections.size]).toEqual([0, 0, 0, 0])
  })

  it('S-05 leaves a document alone that a pusher has written over it', async () => {
    const { from, feed } = await formerLife()
    from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    await run(createLoadState(from), { feed })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: ['6.6.6.6/32'] })
    expect(from.index.states.size).toBe(0)
  })

  it.each<readonly [string, (from: ReturnType<typeof world>) => void]>([
    ['a later life than its own', (from) => void from.apply(PULL_SPEC)],
    ['no resource', (from) => from.feeds.delete('my-feed')],
  ])('L-05 removes nothing when it finds %s, since then any other life may be the one there is', async (_, meanwhile) => {
    const { from, feed } = await formerLife()
    meanwhile(from)
    await run(createLoadState(from), { feed })
    expect([from.sets.documents.size, from.index.states.size, from.index.pulls.size]).toEqual([1, 1, 1])
  })

  it('L-05 lists the lives before it looks: what a later life writes after the look is not its own to remove', async () => {
    const { from, former, feed } = await formerLife()
    let later: FeedKey | null = null
    const feeds = {
      ...from.feeds,
      async read(...what: Parameters<typeof from.feeds.read>) {
        const found = await from.feeds.read(...what)
        later = from.apply(PULL_SPEC)
        await from.states.write(later, stateOf(later), null, signal())
        return found
      },
    }
    await run(createLoadState({ ...from, feeds }), { feed })
    expect([...from.index.states.values()].map(({ feed: { uid } }) => uid)).toEqual([(later as FeedKey | null)?.uid])
    expect(from.index.states.has(former.uid)).toBe(false)
  })

  it('S-07 a life that has a state has done so, and asks for no other', async () => {
    const { from, feed } = await formerLife()
    await from.states.write(feed, stateOf(feed), null, signal())
    const states = { ...from.states, list: () => Promise.reject(new Error('asked')) }
    expect(await run(createLoadState({ ...from, states }), { feed })).toEqual(stateOf(feed))
  })
})
