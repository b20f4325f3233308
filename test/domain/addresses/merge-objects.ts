import { eachPrefix } from '../../../domain/addresses/ipv4-ranges.ts'
import type { Prefix } from '../../../domain/addresses/prefix.ts'
import { eachIPv6Prefix, type Range, rangeOf } from '../../../domain/addresses/range.ts'

/** What merging comes to, by an object for each: the referee of what does it without any. */
export function mergedObjects(prefixes: readonly Prefix[]): Range[] {
  const merged: Range[] = []
  for (const range of prefixes.map(rangeOf).sort(byFirst)) {
    const open = merged.at(-1)
    if (open === undefined || !touches(open, range)) merged.push(range)
    else if (range.last > open.last) merged[merged.length - 1] = { ...open, last: range.last } as Range
  }
  return merged
}

export function prefixesOfRanges(merged: readonly Range[]): Prefix[] {
  const prefixes: Prefix[] = []
  for (const range of merged) {
    if (range.family === 4) eachPrefix(range.first, range.last, (address, length) => prefixes.push({ family: 4, address, length }))
    else eachIPv6Prefix(range.first, range.last, (address, length) => prefixes.push({ family: 6, address, length }))
  }
  return prefixes
}

function byFirst(a: Range, b: Range): number {
  if (a.family !== b.family) return a.family - b.family
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0
}

function touches(open: Range, next: Range): boolean {
  return open.family === next.family && BigInt(next.first) <= BigInt(open.last) + 1n
}
