import type { WindowCursor } from '../../domain/search/window.ts'
import type { Span } from '../../domain/search/window.ts'

/** How far a forward search came, in its heartbeats: another worker goes on from there, up to the same window. */
export interface ForwardProgress {
  readonly to: WindowCursor
  /** Id of the window it started from, null for the beginning of everything. */
  readonly from: string | null
  /** Slices that are searched. */
  readonly done: number
  /** What is still to be searched of the next one; null, or absent where an older version wrote it: all of it. */
  readonly rest?: readonly Span[] | null
  readonly hits: number
  readonly newEvents: number
  readonly unreachable: readonly Span[]
}

export function isForwardProgress(value: unknown): value is ForwardProgress {
  if (typeof value !== 'object' || value === null) return false
  if (!('to' in value && 'from' in value && 'done' in value && 'hits' in value && 'newEvents' in value && 'unreachable' in value)) return false
  const { to, done, hits, newEvents, unreachable } = value
  if ('rest' in value && value.rest !== null && !Array.isArray(value.rest)) return false
  if (typeof to !== 'object' || to === null || !('number' in to && 'id' in to)) return false
  return [to.number, done, hits, newEvents].every((number) => typeof number === 'number') && typeof to.id === 'string' && Array.isArray(unreachable)
}
