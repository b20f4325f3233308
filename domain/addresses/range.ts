import { eachPrefix } from './ipv4-ranges.ts'
import type { Prefix } from './prefix.ts'

/** Addresses from `first` to `last`, both included. IPv4 as unsigned 32-bit numbers, IPv6 as 128-bit ones. */
export type Range =
  | { readonly family: 4; readonly first: number; readonly last: number }
  | { readonly family: 6; readonly first: bigint; readonly last: bigint }

export function rangeOf(prefix: Prefix): Range {
  if (prefix.family === 4) return { family: 4, first: prefix.address, last: prefix.address + 2 ** (32 - prefix.length) - 1 }
  return { family: 6, first: prefix.address, last: prefix.address + (1n << BigInt(128 - prefix.length)) - 1n }
}

/** The fewest ranges that cover the same addresses: sorted, IPv4 first, none touching another (contract G-03). */
export function mergeRanges(ranges: Iterable<Range>): Range[] {
  const sorted = [...ranges].sort(byFirst)
  const merged: Range[] = []
  let open: Range | undefined
  for (const range of sorted) {
    if (open !== undefined && touches(open, range)) {
      if (range.last > open.last) open = { ...open, last: range.last } as Range
      merged[merged.length - 1] = open
    } else {
      open = range
      merged.push(range)
    }
  }
  return merged
}

function byFirst(a: Range, b: Range): number {
  if (a.family !== b.family) return a.family - b.family
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0
}

/** Whether `next`, which does not begin before `open`, overlaps it or begins right after it. */
function touches(open: Range, next: Range): boolean {
  if (open.family === 4) return next.family === 4 && next.first <= open.last + 1
  return next.family === 6 && next.first <= open.last + 1n
}

/**
 * The smallest list of prefixes that covers exactly these ranges. Each range alone is cut into the largest aligned blocks from its
 * first address on, which is minimal for one range; merged ranges do not touch, so their lists cannot be joined further.
 */
export function prefixesOfRanges(merged: Iterable<Range>): Prefix[] {
  const prefixes: Prefix[] = []
  for (const range of merged) {
    if (range.family === 4) eachPrefix(range.first, range.last, (address, length) => prefixes.push({ family: 4, address, length }))
    else eachIPv6Prefix(range.first, range.last, (address, length) => prefixes.push({ family: 6, address, length }))
  }
  return prefixes
}

/** The same for one range of IPv6, as `eachPrefix` goes through one of IPv4. */
export function eachIPv6Prefix(first: bigint, last: bigint, visit: (address: bigint, length: number) => void): void {
  for (let at = first; at <= last; ) {
    let length = 128
    let size = 1n
    while (length > 0 && at % (size * 2n) === 0n && at + size * 2n - 1n <= last) {
      size *= 2n
      length--
    }
    visit(at, length)
    at += size
  }
}
