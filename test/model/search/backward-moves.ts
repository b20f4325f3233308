import { afterBackward, isSameSearch } from '../../../domain/run/owed.ts'
import type { Owed } from '../../../domain/run/state.ts'
import { afterSlice, decodePosition, encodePosition, spansAhead } from '../../../domain/search/position.ts'
import { slices } from '../../../domain/search/spans.ts'
import { found } from './forward-moves.ts'
import { membersOf, newestOf, pointsOf, withFeed, type Feed, type Move, type World, type WrongRule } from './world.ts'

/** One slice after the other, of a log each, beside everything else that the feed does (activities/search-backward.ts, workflows/search-logs.ts). */
export function backwardMoves(world: World, at: number, feed: Feed, wrong: WrongRule | null): readonly Move[] {
  const { backward, owed, version } = feed
  const name = `feed ${String(at)}`
  if (backward === null) {
    if (owed === null || version < 0) return []
    return [{ label: `${name} begins a slice of older logs`, world: withFeed(world, at, { backward: { owed, result: null } }) }]
  }
  if (backward.result !== null) return [endMove(world, at, feed, wrong)]
  const points = pointsOf(world, backward.owed.upTo.number) ?? pointsOf(world, newestOf(world)) ?? []
  const position = decodePosition(backward.owed.position)
  const [slice = [], ...more] = slices(spansAhead(points, position), 1)
  const result = { position: more.length === 0 ? null : encodePosition(afterSlice(position, slice, [])) }
  const searched: Feed = { ...feed, ...found(world, feed, slice, membersOf(backward.owed.set)), backward: { ...backward, result } }
  const label = `${name} searches a slice of older logs`
  // Only a death could come between the search and its answer.
  return [world.left.deaths === 0 ? { ...endMove(world, at, searched, wrong), label } : { label, world: withFeed(world, at, searched) }]
}

function endMove(world: World, at: number, feed: Feed, wrong: WrongRule | null): Move {
  return { label: `feed ${String(at)} has searched a slice of older logs`, world: withFeed(world, at, { ...feed, backward: null, owed: owedNow(feed, wrong) }) }
}

function owedNow({ owed, backward }: Feed, wrong: WrongRule | null): Owed | null {
  if (owed === null || backward?.result == null) return owed
  const { position } = backward.result
  const counts = isSameSearch(backward.owed, owed) && owed.position === backward.owed.position
  if (!counts && wrong !== 'a slice counts for whatever is owed by its end') return owed
  if (position !== null) return { ...owed, position }
  return wrong === 'the end of a backward search forgets what joined meanwhile' ? null : afterBackward(owed)
}
