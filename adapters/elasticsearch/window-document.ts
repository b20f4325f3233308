import { FeedFailure } from '../../domain/failure.ts'
import type { LogWindow, ShardPoint } from '../../domain/search/window.ts'

/** A window as a document; the mapping leaves `points` unindexed, since index uuids as fields would meet the limit of 1,000. */
export function windowDocument({ kind, number, id, cutAt, points }: LogWindow): Readonly<Record<string, unknown>> {
  return { kind, number, id, cutAt, points }
}

/** @throws FeedFailure `StoreFailed` when the document is no window: it is ours alone to write, and guessing would skip logs. */
export function windowOf(source: unknown): LogWindow {
  if (isWindow(source)) return source
  throw new FeedFailure('StoreFailed', 'user', 'A document of the windows index is not a window: remove it or the index')
}

function isWindow(source: unknown): source is LogWindow {
  if (typeof source !== 'object' || source === null) return false
  if (!('kind' in source && 'number' in source && 'id' in source && 'cutAt' in source && 'points' in source)) return false
  const { kind, number, id, cutAt, points } = source
  if ((kind !== 'flow' && kind !== 'dns') || typeof number !== 'number' || typeof id !== 'string' || typeof cutAt !== 'string') return false
  return Array.isArray(points) && points.every(isPoint)
}

function isPoint(point: unknown): point is ShardPoint {
  if (typeof point !== 'object' || point === null) return false
  if (!('index' in point && 'uuid' in point && 'history' in point && 'shard' in point && 'checkpoint' in point)) return false
  const { index, uuid, history, shard, checkpoint } = point
  return [index, uuid, history].every((name) => typeof name === 'string') && [shard, checkpoint].every((number) => typeof number === 'number')
}
