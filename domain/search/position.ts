import type { ShardPoint, Span } from './window.ts'
import { spansBetween } from './spans.ts'

/** How far a backward search has come, shard by shard in a fixed order. */
export interface Position {
  /** The last shard searched in this turn, and up to which sequence number; null at the start. */
  readonly at: { readonly uuid: string; readonly shard: number; readonly upTo: number } | null
  /** Every shard had its turn: what is still searched are those of `left`. */
  readonly passed: boolean
  /** Shards that could not be searched in their turn, as `uuid/shard`. */
  readonly left: readonly string[]
  /** Those of them that could not in their next one either. Absent: that has not begun. */
  readonly again?: readonly string[]
}

export const START: Position = { at: null, passed: false, left: [] }

/** A token for the run's state, some 100 bytes and 30 for each shard left, twice for one that is lost again. */
export function encodePosition(position: Position): string {
  return JSON.stringify(position)
}

/** @returns the start for null and for what is no position: searching again finds the same events. */
export function decodePosition(token: string | null): Position {
  if (token === null) return START
  try {
    const value: unknown = JSON.parse(token)
    return isPosition(value) ? value : START
  } catch {
    return START
  }
}

function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null || !('at' in value && 'passed' in value && 'left' in value)) return false
  const { at, passed, left } = value
  if (typeof passed !== 'boolean' || !isTexts(left) || ('again' in value && !isTexts(value.again))) return false
  if (at === null) return true
  return typeof at === 'object' && at !== undefined && 'uuid' in at && 'shard' in at && 'upTo' in at && typeof at.uuid === 'string'
    && typeof at.shard === 'number' && typeof at.upTo === 'number'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

export function shardOf({ uuid, shard }: { readonly uuid: string; readonly shard: number }): string {
  return `${uuid}/${shard}`
}

/** What a backward search up to these points still has to search, in its order. */
export function spansAhead(points: readonly ShardPoint[], { at, passed, left, again }: Position): readonly Span[] {
  const all = [...spansBetween(null, points)].sort(inOrder).filter((span) => !passed || left.includes(shardOf(span)))
  // The turn of what is left begins from the start, wherever the one before it ended.
  if (at === null || (passed && again === undefined)) return all
  return all.flatMap((span) => {
    const order = inOrder(span, at)
    if (order !== 0) return order > 0 ? [span] : []
    return span.upTo > at.upTo ? [{ ...span, after: at.upTo }] : []
  })
}

interface Shard {
  readonly uuid: string
  readonly shard: number
}
function inOrder(a: Shard, b: Shard): number {
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : a.shard - b.shard
}

/** The position after a slice was searched, all but the shards of it that could not be reached. */
export function afterSlice({ at, passed, left, again = [] }: Position, slice: readonly Span[], unreachable: readonly Span[]): Position {
  const [first, ...more] = slice
  const last = more.reduce((latest, span) => (latest !== undefined && inOrder(span, latest) < 0 ? latest : span), first)
  const lost = [...new Set([...(passed ? again : left), ...unreachable.map(shardOf)])]
  const now = last === undefined ? at : { uuid: last.uuid, shard: last.shard, upTo: last.upTo }
  return passed ? { at: now, passed, left, again: lost } : { at: now, passed, left: lost }
}

/** The position once nothing lies ahead of one: the turn of the shards that are left, or null at the end of the search. */
export function nextTurn({ passed, left, again = [] }: Position): Position | null {
  const lost = passed ? again : left
  return lost.length === 0 ? null : { at: null, passed: true, left: lost }
}
