import { describe, expect, it } from 'vitest'
import type { SetStore } from '../../activities/ports/set-store.ts'
import type { MadeSet } from '../../activities/ports/state-store.ts'
import { createRemoveFeed } from '../../activities/remove-feed.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { streamOf } from '../fakes/scripted-feed-host.ts'
import { signal, setOf } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, recordOf, refOf, run, save, stateOf, versionOf, world, type World } from './world.ts'

/** A pull feed with a document, a set, something owed, a debt, a body, a report and a state. */
async function stored() {
  const from = world()
  const feed = from.apply(PULL_SPEC)
  const document = await from.sets.write(setOf(['1.1.1.1/32']), 'my-feed', null, signal())
  if (document === null) throw new Error('not written')
  const [set, owed, indebted] = [await save(from.blobs, ['1.1.1.1/32']), await save(from.blobs, ['2.2.2.2/32']), await save(from.blobs, ['3.3.3.3/32'])]
  const upTo = { number: 1, id: 'w' }
  const span = { index: 'flows', uuid: 'u', history: 'h', shard: 0, after: -1, upTo: 3 }
  const state = stateOf(feed, { version: versionOf(set, { document }), owed: { set: owed, upTo, position: null }, debts: [{ span, set: indebted }] })
  await from.states.write(feed, state, null, signal())
  const snapshot = await from.blobs.put(streamOf('1.1.1.1'), signal())
  await from.pulls.write(feed, recordOf(snapshot), signal())
  await report(from, feed, ['9.9.9.9/32'])
  return { from, feed, state, set }
}

/** As a step leaves it that made this set. */
async function report(from: World, feed: FeedKey, members: readonly string[], changes: Partial<MadeSet> = {}): Promise<void> {
  const made: MadeSet = { sha256: setOf(members).sha256, content: 'IPSet', pulled: true, ...changes }
  await from.reports.write(feed, { rejections: { counts: {}, samples: [] }, made }, signal())
}

/** What is left of a run that was terminated right after it had written its document: a report, and what a former adoption stored. */
async function diedBeforeItsState(former: 'nothing' | 'an older set') {
  const from = world()
  const feed = from.apply(PULL_SPEC)
  const older = former === 'nothing' ? null : await from.sets.write(setOf(['1.1.1.1/32']), 'my-feed', null, signal())
  const version = older === null ? null : versionOf(refOf(setOf(['1.1.1.1/32'])), { document: older })
  await report(from, feed, ['2.2.2.2/32', '3.3.3.3/32'])
  await from.sets.write(setOf(['2.2.2.2/32', '3.3.3.3/32']), 'my-feed', older, signal())
  return { from, feed, state: stateOf(feed, { version }) }
}

describe('removeFeed', () => {
  it('S-05 removes everything a deleted feed stored', async () => {
    const { from, feed, state } = await stored()
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect([from.sets.documents.size, from.index.states.size, from.index.pulls.size, from.index.rejections.size]).toEqual([0, 0, 0, 0])
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
  })

  it('L-05 one that wakes after another attempt has ended leaves the same set of the next life alone', async () => {
    const { from, feed, state } = await diedBeforeItsState('nothing')
    const asleep: SetStore = {
      ...from.sets,
      async read(...place) {
        await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
        await from.sets.write(setOf(['2.2.2.2/32', '3.3.3.3/32']), 'my-feed', null, signal())
        return from.sets.read(...place)
      },
    }
    await run(createRemoveFeed({ ...from, sets: asleep }), { feed, state, reason: 'deleted' })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: ['2.2.2.2/32', '3.3.3.3/32'] })
  })

  it('S-05 leaves a document alone that someone else wrote since', async () => {
    const { from, feed, state } = await stored()
    from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: ['6.6.6.6/32'] })
    expect(from.index.states.size).toBe(0)
  })

  it('S-05 leaves a pushed document alone', async () => {
    const { from, feed, state, set } = await stored()
    const document = state.version?.document ?? { seqNo: -1, primaryTerm: -1 }
    await run(createRemoveFeed(from), { feed, state: { ...state, version: versionOf(set, { document, pullHash: null }) }, reason: 'deleted' })
    expect(await from.sets.version('IPSet', 'my-feed', signal())).toEqual(document)
  })

  it('leaves every blob to the collector, since another feed may want the same at any time', async () => {
    const { from, feed, state } = await stored()
    const before = [...from.blobs.blobs.keys()]
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect([...from.blobs.blobs.keys()]).toEqual(before)
  })

  it.each(['nothing', 'an older set'] as const)('S-05 removes the document of a run that was terminated before it could tell of it, after %s', async (former) => {
    const { from, feed, state } = await diedBeforeItsState(former)
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect([from.sets.documents.size, from.index.rejections.size]).toEqual([0, 0])
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['another set', { ips: ['6.6.6.6/32'], created_at: '2026-01-01T00:00:00Z' }],
    ['the same without our date', { ips: ['2.2.2.2/32', '3.3.3.3/32'] }],
    ['no set at all', { created_at: '2026-01-01T00:00:00Z' }],
  ])('S-05 leaves a document alone that a pusher wrote over it: %s', async (_, document) => {
    const { from, feed, state } = await diedBeforeItsState('an older set')
    from.sets.push('IPSet', 'my-feed', document)
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect(from.sets.documents.size).toBe(1)
  })

  it('S-05 leaves a pushed document alone that holds what was read from it, whatever date it bears', async () => {
    const { from, feed, state } = await diedBeforeItsState('an older set')
    const { version } = state
    if (version === null) throw new Error('no version')
    await report(from, feed, ['2.2.2.2/32', '3.3.3.3/32'], { pulled: false })
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    await report(from, feed, ['2.2.2.2/32', '3.3.3.3/32'])
    await run(createRemoveFeed(from), { feed, state: { ...state, version: { ...version, pullHash: null } }, reason: 'deleted' })
    expect(from.sets.documents.size).toBe(1)
  })

  it('removes the state last, so that a crash on the way leaves what names the rest', async () => {
    const { from, feed, state } = await stored()
    const dying = createRemoveFeed({ ...from, reports: { ...from.reports, remove: () => Promise.reject(new Error('killed')) } })
    await expect(run(dying, { feed, state, reason: 'deleted' })).rejects.toThrow('killed')
    expect(await from.states.read(feed, signal())).toEqual(state)
  })

  it('L-03 removes what was stored under another content, debts of its logs included, and keeps the state', async () => {
    const { from, feed, state } = await stored()
    await run(createRemoveFeed(from), { feed, state, reason: 'content-changed' })
    expect([from.sets.documents.size, from.index.pulls.size, from.index.rejections.size]).toEqual([0, 0, 0])
    expect(await from.states.read(feed, signal())).toEqual(state)
  })
})
