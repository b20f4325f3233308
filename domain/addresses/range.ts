import type { Prefix } from './prefix.ts'

/** Addresses from `first` to `last`, both included. IPv4 as unsigned 32-bit numbers, IPv6 as 128-bit ones. */
export type Range =
  | { readonly family: 4; readonly first: number; readonly last: number }
  | { readonly family: 6; readonly first: bigint; readonly last: bigint }

export function rangeOf(prefix: Prefix): Range {
  if (prefix.family === 4) return { family: 4, first: prefix.address, last: prefix.address + 2 ** (32 - prefix.length) - 1 }
  return { family: 6, first: prefix.address, last: prefix.address + (1n << BigInt(128 - prefix.length)) - 1n }
}

/** The fewest prefixes that cover a range of IPv6 and nothing else, found as `eachPrefix` finds those of IPv4. */
export function eachIPv6Prefix(first: bigint, last: bigint, visit: (address: bigint, length: number) => void): void {
  // One address, as most are, without arithmetic of 128 bits.
  if (first === last) return visit(first, 128)
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
