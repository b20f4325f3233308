import { describe, expect, it } from 'vitest'
import { createRemoveFeed } from '../../activities/remove-feed.ts'
import { createStoreSet } from '../../activities/store-set.ts'
import { streamOf } from '../fakes/scripted-feed-host.ts'
import { memoryStateStore } from '../fakes/memory-state-store.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { adoptedOnce, NEW, OLD } from './adopted-once.ts'
import { pullInput, refOf, run, save, stateOf, versionOf, world } from './world.ts'

describe('storeSet', () => {
  it('S-01 writes the first set, and owes all of it to the backward search up to the cursor', async () => {
    const { from, feed, hash, first } = await adoptedOnce()
    expect(first).toMatchObject({ added: 2, removed: 0, written: true })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: OLD })
    expect(first.state.version).toEqual({
      set: refOf(setOf(OLD)),
      content: 'IPSet',
      pullHash: hash,
      adoptedAt: '2026-05-06T07:08:09Z',
      document: await from.sets.version('IPSet', 'my-feed', signal()),
      validators: { etag: '"2"' },
    })
    expect(first.state.owed).toEqual({ set: refOf(setOf(OLD)), upTo: { number: 5, id: 'window-5' }, position: null })
    expect(await from.states.read(feed, signal())).toEqual(first.state)
  })

  it('P-03 keeps beside the validators what the objects of the headers were when the body was asked for', async () => {
    const { store, next } = await adoptedOnce()
    const { state } = await run(store, { ...next, state: { ...next.state, attemptedReferences: 'v1-token' } })
    expect(state.version).toMatchObject({ validators: { etag: '"2"' }, references: 'v1-token' })
  })

  it('Q-07 owes what is new, up to the cursor of this adoption, and forgets body and pull record', async () => {
    const { from, feed, store, next, snapshot } = await adoptedOnce()
    const output = await run(store, next)
    expect(output).toMatchObject({ added: 1, removed: 1, written: true })
    expect(output.state.owed).toEqual({ set: refOf(setOf(['3.3.3.3/32'])), upTo: { number: 9, id: 'window-9' }, position: null })
    expect(await from.blobText(refOf(setOf(['3.3.3.3/32'])))).toBe('3.3.3.3/32')
    expect(output.state.pending).toBeNull()
    expect(from.blobs.blobs.has(snapshot.sha256)).toBe(false)
    expect(await from.pulls.read(feed, signal())).toBeNull()
    expect(await from.states.read(feed, signal())).toEqual(output.state)
  })

  it('P-12 keeps a body that is, byte for byte, the set made of it', async () => {
    const { from, hash, store, next } = await adoptedOnce()
    const snapshot = await from.blobs.put(streamOf(NEW.join('\n')), signal())
    expect(snapshot.sha256).toBe(next.set.sha256)
    const output = await run(store, { ...next, source: { kind: 'pull', pullHash: hash, validators: null, snapshot } })
    expect(from.blobs.blobs.has(snapshot.sha256)).toBe(true)
    expect(output.state.version?.set.sha256).toBe(snapshot.sha256)
  })

  it('Q-07 keeps the place of the search in progress, less what left the set, and lets what is new wait behind it', async () => {
    const { from, store, next } = await adoptedOnce()
    const owed = { set: await save(from.blobs, OLD), upTo: { number: 5, id: 'window-5' }, position: 'half' }
    const output = await run(store, { ...next, state: { ...next.state, owed } })
    expect(output.state.owed).toEqual({
      set: refOf(setOf(['2.2.2.2/32'])),
      upTo: { number: 5, id: 'window-5' },
      position: 'half',
      next: { set: refOf(setOf(['3.3.3.3/32'])), upTo: { number: 9, id: 'window-9' } },
    })
    for (const sha256 of [setOf(['2.2.2.2/32']).sha256, setOf(['3.3.3.3/32']).sha256]) expect(from.blobs.blobs.has(sha256)).toBe(true)
  })

  it('Q-07 owes nothing with a lookback of 0, and nothing when members only went', async () => {
    const { from, store, next } = await adoptedOnce()
    expect((await run(store, { ...next, lookbackMs: 0 })).state.owed).toBeNull()
    const { store: other, next: fewer, from: otherWorld } = await adoptedOnce()
    const set = await save(otherWorld.blobs, ['1.1.1.1/32'])
    expect((await run(other, { ...fewer, set })).state.owed).toBeNull()
    expect(from).not.toBe(otherWorld)
  })

  it.each(['the old set', 'what was owed'])('counts everything as new when the blob of %s is lost', async (what) => {
    const { from, store, next } = await adoptedOnce()
    const lost = { sha256: 'lost', members: 1 }
    const { version, cursor } = next.state
    if (version === null || cursor === null) throw new Error('not adopted')
    const state = what === 'the old set' ? { ...next.state, version: { ...version, set: lost } } : { ...next.state, owed: { set: lost, upTo: cursor, position: null } }
    const output = await run(store, { ...next, state })
    expect(output.state.owed?.set).toEqual(refOf(setOf(NEW)))
    expect(from.sets.writes()).toBe(2)
  })

  it('P-03 writes no document for the set it holds already, and keeps what is owed with its bound and position', async () => {
    const { from, next, first } = await adoptedOnce()
    const store = createStoreSet({ ...from, now: () => new Date('2027-01-01T00:00:00Z') })
    const owed = { set: await save(from.blobs, OLD), upTo: { number: 5, id: 'window-5' }, position: 'half' }
    const output = await run(store, { ...next, set: refOf(setOf(OLD)), state: { ...next.state, owed } })
    expect(output).toMatchObject({ added: 0, removed: 0, written: false })
    expect(output.state.owed).toEqual(owed)
    expect(output.state.version).toEqual(first.state.version)
    expect(from.sets.writes()).toBe(1)
  })

  it.each(['deleted', 'overwrote'])('S-04 writes a document again that someone %s', async (did) => {
    const { from, store, next, first } = await adoptedOnce()
    if (did === 'deleted') from.sets.documents.clear()
    else from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    const output = await run(store, { ...next, set: refOf(setOf(OLD)) })
    expect(output.written).toBe(true)
    expect(output.state.version?.document).not.toEqual(first.state.version?.document)
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: OLD })
  })

  it('S-04 L-05 writes over no document of an index that was made anew as if it were its own', async () => {
    const { from, store, next, first } = await adoptedOnce()
    from.sets.recreate()
    const theirs = from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    expect(theirs.seqNo).toBe(first.state.version?.document.seqNo)
    const output = await run(store, { ...next, set: refOf(setOf(OLD)) })
    expect(output.written).toBe(true)
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: OLD })
  })

  it('S-07 T-01 keeps with the adoption that the sync succeeded, so that a run terminated then owes no report of it', async () => {
    const { from, feed, store, next } = await adoptedOnce()
    const conditions = [{ type: 'PullFailed', message: 'x' }, { type: 'SearchFailed', message: 'y' }] as const
    await run(store, { ...next, state: { ...next.state, conditions, failedPulls: 3, retryPullAt: 9, lastSyncAt: 1 } })
    const kept = await from.states.read(feed, signal())
    expect(kept).toMatchObject({ lastSyncAt: from.now().getTime(), failedPulls: 0, retryPullAt: null, conditions: [{ type: 'SearchFailed' }] })
  })

  it('S-04 reads and tries again after a lost race', async () => {
    const { from, store, next } = await adoptedOnce()
    let races = 3
    from.sets.beforeWrite = () => {
      if (races-- > 0) from.sets.push('IPSet', 'my-feed', { ips: [`9.9.9.${races}/32`] })
    }
    expect((await run(store, next)).written).toBe(true)
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: NEW })
  })

  it('S-04 writes nothing when the race was lost to this very set, and gives up on one that it cannot win', async () => {
    const { from, store, next } = await adoptedOnce()
    from.sets.beforeWrite = () => void from.sets.push('IPSet', 'my-feed', { ips: NEW, created_at: '2026-05-06T07:08:09Z' })
    expect(await run(store, next)).toMatchObject({ written: false })
    const again = await adoptedOnce()
    again.from.sets.beforeWrite = () => void again.from.sets.push('IPSet', 'my-feed', { ips: ['6.6.6.6/32'] })
    await expect(run(again.store, again.next)).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'retry' })
    expect(await again.from.states.read(again.feed, signal())).toEqual(again.first.state)
  })

  it('S-07 comes to the same end when it is run again after a crash, at whichever write', async () => {
    const { from: reference, store: whole, next: asked } = await adoptedOnce()
    const expected = await run(whole, asked)
    expect(reference.sets.writes()).toBe(2)
    for (const crash of ['document', 'state', 'snapshot'] as const) {
      const { from, feed, next } = await adoptedOnce()
      const boom = () => Promise.reject(new Error('killed'))
      const dying = createStoreSet({
        ...from,
        ...(crash === 'document' ? { states: { ...from.states, write: boom } } : {}),
        ...(crash === 'state' ? { pulls: { ...from.pulls, read: boom } } : {}),
        ...(crash === 'snapshot' ? { blobs: { ...from.blobs, removeMade: boom } } : {}),
      })
      await expect(run(dying, next)).rejects.toThrow('killed')
      const retry = createStoreSet({ ...from, states: memoryStateStore(from.index) })
      const output = await run(retry, next)
      expect({ ...output.state, uid: '' }).toEqual({ ...expected.state, uid: '' })
      expect(from.sets.writes()).toBe(2)
      expect(await from.states.read(feed, signal())).toEqual(output.state)
      expect(from.blobs.blobs.has(next.source.kind === 'pull' ? (next.source.snapshot?.sha256 ?? '') : '')).toBe(false)
    }
  })

  it('keeps a body that another feed pulled too', async () => {
    const { from, store, next, snapshot } = await adoptedOnce()
    const other = await from.blobs.put(streamOf('2.2.2.2\n3.3.3.3\n'), signal())
    expect(other.sha256).toBe(snapshot.sha256)
    await run(store, next)
    expect(from.blobs.blobs.has(snapshot.sha256)).toBe(true)
  })

  it('S-07 names what the run had before, until it writes its own state: a run that never hears of the adoption goes on with that', async () => {
    const { from, feed, store, next, first } = await adoptedOnce()
    const output = await run(store, next)
    const sets = [first.state.version?.set.sha256, next.set.sha256, output.state.owed?.set.sha256]
    expect([...(from.index.states.get(feed.uid)?.named ?? [])]).toEqual(expect.arrayContaining(sets))
    await from.states.write(feed, output.state, await from.states.version(feed, signal()), signal())
    expect(from.index.states.get(feed.uid)?.named).toEqual(new Set(sets.slice(1)))
  })

  it('L-03 overwrites a pushed document at the first good pull, also when it holds the same set in other words', async () => {
    const { from, store, next } = await adoptedOnce()
    const document = from.sets.push('IPSet', 'my-feed', { ips: ['3.3.3.3', '2.2.2.2'] })
    const version = versionOf(refOf(setOf(NEW)), { pullHash: null, document })
    const output = await run(store, { ...next, state: { ...next.state, version } })
    expect(output).toMatchObject({ written: true, added: 0, removed: 0 })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: NEW, fields: ['ips', 'created_at'] })
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>, boolean]>([
    ['unknown so far', { ips: NEW, note: 'mine' }, false],
    ['adopted before, which may bear a date', { ips: NEW, created_at: '2026-01-01T00:00:00Z', note: 'mine' }, true],
  ])('L-03 S-05 overwrites a pushed document that happens to hold the very set, since it goes with the feed then: one %s', async (_, source, known) => {
    const { from, feed, store, next } = await adoptedOnce()
    const document = from.sets.push('IPSet', 'my-feed', source)
    const version = known ? versionOf(refOf(setOf(NEW)), { pullHash: null, document }) : next.state.version
    const output = await run(store, { ...next, state: { ...next.state, version } })
    expect(output.written).toBe(true)
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: NEW, fields: ['ips', 'created_at'] })
    await run(createRemoveFeed(from), { feed, state: output.state, reason: 'deleted' })
    expect(from.sets.documents.size).toBe(0)
  })

  it('S-03 adopts a pushed set without writing its document', async () => {
    const from = world()
    const feed = from.apply({ content: 'IPSet' })
    const document = from.sets.push('IPSet', 'my-feed', { ips: [...NEW].reverse() })
    const input = pullInput(feed, await save(from.blobs, NEW), '', { source: { kind: 'push', document } })
    const output = await run(createStoreSet(from), input)
    expect(output).toMatchObject({ written: false, added: 2, state: { version: { pullHash: null, document, validators: null } } })
    expect(from.sets.writes()).toBe(0)
  })

  it('adopts nothing before logs were searched once, since nothing bounds the backward search then', async () => {
    const { from, feed, hash, store } = await adoptedOnce()
    const input = pullInput(feed, await save(from.blobs, NEW), hash, { state: stateOf(feed, { cursor: null }) })
    await expect(run(store, input)).rejects.toMatchObject({ code: 'SearchFailed' })
  })
})
