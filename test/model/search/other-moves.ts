import { BEGINNING, cutMove } from './cut-moves.ts'
import { pairsOf, withFeed, type Bounds, type Feed, type Kept, type Left, type Move, type World, type WrongRule } from './world.ts'

function less(world: World, what: keyof Left): Left {
  return { ...world.left, [what]: world.left[what] - 1 }
}

/** A log comes and gets its number; some time later it is on every copy, out of turn perhaps. */
export function logMoves(world: World, { atOnce }: Bounds): readonly Move[] {
  const { logs, nextLog } = world
  const moves: Move[] = logs.flatMap(({ id, durable }, at) => {
    if (durable) return []
    return [{ label: `log ${String(id)} is durable`, world: { ...world, logs: logs.map((log, n) => (n === at ? { ...log, durable: true } : log)) } }]
  })
  if (world.left.logs === 0) return moves
  const feeds = world.feeds.map((feed) => ({ ...feed, may: feed.may | pairsOf(inForce(feed), nextLog) }))
  const arrived: World = { ...world, feeds, logs: [...logs, { id: nextLog, durable: atOnce, visible: false }], nextLog: nextLog + 1, left: less(world, 'logs') }
  return [...moves, { label: `log ${String(nextLog)} arrives`, world: arrived }]
}

/** While a version is being stored both are. */
function inForce({ version, versions, adoption }: Feed): number {
  const next = adoption?.phase === 'stored' ? versions[version + 1] : undefined
  return (versions[version] ?? 0) | (next ?? 0)
}

/** Another worker cuts for feeds that are not in this model. */
export function cutterMoves(world: World, at: number, wrong: WrongRule | null): readonly Move[] {
  const cut = world.cutters[at]
  const to = (changed: typeof cut, from: World): World => ({ ...from, cutters: from.cutters.map((other, n) => (n === at ? (changed ?? null) : other)) })
  if (cut == null) return world.left.cuts === 0 ? [] : [{ label: 'another worker begins to cut', world: to(BEGINNING, { ...world, left: less(world, 'cuts') }) }]
  const next = cutMove(world, cut, wrong)
  return [{ label: `another worker: ${next.label}`, world: to(next.over === null ? next.cut : null, next.world) }]
}

/** The shard is restored from a copy that holds its first logs alone, and gives their numbers again. */
export function resetMoves(world: World): readonly Move[] {
  if (world.left.resets === 0) return []
  const open = world.logs.findIndex(({ durable }) => !durable)
  const most = open < 0 ? world.logs.length : open
  return Array.from({ length: most + 1 }, (_, kept) => {
    const lost = world.logs.slice(kept).reduce((pairs, { id }) => pairs | pairsOf(-1 >>> 30, id), 0)
    const logs = world.logs.slice(0, kept).map((log) => ({ ...log, visible: true }))
    const feeds = world.feeds.map((feed) => ({ ...feed, must: feed.must & ~lost }))
    return { label: `the shard is restored with ${String(kept)} logs`, world: { ...world, feeds, logs, history: world.history + 1, left: less(world, 'resets') } }
  })
}

/** A worker dies in the middle of a step, which another begins again; or the run ends, and the next goes on from the state document. */
export function deathMoves(world: World, at: number, feed: Feed): readonly Move[] {
  if (world.left.deaths === 0) return []
  const dead = { ...world, left: less(world, 'deaths') }
  const moves: Move[] = []
  const { forward, backward } = feed
  if (forward !== null && (forward.cut !== null || forward.to !== null)) {
    const label = `the worker that searches new logs for feed ${String(at)} dies`
    moves.push({ label, world: withFeed(dead, at, { forward: { ...forward, cut: null, to: null, searched: false } }) })
    // Its heartbeat told up to which window it goes.
    if (forward.to !== null) moves.push({ label: `${label} after a heartbeat`, world: withFeed(dead, at, { forward: { ...forward, searched: false } }) })
  }
  if (backward !== null && backward.result !== null) {
    moves.push({ label: `the worker that searches older logs for feed ${String(at)} dies`, world: withFeed(dead, at, { backward: { ...backward, result: null } }) })
  }
  const kept: Kept = feed.document ?? { version: -1, cursor: null, owed: null }
  moves.push({ label: `the run of feed ${String(at)} is terminated`, world: withFeed(dead, at, { ...kept, forward: null, backward: null, adoption: null }) })
  return moves
}

/** The state document is written every few minutes, between two steps. */
export function reportMoves(world: World, at: number, feed: Feed): readonly Move[] {
  const { version, cursor, owed, document } = feed
  if (world.left.deaths === 0 || feed.forward !== null || feed.adoption !== null) return []
  if (document?.version === version && document.cursor === cursor && document.owed === owed) return []
  return [{ label: `feed ${String(at)} writes its state`, world: withFeed(world, at, { document: { version, cursor, owed } }) }]
}
