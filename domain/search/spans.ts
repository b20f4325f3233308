import { pointKey } from './cut.ts'
import type { ShardPoint, Span } from './window.ts'

/**
 * What arrived between two windows: one span for each shard that moved, however many windows lie between. A shard that the earlier
 * one does not hold under the same key starts at -1. `from` null means from the beginning of everything.
 */
export function spansBetween(from: readonly ShardPoint[] | null, to: readonly ShardPoint[]): readonly Span[] {
  const known = new Map((from ?? []).map((point) => [pointKey(point), point.checkpoint]))
  return to
    .map((point) => spanOf(point, known.get(pointKey(point)) ?? -1))
    .filter((span) => span.upTo > span.after)
}

function spanOf({ index, uuid, history, shard, checkpoint }: ShardPoint, after: number): Span {
  return { index, uuid, history, shard, after, upTo: checkpoint }
}

/** How many logs spans hold at most: deleted and replaced ones count too. */
export function logsIn(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.upTo - span.after, 0)
}

/** Cuts spans, in their order, into slices of at most so many logs, so that what one search gives back is bounded. */
export function slices(spans: readonly Span[], maxLogs: number): readonly (readonly Span[])[] {
  const all: Span[][] = []
  let room = 0
  for (const span of spans) {
    for (let after = span.after; after < span.upTo; ) {
      if (room === 0) {
        all.push([])
        room = maxLogs
      }
      const upTo = Math.min(span.upTo, after + room)
      all.at(-1)?.push({ ...span, after, upTo })
      room -= upTo - after
      after = upTo
    }
  }
  return all
}

/** The first so many logs of spans, in their order, and the rest. */
export function cutSpans(spans: readonly Span[], logs: number): readonly [first: readonly Span[], rest: readonly Span[]] {
  let room = logs
  const first: Span[] = []
  for (const [at, span] of spans.entries()) {
    if (span.upTo - span.after > room) {
      const upTo = span.after + room
      if (room > 0) first.push({ ...span, upTo })
      return [first, [{ ...span, after: upTo }, ...spans.slice(at + 1)]]
    }
    first.push(span)
    room -= span.upTo - span.after
  }
  return [first, []]
}

/** Joins spans of one shard and history that overlap or touch. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
  const sorted = [...spans].sort((a, b) => (a.after !== b.after ? a.after - b.after : a.upTo - b.upTo))
  const joined = new Map<string, Span[]>()
  for (const span of sorted) {
    const key = `${span.uuid}/${span.shard}/${span.history}`
    const list = joined.get(key) ?? []
    const last = list.at(-1)
    if (last !== undefined && span.after <= last.upTo) list[list.length - 1] = { ...last, upTo: Math.max(last.upTo, span.upTo) }
    else list.push(span)
    joined.set(key, list)
  }
  return [...joined.values()].flat()
}

/** Whether two spans of one shard and history have logs in common. */
export function overlap(a: Span, b: Span): boolean {
  return a.uuid === b.uuid && a.shard === b.shard && a.history === b.history && a.after < b.upTo && b.after < a.upTo
}
