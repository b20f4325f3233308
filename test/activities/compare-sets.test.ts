import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareSets } from '../../activities/compare-sets.ts'
import { afterBackward, afterStore } from '../../domain/run/owed.ts'
import { blobsOf } from '../../domain/run/blobs-of.ts'
import { freshState, type FeedState } from '../../domain/run/state.ts'
import type { StoreInput } from '../../domain/run/steps.ts'
import { setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'
import { pullInput, refOf, save, versionOf } from './world.ts'

const FEED = { cluster: 'some-cluster', name: 'some-feed', uid: 'uid-1' }
const DAY_MS = 86_400_000
const MEMBERS = ['1.1.1.1/32', '2.2.2.2/32', '3.3.3.3/32', '4.4.4.4/32']

/** A version comes, with this set; or a slice of the backward search ends: its last one, or one before; also while the version is stored. */
type Happening = { readonly version: readonly string[]; readonly meanwhile: 'nothing' | 'slice' | 'end' } | 'slice' | 'end'
const version = fc.record({ version: fc.subarray(MEMBERS, { minLength: 1 }), meanwhile: fc.constantFrom('nothing' as const, 'slice' as const, 'end' as const) })
const happenings = fc.array(fc.oneof(version, fc.constantFrom('slice' as const, 'end' as const)), { maxLength: 12, size: 'max' })

/** A feed and its backward searches, with a record of what they have searched for and up to where. */
function feedInTime() {
  const blobs = memoryBlobStore()
  let state: FeedState = { ...freshState('uid-1'), cursor: { number: 0, id: 'w0' } }
  let inForce: readonly string[] = []
  let clock = 0
  /** When each member of the set joined it. */
  const joined = new Map<string, number>()
  /** Up to which window each member was searched for, in searches that ended and were not begun anew. */
  const searched = new Map<string, number>()
  let ended = 0

  async function membersOf(sha256: string): Promise<readonly string[]> {
    const chunks: Uint8Array[] = []
    for await (const chunk of await blobs.get(sha256, signal())) chunks.push(chunk)
    return Buffer.concat(chunks).toString().split('\n').filter((member) => member !== '')
  }

  async function slice(isLast: boolean): Promise<void> {
    const { owed } = state
    if (owed === null) return
    if (!isLast) {
      state = { ...state, owed: { ...owed, position: `${owed.upTo.id} ${String(++clock)}` } }
      return
    }
    ended++
    for (const member of await membersOf(owed.set.sha256)) searched.set(member, Math.max(searched.get(member) ?? 0, owed.upTo.number))
    state = { ...state, owed: afterBackward(owed) }
  }

  async function adopt(members: readonly string[], meanwhile: 'nothing' | 'slice' | 'end'): Promise<void> {
    clock++
    // New logs are searched with the set in force before another is adopted.
    state = { ...state, cursor: { number: clock, id: `w${String(clock)}` } }
    const given = state
    const set = await save(blobs, members)
    const input: StoreInput = { ...pullInput(FEED, set, 'v1-pull'), state: given, lookbackMs: DAY_MS }
    const stored = (await compareSets(blobs, input, setOf(members), signal())).owed
    if (meanwhile !== 'nothing') await slice(meanwhile === 'end')
    state = { ...state, version: versionOf(set), owed: afterStore(given.owed, state.owed, stored) }
    for (const member of members) if (!inForce.includes(member)) joined.set(member, given.cursor?.number ?? Infinity)
    inForce = members
  }

  return {
    state: () => state,
    inForce: () => inForce,
    ended: () => ended,
    due: (member: string) => joined.get(member),
    searchedUpTo: (member: string) => searched.get(member) ?? -1,
    membersOf,
    slice,
    happen: (happening: Happening) => (typeof happening === 'string' ? slice(happening === 'end') : adopt(happening.version, happening.meanwhile)),
  }
}

describe('what is owed to older logs', () => {
  it('Q-07 is searched for up to where each member joined, however versions and slices meet; and every search ends', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (all) => {
        const feed = feedInTime()
        for (const happening of all) {
          await feed.happen(happening)
          const { owed } = feed.state()
          for (const part of [owed, owed?.next]) {
            if (part == null) continue
            for (const member of await feed.membersOf(part.set.sha256)) expect(feed.inForce()).toContain(member)
            expect(blobsOf(feed.state())).toContain(part.set.sha256)
          }
        }
        await feed.slice(true)
        await feed.slice(true)
        expect(feed.state().owed).toBeNull()
        expect(feed.ended()).toBeLessThanOrEqual(all.filter((happening) => typeof happening === 'object').length)
        for (const member of feed.inForce()) expect(feed.searchedUpTo(member)).toBeGreaterThanOrEqual(feed.due(member) ?? Infinity)
      }),
      { numRuns: 500 },
    )
  }, 60_000)

  it('Q-07 of a search in progress is not begun anew by versions that come faster than it ends', async () => {
    const feed = feedInTime()
    await feed.happen({ version: ['1.1.1.1/32', '2.2.2.2/32'], meanwhile: 'nothing' })
    for (const members of [['1.1.1.1/32', '3.3.3.3/32'], ['1.1.1.1/32', '4.4.4.4/32'], ['1.1.1.1/32', '3.3.3.3/32']]) {
      await feed.slice(false)
      const before = feed.state().owed?.position
      await feed.happen({ version: members, meanwhile: 'nothing' })
      expect([feed.state().owed?.position, feed.state().owed?.upTo]).toEqual([before, { number: 1, id: 'w1' }])
    }
    expect(feed.state().owed?.set).toEqual(refOf(setOf(['1.1.1.1/32'])))
    expect(feed.state().owed?.next?.set).toEqual(refOf(setOf(['3.3.3.3/32'])))
  })
})
