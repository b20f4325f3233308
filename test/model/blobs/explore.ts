import { feedMoves } from './feed-moves.ts'
import { keyOf } from './key.ts'
import { chunksAreLost, collectorMoves, dayPasses, readerMoves } from './other-moves.ts'
import { isNamed, isWhole, RESTING, withoutChunks, type Feed, type Move, type World, type WrongRule } from './world.ts'

export interface Explored {
  readonly worlds: number
  /** What goes wrong first, after the moves that lead there; null when nothing does. */
  readonly wrong: { readonly what: string; readonly moves: readonly string[] } | null
}

/** Goes through every interleaving from here. */
export function explore(first: World, rule: WrongRule | null = null): Explored {
  const before = new Map<string, { readonly from: string; readonly label: string } | null>([[keyOf(first), null]])
  const waiting = [first]
  for (let world = waiting.pop(); world !== undefined; world = waiting.pop()) {
    const key = keyOf(world)
    const what = wrongWith(world, rule)
    if (what !== null) return { worlds: before.size, wrong: { what, moves: movesTo(key, before) } }
    for (const { label, world: next } of movesOf(world, rule)) {
      const nextKey = keyOf(next)
      if (before.has(nextKey)) continue
      before.set(nextKey, { from: key, label })
      waiting.push(next)
    }
  }
  return { worlds: before.size, wrong: null }
}

function movesOf(world: World, rule: WrongRule | null): readonly Move[] {
  return [
    ...world.feeds.flatMap((_, at) => feedMoves(world, at, rule)),
    ...world.collectors.flatMap((_, at) => collectorMoves(world, at, rule)),
    ...readerMoves(world),
    ...dayPasses(world),
    ...chunksAreLost(world),
  ]
}

function wrongWith(world: World, rule: WrongRule | null): string | null {
  if (world.misread) return 'a set in force was not there to be read'
  const isWanted = isNamed(world) || world.feeds.some(holds)
  if (!world.lost && isWanted && !isWhole(world)) return 'what is referred to was collected'
  return world.lost ? staysBroken(world, rule) : staysForEver(world, rule)
}

function holds({ inForce, pending }: Feed): boolean {
  return inForce || pending
}

/** Everything else ends for good here; days pass and the collector makes its rounds. What is left then? */
function staysForEver(world: World, rule: WrongRule | null): string | null {
  let left: World = { ...world, reader: null, collectors: [RESTING], feeds: world.feeds.map((feed) => ({ ...feed, op: null })) }
  for (const { world: later } of dayPasses(left)) left = later
  for (let requests = 0; requests < 20; requests += 1) left = collectorMoves(left, 0, rule)[0]?.world ?? left
  if (isNamed(left)) return isWhole(left) && left.chunks.length === 1 ? null : 'a stray upload stays, or what is named does not'
  return left.manifest === null && left.chunks.length === 0 ? null : 'what nothing refers to stays'
}

/** A reader that finds X broken has it made anew: once, and not again and again. */
function staysBroken(world: World, rule: WrongRule | null): string | null {
  const [feed] = world.feeds
  if (feed?.op !== null || !feed.inForce || world.reader === null) return null
  let left: World = { ...world, reader: { op: 'read manifest', seen: null, outdated: false }, feeds: [{ ...feed, script: ['parse X'], step: 0, deaths: 0 }], collectors: [] }
  for (let moves = readerMoves(left); left.reader?.op !== null; moves = readerMoves(left)) left = moves[0]?.world ?? withoutChunks(left, undefined)
  for (let moves = feedMoves(left, 0, rule); moves.length > 0; moves = feedMoves(left, 0, rule)) left = moves[0]?.world ?? left
  return isWhole(left) ? null : 'what was lost is not made anew'
}

function movesTo(end: string, before: ReadonlyMap<string, { readonly from: string; readonly label: string } | null>): readonly string[] {
  const labels: string[] = []
  for (let at = before.get(end); at != null; at = before.get(at.from)) labels.unshift(at.label)
  return labels
}
