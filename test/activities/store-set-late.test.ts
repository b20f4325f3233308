import { describe, expect, it } from 'vitest'
import type { SetStore } from '../../activities/ports/set-store.ts'
import { createStoreSet } from '../../activities/store-set.ts'
import { signal } from '../adapters/elasticsearch/stores.ts'
import { adoptedOnce } from './adopted-once.ts'
import { PULL_SPEC, pullInput, run, save } from './world.ts'

describe('storeSet that comes late', () => {
  it('L-03 refuses a set that the resource no longer asks for, before it writes anything', async () => {
    const { from, feed, store, next, first } = await adoptedOnce()
    const stale = { ...next, source: { kind: 'pull', pullHash: 'v1-other', validators: null, snapshot: null } } as const
    await expect(run(store, stale)).rejects.toMatchObject({ code: 'SpecChanged' })
    const pushed = { ...next, source: { kind: 'push', document: { seqNo: 0, primaryTerm: 1 } } } as const
    await expect(run(store, pushed)).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(await from.states.read(feed, signal())).toEqual(first.state)
    expect(from.sets.writes()).toBe(1)
  })

  it('L-05 touches nothing of a feed that was made anew', async () => {
    const { from, store, next } = await adoptedOnce()
    from.apply(PULL_SPEC)
    await expect(run(store, next)).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(from.sets.writes()).toBe(1)
  })

  it('L-05 a step that wakes in another life before it writes leaves the document that this one wrote', async () => {
    const { from, next } = await adoptedOnce()
    const asleep: SetStore = {
      ...from.sets,
      async version(...place) {
        const version = await from.sets.version(...place)
        from.apply(PULL_SPEC)
        from.sets.push('IPSet', 'my-feed', { ips: ['9.9.9.9/32'] })
        return version
      },
    }
    await expect(run(createStoreSet({ ...from, sets: asleep }), next)).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: ['9.9.9.9/32'] })
  })

  it('L-05 one that wakes in the middle of its write takes back what it wrote', async () => {
    const { from, feed, next } = await adoptedOnce()
    const before = await from.states.read(feed, signal())
    const asleep: SetStore = {
      ...from.sets,
      async write(...what) {
        from.apply(PULL_SPEC)
        return from.sets.write(...what)
      },
    }
    await expect(run(createStoreSet({ ...from, sets: asleep }), next)).rejects.toMatchObject({ code: 'SpecChanged' })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toBeNull()
    expect(await from.states.read(feed, signal())).toEqual(before)
  })

  it('S-07 L-05 a step that was asleep while another adopted a set writes neither document nor state', async () => {
    const { from, feed, hash, next } = await adoptedOnce()
    const newer = await save(from.blobs, ['4.4.4.4/32'])
    const asleep: SetStore = {
      ...from.sets,
      async version(...place) {
        await run(createStoreSet(from), pullInput(feed, newer, hash, { state: next.state }))
        return from.sets.version(...place)
      },
    }
    await expect(run(createStoreSet({ ...from, sets: asleep }), next)).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'retry' })
    expect(await from.sets.read('IPSet', 'my-feed', signal())).toMatchObject({ members: ['4.4.4.4/32'] })
    expect((await from.states.read(feed, signal()))?.version?.set).toEqual(newer)
  })

  it('S-07 one that is overtaken between document and state leaves the newer state', async () => {
    const { from, feed, next } = await adoptedOnce()
    const newer = { ...next.state, failedPulls: 7 }
    const overtaken: SetStore = {
      ...from.sets,
      async write(...what) {
        const written = await from.sets.write(...what)
        await from.states.write(feed, newer, await from.states.version(feed, signal()), signal())
        return written
      },
    }
    await expect(run(createStoreSet({ ...from, sets: overtaken }), next)).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'retry' })
    expect(await from.states.read(feed, signal())).toEqual(newer)
  })

  it('S-07 L-05 one of a life whose cleanup has ended brings nothing of it back', async () => {
    const { from, feed, next } = await adoptedOnce()
    const asleep: SetStore = {
      ...from.sets,
      async version(...place) {
        await from.states.remove(feed, signal())
        from.sets.documents.clear()
        return from.sets.version(...place)
      },
    }
    await expect(run(createStoreSet({ ...from, sets: asleep }), next)).rejects.toMatchObject({ code: 'StoreFailed' })
    expect([from.sets.documents.size, from.index.states.size]).toEqual([0, 0])
  })
})
