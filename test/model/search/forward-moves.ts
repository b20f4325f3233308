import { spansBetween } from '../../../domain/search/spans.ts'
import type { Span } from '../../../domain/search/window.ts'
import { BEGINNING, cutMove } from './cut-moves.ts'
import { checkpointOf, newestOf, pairsOf, pointsOf, withFeed, type Feed, type Forward, type Members, type Move, type Pairs, type World, type WrongRule } from './world.ts'

/** Whether there is a window that the feed has not searched, or logs that lie behind the last one. */
export function isBehind(world: World, { cursor }: Feed): boolean {
  const read = world.windows.at(-1)?.read
  const now = checkpointOf(world)
  return read === undefined || cursor !== newestOf(world) || read.checkpoint !== now.checkpoint || read.history !== now.history
}

/** Searches new logs: on its own time, or because a version is to be adopted (activities/search-forward.ts, workflows/search-logs.ts). */
export function forwardMoves(world: World, at: number, feed: Feed, wrong: WrongRule | null): readonly Move[] {
  const begun = feed.forward ?? (mayBegin(world, feed, wrong) ? { ...BEGUN, ...inputOf(feed) } : null)
  if (begun === null) return []
  if (begun.to === null) return windowMoves(world, at, begun, wrong)
  return begun.searched ? [endMove(world, at, feed, begun.to)] : [searchMove(world, at, feed, begun, begun.to)]
}

/** Beginning is the run's own affair, so it is one move with the first thing that others could notice. */
function windowMoves(world: World, at: number, forward: Forward, wrong: WrongRule | null): readonly Move[] {
  const name = `feed ${String(at)}`
  const { label, cut, world: after, over } = cutMove(world, forward.cut ?? BEGINNING, wrong)
  const cutting: Move = { label: `${name}: ${label}`, world: withFeed(after, at, { forward: { ...forward, ...(over === null ? { cut } : { cut: null, to: over }) } }) }
  const newest = newestOf(world)
  // Whether the newest is young enough is a matter of time, and so anything.
  if (forward.cut !== null || forward.fresh || newest === 0) return [cutting]
  return [cutting, { label: `${name} takes window ${String(newest)}`, world: withFeed(world, at, { forward: { ...forward, to: newest } }) }]
}

function searchMove(world: World, at: number, feed: Feed, forward: Forward, to: number): Move {
  const { set, from } = forward
  const spans = set === null || from === null ? [] : spansBetween(pointsOf(world, from), pointsOf(world, to) ?? [])
  const searched: Feed = { ...feed, ...found(world, feed, spans, set ?? 0), forward: { ...forward, searched: true } }
  const label = `feed ${String(at)} searches up to window ${String(to)}`
  // Only a death could come between the search and its answer.
  if (world.left.deaths === 0) return { ...endMove(world, at, searched, to), label }
  return { label, world: withFeed(world, at, searched) }
}

function endMove(world: World, at: number, feed: Feed, to: number): Move {
  const adoption = feed.adoption?.phase === 'pulled' ? { ...feed.adoption, phase: 'up to date' as const } : feed.adoption
  return { label: `feed ${String(at)} has searched new logs`, world: withFeed(world, at, { ...feed, forward: null, cursor: to, adoption }) }
}

const BEGUN: Forward = { set: null, from: null, fresh: false, cut: null, to: null, searched: false }

function inputOf({ version, versions, cursor, adoption }: Feed): Partial<Forward> {
  return { set: version < 0 ? null : (versions[version] ?? 0), from: cursor, fresh: cursor === null || adoption?.phase === 'pulled' }
}

function mayBegin(world: World, feed: Feed, wrong: WrongRule | null): boolean {
  if (feed.adoption === null) return feed.version >= 0 && isBehind(world, feed)
  if (wrong === 'a version is adopted while a forward search is under way') return feed.adoption.phase === 'pulled' || (feed.version >= 0 && isBehind(world, feed))
  return feed.adoption.phase === 'pulled' && !isAdoptedUnsearched(feed, wrong)
}

/** A cursor it needs in any case. */
export function isAdoptedUnsearched({ cursor }: Feed, wrong: WrongRule | null): boolean {
  return wrong === 'a version is adopted before logs are searched up to now' && cursor !== null
}

/** What a search of these numbers finds: only what a refresh has made visible. */
export function found(world: World, feed: Feed, spans: readonly Span[], members: Members): Pick<Feed, 'found' | 'again'> {
  let pairs: Pairs = 0
  for (const { after, upTo } of spans) {
    for (const { id, visible } of world.logs.slice(after + 1, upTo + 1)) if (visible) pairs |= pairsOf(members, id)
  }
  return { found: feed.found | pairs, again: feed.again | (feed.found & pairs) }
}
