import { adoptionMoves } from './adoption-moves.ts'
import { backwardMoves } from './backward-moves.ts'
import { forwardMoves, isBehind } from './forward-moves.ts'
import { keyOf, normalised } from './key.ts'
import { cutterMoves, deathMoves, logMoves, reportMoves, resetMoves } from './other-moves.ts'
import type { OwedAfter } from './owed-table.ts'
import { pairsOf, worldOf, type Bounds, type Feed, type Move, type Pairs, type World, type WrongRule } from './world.ts'

export interface Explored {
  readonly worlds: number
  /** Those in which nothing is under way or owed. */
  readonly settled: number
  /** What goes wrong first, after the fewest moves that lead there; null when nothing does. */
  readonly wrong: { readonly what: Wrong; readonly moves: readonly string[] } | null
}

export type Wrong = 'a pair is missed' | 'a pair is found twice' | 'a pair is found wrongly' | 'it never comes to an end'

interface Known {
  readonly from: number
  readonly label: string
}

/** Goes through every interleaving, breadth first. */
export function explore(bounds: Bounds, owedAfter: OwedAfter, wrong: WrongRule | null = null): Explored {
  const first = normalised(worldOf(bounds))
  const numbers = new Map<string, number>([[keyOf(first), 0]])
  const known: Known[] = [{ from: -1, label: '' }]
  const into: number[][] = [[]]
  const settled: number[] = []
  const movesTo = (end: number): readonly string[] => {
    const labels: string[] = []
    for (let at = end; at > 0; at = known[at]?.from ?? 0) labels.unshift(known[at]?.label ?? '')
    return labels
  }
  const waiting: World[] = [first]
  for (let at = 0; waiting.length > 0; ) {
    const level = waiting.splice(0)
    for (const world of level) {
      const rests = isSettled(world)
      const what = wrongWith(world, bounds, rests, wrong)
      if (what !== null) return { worlds: known.length, settled: settled.length, wrong: { what, moves: movesTo(at) } }
      if (rests) settled.push(at)
      for (const { label, world: after } of movesOf(world, bounds, owedAfter, wrong)) {
        const next = normalised(after)
        const key = keyOf(next)
        const number = numbers.get(key)
        if (number !== undefined) {
          into[number]?.push(at)
          continue
        }
        numbers.set(key, known.length)
        known.push({ from: at, label })
        into.push([at])
        waiting.push(next)
      }
      at++
    }
  }
  const stuck = firstStuck(into, settled)
  return { worlds: known.length, settled: settled.length, wrong: stuck === null ? null : { what: 'it never comes to an end', moves: movesTo(stuck) } }
}

function movesOf(world: World, bounds: Bounds, owedAfter: OwedAfter, wrong: WrongRule | null): readonly Move[] {
  return [
    ...logMoves(world, bounds),
    ...resetMoves(world),
    ...world.cutters.flatMap((_, at) => cutterMoves(world, at, wrong)),
    ...world.feeds.flatMap((feed, at) => [
      ...forwardMoves(world, at, feed, wrong),
      ...adoptionMoves(world, at, feed, owedAfter, wrong),
      ...backwardMoves(world, at, feed, wrong),
      ...deathMoves(world, at, feed),
      ...reportMoves(world, at, feed),
    ]),
  ]
}

/** Nothing is under way or owed, and every log is in a window that was searched: if nothing else happens, this is the end. */
function isSettled(world: World): boolean {
  if (world.cutters.some((cut) => cut !== null) || world.logs.some(({ durable }) => !durable)) return false
  return world.feeds.every((feed) => {
    const { version, owed, forward, backward, adoption } = feed
    return version >= 0 && owed === null && forward === null && backward === null && adoption === null && !isBehind(world, feed)
  })
}

function wrongWith(world: World, bounds: Bounds, rests: boolean, wrong: WrongRule | null): Wrong | null {
  if (rests && world.feeds.some((feed) => (wanted(world, feed) & ~feed.found) !== 0)) return 'a pair is missed'
  if (bounds.left.resets === 0 && world.feeds.some(({ found, may }) => (found & ~may) !== 0)) return 'a pair is found wrongly'
  // Its id hangs on feed and log alone, so that finding a pair again makes no second event.
  const isDoubled = bounds.once || wrong === 'an event gets another id each time it is found'
  return isDoubled && world.feeds.some(({ again }) => again !== 0) ? 'a pair is found twice' : null
}

/** At the end every member of the set is found in every log there is, and every pair that a window demanded (contract ). */
function wanted({ logs }: World, { version, versions, must }: Feed): Pairs {
  return logs.reduce((pairs, { id }) => pairs | pairsOf(versions[version] ?? 0, id), must)
}

/** The first world from which no settled one can be reached. */
function firstStuck(into: readonly (readonly number[])[], settled: readonly number[]): number | null {
  const ends = new Uint8Array(into.length)
  const waiting = [...settled]
  for (const at of settled) ends[at] = 1
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const from of into[at] ?? []) {
      if (ends[from] === 1) continue
      ends[from] = 1
      waiting.push(from)
    }
  }
  const stuck = ends.indexOf(0)
  return stuck < 0 ? null : stuck
}
