import { compareSets } from '../../../activities/compare-sets.ts'
import { freshState, type Owed, type OwedSet } from '../../../domain/run/state.ts'
import type { WindowCursor } from '../../../domain/search/window.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import { pullInput, refOf, save, versionOf } from '../../activities/world.ts'
import { setOf, signal } from '../../adapters/elasticsearch/stores.ts'
import { memoryBlobStore, type MemoryBlobStore } from '../../fakes/memory-blob-store.ts'
import { MEMBERS, membersOf, setRef, type Members } from './world.ts'

/** What is owed once `next` is stored over `old` (null: the first version). */
export type OwedAfter = (old: Members | null, next: Members, owed: Owed | null, cursor: WindowCursor) => Owed | null

const FEED = { cluster: 'some-cluster', name: 'some-feed', uid: 'uid-1' }
const BEGUN = { number: 1, id: 'begun' }
const WAITING = { number: 2, id: 'waiting' }
const CURSOR = { number: 3, id: 'cursor' }
const ALL = 2 ** MEMBERS

/** The product's own answer for every case there can be, asked beforehand: windows and places are only passed on. */
export async function owedTable(): Promise<OwedAfter> {
  const blobs = memoryBlobStore()
  const names = new Map<string, Members>()
  for (let members = 0; members < ALL; members++) names.set((await save(blobs, textsOf(members))).sha256, members)
  const ask = asker(blobs, names)
  const answers = new Map<string, Owed | null>()
  for (let old = -1; old < ALL; old++) {
    for (let next = 0; next < ALL; next++) {
      for (let begun = 0; begun < ALL; begun++) {
        for (let waiting = 0; waiting < ALL; waiting++) answers.set([old, next, begun, waiting].join(), await ask(old, next, begun, waiting))
      }
    }
  }
  return (old, next, owed, cursor) => {
    const begun = owed === null ? 0 : membersOf(owed.set)
    const waiting = owed?.next === undefined ? 0 : membersOf(owed.next.set)
    const answer = answers.get([old ?? -1, next, begun, waiting].join())
    if (answer == null) return null
    const boundOf = ({ id }: WindowCursor): WindowCursor => (id === 'begun' ? owed?.upTo : id === 'waiting' ? owed?.next?.upTo : cursor) ?? cursor
    const position = answer.position === null ? null : (owed?.position ?? null)
    const after = answer.next === undefined ? {} : { next: { set: answer.next.set, upTo: boundOf(answer.next.upTo) } }
    return { set: answer.set, upTo: boundOf(answer.upTo), position, ...after }
  }
}

function asker(blobs: MemoryBlobStore, names: ReadonlyMap<string, Members>) {
  const short = <T extends OwedSet>(part: T): T => {
    const members = names.get(part.set.sha256)
    if (members === undefined) throw new Error('the product owes a set that is none of these members')
    return { ...part, set: setRef(members) }
  }
  return async (old: number, next: Members, begun: Members, waiting: Members): Promise<Owed | null> => {
    const further = waiting === 0 ? {} : { next: { set: refTo(waiting), upTo: WAITING } }
    const owed = begun === 0 ? null : { set: refTo(begun), upTo: BEGUN, position: 'place', ...further }
    const state = { ...freshState(FEED.uid), version: old < 0 ? null : versionOf(refTo(old)), owed, cursor: CURSOR }
    const input = { ...pullInput(FEED, refTo(next), 'v1-pull'), state, lookbackMs: 1 }
    const { owed: after } = await compareSets(blobs, input, setOf(textsOf(next)), signal())
    return after === null ? null : { ...short(after), ...(after.next === undefined ? {} : { next: short(after.next) }) }
  }
}

function refTo(members: Members): SetRef {
  return refOf(setOf(textsOf(members)))
}

function textsOf(members: Members): readonly string[] {
  return Array.from({ length: MEMBERS }, (_, bit) => bit).flatMap((bit) => ((members >> bit) & 1 ? [`192.0.2.${String(bit + 1)}/32`] : []))
}
