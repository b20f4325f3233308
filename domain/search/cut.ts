import type { ShardPoint } from './window.ts'

/**
 * How many shards that are absent a window remembers: some 300 bytes each. Daily indices of five shards that are deleted fill it in
 * half a year; one that comes back after it was forgotten is searched from its start, and event ids prevent doubles.
 */
const ABSENT_KEPT = 1_000

/** One shard in one history: the key under which points are compared (docs/architecture.md, "Searching"). */
export function pointKey(point: ShardPoint): string {
  return `${point.uuid}/${point.shard}/${point.history}/${point.resets ?? 0}`
}

/**
 * The points of the next window, made from those of the newest and from the checkpoints just read. Under one key they never fall:
 * a shard seen before moves on, one that is absent (closed, red, deleted) keeps its value, and one that went back or came back with
 * another history gets another key, under which everything is new.
 * @returns present shards first, then absent ones, those longest absent last and at most 1,000 of them.
 */
export function nextPoints(previous: readonly ShardPoint[], read: readonly ShardPoint[]): readonly ShardPoint[] {
  const before = new Map(previous.map((point) => [shardKey(point), point]))
  const present = [...read].sort(byIndexAndShard).map((point) => {
    const known = before.get(shardKey(point))
    before.delete(shardKey(point))
    return known === undefined ? plain(point) : follow(known, plain(point))
  })
  // What is left in `before` is absent: in the order of `previous`, where those present last time come first.
  return [...present, ...[...before.values()].slice(0, ABSENT_KEPT)]
}

function follow(known: ShardPoint, point: ShardPoint): ShardPoint {
  const anew = point.history !== known.history || point.checkpoint < known.checkpoint
  const resets = (known.resets ?? 0) + (anew ? 1 : 0)
  return resets === 0 ? point : { ...point, resets }
}

/** A checkpoint below -1 means that it is not known yet (-2 on a copy that is being recovered). */
function plain({ index, uuid, history, shard, checkpoint }: ShardPoint): ShardPoint {
  return { index, uuid, history, shard, checkpoint: Math.max(checkpoint, -1) }
}

function shardKey(point: ShardPoint): string {
  return `${point.uuid}/${point.shard}`
}

function byIndexAndShard(a: ShardPoint, b: ShardPoint): number {
  return a.index < b.index ? -1 : a.index > b.index ? 1 : a.shard - b.shard
}
