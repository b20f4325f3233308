import type { Owed } from '../../../domain/run/state.ts'
import type { ShardPoint } from '../../../domain/search/window.ts'
import { cursorAt, type Cut, type Feed, type Kept, type World } from './world.ts'

/**
 * The same world with windows counted anew: only which is which and which comes first can still matter. Windows that nothing refers to
 * go, as does what only a death could bring to light once there is none left.
 */
export function normalised(world: World): World {
  const deathless = world.left.deaths === 0
  const feeds = deathless ? world.feeds.map((feed) => ({ ...feed, document: null })) : world.feeds
  const named = new Set<number>([0, world.windows.at(-1)?.number ?? 0])
  for (const feed of feeds) for (const number of windowsOf(feed)) if (number !== null) named.add(number)
  for (const cut of world.cutters) for (const number of ofCut(cut)) named.add(number)
  const rank = new Map([...named].sort((a, b) => a - b).map((number, at) => [number, at]))
  const to = (number: number): number => rank.get(number) ?? number
  const or = (number: number | null): number | null => (number === null ? null : to(number))
  const owed = (part: Owed | null): Owed | null => {
    if (part === null) return null
    const { next, ...rest } = part
    const first = { ...rest, upTo: cursorAt(to(part.upTo.number)) }
    return next === undefined ? first : { ...first, next: { ...next, upTo: cursorAt(to(next.upTo.number)) } }
  }
  const cut = (part: Cut | null): Cut | null => (part === null ? null : { ...part, newest: to(part.newest), made: or(part.made) })
  const kept = <T extends Kept>(part: T): T => ({ ...part, cursor: or(part.cursor), owed: owed(part.owed) })
  return {
    ...world,
    windows: world.windows.filter(({ number }) => named.has(number)).map((window) => ({ ...window, number: to(window.number) })),
    cutters: world.cutters.map(cut),
    feeds: feeds.map((feed): Feed => {
      const { document, forward, backward, adoption } = feed
      return {
        ...kept(feed),
        document: document === null ? null : kept(document),
        forward: forward === null ? null : { ...forward, from: or(forward.from), to: or(forward.to), cut: cut(forward.cut) },
        backward: backward === null ? null : { ...backward, owed: owed(backward.owed) ?? backward.owed },
        adoption: adoption === null ? null : { ...adoption, given: owed(adoption.given), stored: owed(adoption.stored) },
      }
    }),
  }
}

function windowsOf({ cursor, owed, document, forward, backward, adoption }: Feed): readonly (number | null)[] {
  const owes = [owed, document?.owed, backward?.owed, adoption?.given, adoption?.stored]
  const bounds = owes.flatMap((part) => (part == null ? [] : [part.upTo.number, part.next?.upTo.number ?? null]))
  return [cursor, document?.cursor ?? null, forward?.from ?? null, forward?.to ?? null, ...ofCut(forward?.cut ?? null), ...bounds]
}

/** A cut that loses reads the winner's window. */
function ofCut(cut: Cut | null): readonly number[] {
  if (cut === null) return []
  return [cut.newest, cut.newest + 1, ...(cut.made === null ? [] : [cut.made])]
}

/** Two worlds with the same key are the same. Short, since there are a hundred thousand. */
export function keyOf({ history, logs, nextLog, windows, feeds, cutters, left }: World): string {
  const point = ({ history: of, checkpoint, resets }: ShardPoint): string => `${of}:${String(checkpoint)}:${String(resets ?? 0)}`
  const owed = (part: Owed | null | undefined): unknown => part && [part.set.sha256, part.upTo.number, part.position, part.next?.set.sha256, part.next?.upTo.number]
  const cut = (part: Cut | null): unknown => part && [part.done, part.newest, part.made, part.read && point(part.read)]
  const kept = (part: Kept | null): unknown => part && [part.version, part.cursor, owed(part.owed)]
  const feed = ({ document, forward, backward, adoption, found, again, must, may, ...own }: Feed): unknown => [
    ...[kept(own), kept(document), found, again, must, may],
    forward && [forward.set, forward.from, forward.fresh, cut(forward.cut), forward.to, forward.searched],
    backward && [owed(backward.owed), backward.result && [backward.result.position]],
    adoption && [adoption.phase, owed(adoption.given), owed(adoption.stored)],
  ]
  const marks = logs.map(({ id, durable, visible }) => `${String(id)}${durable ? 'd' : ''}${visible ? 'v' : ''}`)
  const cuts = windows.map(({ number, points, read }) => `${String(number)}=${[read, ...points].map(point).join()}`)
  return JSON.stringify([history, nextLog, marks, cuts, feeds.map(feed), cutters.map(cut), Object.values(left)])
}
