import { eachPrefix } from '../addresses/ipv4-ranges.ts'
import { ipv4Text } from '../addresses/ipv4.ts'
import { ipv6Text } from '../addresses/ipv6.ts'
import { addressAt, isAbove, WORDS } from '../addresses/ipv6-words.ts'
import type { MergedRanges } from '../addresses/merged-ranges.ts'
import { eachIPv6Prefix } from '../addresses/range.ts'
import { IPV6_FROM, type Position, type Span } from './span.ts'

interface PrefixVisitor {
  ipv4(address: number, length: number): void
  ipv6(address: bigint, length: number): void
}

/** How many prefixes cover the addresses of a span at least. */
export function countIn(ranges: MergedRanges, span: Span): number {
  let count = 0
  const counted = (): void => void count++
  eachPrefixIn(ranges, span, { ipv4: counted, ipv6: counted })
  return count
}

/** The smallest list of prefixes that covers the addresses of a span, and none outside it; by address, IPv4 first (contract G-03). */
export function netsIn(ranges: MergedRanges, span: Span): string[] {
  const nets: string[] = []
  eachPrefixIn(ranges, span, {
    ipv4: (address, length) => void nets.push(`${ipv4Text(address)}/${length}`),
    ipv6: (address, length) => void nets.push(`${ipv6Text(address)}/${length}`),
  })
  return nets
}

/**
 * Cuts a span at boundaries of its prefixes into parts of as many prefixes each, or one less.
 * @param count of its prefixes, not less than there are parts.
 */
export function cutSpan(ranges: MergedRanges, span: Span, count: number, parts: number): Span[] {
  const firsts = [span.first]
  let seen = 0
  const next = (position: () => Position): void => {
    if (firsts.length < parts && seen === Math.floor((firsts.length * count) / parts)) firsts.push(position())
    seen++
  }
  eachPrefixIn(ranges, span, {
    ipv4: (address) => next(() => BigInt(address)),
    ipv6: (address) => next(() => IPV6_FROM + address),
  })
  return firsts.map((first, i) => ({ first, last: (firsts[i + 1] ?? span.last + 1n) - 1n }))
}

/** Whether any address of the ranges lies in a span. */
export function reaches(ranges: MergedRanges, span: Span): boolean {
  let found = false
  eachRangeIn(ranges, span, () => (found = true), () => (found = true))
  return found
}

function eachPrefixIn(ranges: MergedRanges, span: Span, { ipv4, ipv6 }: PrefixVisitor): void {
  eachRangeIn(
    ranges,
    span,
    (first, last) => eachPrefix(first, last, ipv4),
    (first, last) => eachIPv6Prefix(first, last, ipv6),
  )
}

/** The ranges of a span, cut off where it begins and ends. */
function eachRangeIn(
  ranges: MergedRanges,
  span: Span,
  ipv4: (first: number, last: number) => void,
  ipv6: (first: bigint, last: bigint) => void,
): void {
  if (span.first < IPV6_FROM) {
    const { firsts, lasts } = ranges.ipv4
    const from = Number(span.first)
    const to = Number(span.last < IPV6_FROM ? span.last : IPV6_FROM - 1n)
    for (let i = firstThat(lasts.length, (at) => (lasts[at] ?? 0) >= from); i < firsts.length; i++) {
      const [first = 0, last = 0] = [firsts[i], lasts[i]]
      if (first > to) break
      ipv4(Math.max(first, from), Math.min(last, to))
    }
  }
  if (span.last < IPV6_FROM) return
  const from = span.first < IPV6_FROM ? 0n : span.first - IPV6_FROM
  const to = span.last - IPV6_FROM
  const { firsts, lasts } = ranges.ipv6
  const count = firsts.length / WORDS
  for (let i = firstThat(count, (at) => addressAt(lasts, at) >= from); i < count; i++) {
    const first = addressAt(firsts, i)
    if (first > to) break
    // One number of 128 bits less for each of those that are one address.
    const last = isAbove(lasts, i, firsts, i) ? addressAt(lasts, i) : first
    ipv6(first < from ? from : first, last > to ? to : last)
  }
}

/** The first of so many places from which on something holds. */
function firstThat(length: number, holds: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
