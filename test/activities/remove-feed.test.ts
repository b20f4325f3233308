import { describe, expect, it } from 'vitest'
import { createRemoveFeed } from '../../activities/remove-feed.ts'
import { streamOf } from '../fakes/scripted-feed-host.ts'
import { signal, setOf, someFeed } from '../adapters/elasticsearch/stores.ts'
import { PULL_SPEC, recordOf, run, save, stateOf, versionOf, world } from './world.ts'

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
  await from.states.write(feed, state, signal())
  const snapshot = await from.blobs.put(streamOf('1.1.1.1'), signal())
  await from.pulls.write(feed, recordOf(snapshot), signal())
  await from.reports.write(feed, { counts: {}, samples: [] }, signal())
  return { from, feed, state, set, owed, indebted }
}

describe('removeFeed', () => {
  it('S-05 removes everything a deleted feed stored', async () => {
    const { from, feed, state } = await stored()
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect([from.sets.documents.size, from.blobs.blobs.size, from.index.states.size, from.index.pulls.size, from.index.rejections.size]).toEqual([0, 0, 0, 0, 0])
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
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

  it('leaves the blob of a set that another feed holds too', async () => {
    const { from, feed, state, set, owed } = await stored()
    const other = someFeed('other')
    await from.states.write(other, stateOf(other, { version: versionOf(set) }), signal())
    await run(createRemoveFeed(from), { feed, state, reason: 'deleted' })
    expect([from.blobs.blobs.has(set.sha256), from.blobs.blobs.has(owed.sha256)]).toEqual([true, false])
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
    expect(from.blobs.blobs.size).toBe(0)
    expect(await from.states.read(feed, signal())).toEqual(state)
  })
})
