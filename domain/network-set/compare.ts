import type { MergedRanges } from '../addresses/merged-ranges.ts'
import { parsePrefix } from '../addresses/prefix.ts'
import { type HeldNetworkSet, type NetworkSet, SPAN_ANNOTATION } from './network-set.ts'
import { reaches } from './prefixes-in-span.ts'
import { type Span, spanOf } from './span.ts'

/** Labels, prefixes and span are as they should be, in any order; others' annotations do not matter (contract G-05). */
export function isSame(held: HeldNetworkSet, nets: readonly string[], wanted: NetworkSet): boolean {
  return (
    held.annotations[SPAN_ANNOTATION] === wanted.annotations[SPAN_ANNOTATION] &&
    sameTexts(Object.entries(held.labels).map(String), Object.entries(wanted.labels).map(String)) &&
    sameTexts(nets, wanted.nets)
  )
}

/** Mostly they are in the same order; only others are sorted. */
function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  if (a.every((text, i) => text === b[i])) return true
  const sorted = [...b].sort()
  return [...a].sort().every((text, i) => text === sorted[i])
}

/**
 * Whether an object holds addresses of the set that lie below its span: only others' hands bring them there, and perhaps took them from the
 * object that should hold them.
 */
export function strays(nets: readonly string[], span: Span, ranges: MergedRanges): boolean {
  return nets.some((net) => {
    const prefix = parsePrefix(net)
    if (typeof prefix === 'string') return false
    const { first, last } = spanOf(prefix)
    return first < span.first && reaches(ranges, { first, last: last < span.first ? last : span.first - 1n })
  })
}
