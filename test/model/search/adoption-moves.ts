import { afterStore } from '../../../domain/run/owed.ts'
import type { Owed } from '../../../domain/run/state.ts'
import { isAdoptedUnsearched } from './forward-moves.ts'
import type { OwedAfter } from './owed-table.ts'
import { cursorAt, membersOf, newestOf, pairsOf, setRef, withFeed, type Feed, type Members, type Move, type World, type WrongRule } from './world.ts'

/** Pull, forward up to date, store, owed (workflows/update-set.ts, activities/store-set.ts). */
export function adoptionMoves(world: World, at: number, feed: Feed, owedAfter: OwedAfter, wrong: WrongRule | null): readonly Move[] {
  const { adoption, version, versions } = feed
  const name = `feed ${String(at)}`
  const next = versions[version + 1]
  if (next === undefined) return []
  if (adoption === null) {
    if (feed.forward !== null) return []
    return [{ label: `${name} pulls version ${String(version + 1)}`, world: withFeed(world, at, { adoption: { phase: 'pulled', given: null, stored: null } }) }]
  }
  if (adoption.phase === 'stored') {
    const owed = wrong === 'what is stored is owed, whatever a slice did meanwhile' ? adoption.stored : afterStore(adoption.given, feed.owed, adoption.stored)
    return [{ label: `${name} hears that version ${String(version + 1)} is stored`, world: withFeed(world, at, { adoption: null, version: version + 1, owed }) }]
  }
  if (adoption.phase === 'pulled' && !isAdoptedUnsearched(feed, wrong)) return []
  if (feed.forward !== null && wrong !== 'a version is adopted while a forward search is under way') return []
  const stored = owedBy(world, feed, next, owedAfter, wrong)
  // From here on what is there may be found with its members.
  const may = world.logs.reduce((pairs, { id }) => pairs | pairsOf(next, id), feed.may)
  const document = { version: version + 1, cursor: feed.cursor, owed: stored }
  return [{ label: `${name} stores version ${String(version + 1)}`, world: withFeed(world, at, { adoption: { phase: 'stored', given: feed.owed, stored }, document, may }) }]
}

function owedBy(world: World, { version, versions, cursor, owed }: Feed, next: Members, owedAfter: OwedAfter, wrong: WrongRule | null): Owed | null {
  if (cursor === null) throw new Error('a version is adopted without a cursor')
  const old = version < 0 ? null : (versions[version] ?? 0)
  switch (wrong) {
    case 'the backward search is bound by the newest window when its set is stored':
      return owedAfter(old, next, owed, cursorAt(newestOf(world)))
    case 'a version owes only what it added':
      return owedAfter(old, next, null, cursorAt(cursor))
    case 'a member that left and returned is not owed again': {
      const known = versions.slice(0, version + 1).reduce((all, members) => all | members, 0)
      return owedAfter(known, next, owed, cursorAt(cursor))
    }
    case 'what joins a backward search goes on where that is': {
      const after = owedAfter(old, next, owed, cursorAt(cursor))
      const joined = after === null ? 0 : membersOf(after.set) | (after.next === undefined ? 0 : membersOf(after.next.set))
      return joined === 0 ? null : { set: setRef(joined), upTo: cursorAt(cursor), position: owed?.position ?? null }
    }
    default:
      return owedAfter(old, next, owed, cursorAt(cursor))
  }
}
