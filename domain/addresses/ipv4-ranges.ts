import type { PrefixLists } from './prefix-lists.ts'

/** IPv4 ranges without an object for any: the first and the last address of each, as unsigned 32-bit numbers. */
export interface IPv4Ranges {
  /** First address of each range, as a number, ascending. */
  readonly firsts: Uint32Array
  /** Last address of each, included, in the same order. */
  readonly lasts: Uint32Array
}

const ALL_LENGTHS = Array.from({ length: 33 }, (_, length) => length)

/** The fewest ranges that cover the same addresses: sorted, none touching another (contract G-03). Sorts the lists. */
export function mergePrefixes(prefixes: PrefixLists): IPv4Ranges {
  prefixes.sortUnique()
  const firsts = new Uint32Array(prefixes.size)
  const lasts = new Uint32Array(prefixes.size)
  let count = 0
  // Nothing touches the range before the first.
  let covered = -2
  prefixes.each(ALL_LENGTHS, (addresses, start, end, length) => {
    const others = 2 ** (32 - length) - 1
    let last = covered
    let merged = count
    for (let i = start; i < end; i++) {
      const first = addresses[i] ?? 0
      if (first > last + 1) firsts[merged++] = first
      last = Math.max(last, first + others)
      lasts[merged - 1] = last
    }
    covered = last
    count = merged
  })
  return { firsts: firsts.subarray(0, count), lasts: lasts.subarray(0, count) }
}

/**
 * The fewest prefixes that cover a range and nothing else: from its first address on, each the largest block that is aligned there and
 * does not reach beyond the end.
 */
export function eachPrefix(first: number, last: number, visit: (address: number, length: number) => void): void {
  for (let at = first; at <= last; ) {
    const room = last - at + 1
    const largest = room === 2 ** 32 ? 0 : Math.clz32(room) + 1
    const length = Math.max(largest, 32 - trailingZeros(at))
    visit(at, length)
    at += 2 ** (32 - length)
  }
}

/** Of 32 bits. */
function trailingZeros(address: number): number {
  return address === 0 ? 32 : 31 - Math.clz32(address & -address)
}
