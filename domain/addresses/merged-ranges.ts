import type { IPv4Ranges } from './ipv4-ranges.ts'
import type { IPv6Ranges } from './ipv6-ranges.ts'
import { addressAt, WORDS } from './ipv6-words.ts'
import type { Range } from './range.ts'

/** Sorted ranges of which none touches another, IPv4 first. Objects are made of those that are asked for, one at a time. */
export class MergedRanges implements Iterable<Range> {
  /** The IPv4 ranges. */
  readonly ipv4: IPv4Ranges
  /** The IPv6 ranges. */
  readonly ipv6: IPv6Ranges

  /** Takes what is merged already: sorted, and no range touches another. */
  constructor(ipv4: IPv4Ranges, ipv6: IPv6Ranges) {
    this.ipv4 = ipv4
    this.ipv6 = ipv6
  }

  /** Number of ranges of both families. */
  get length(): number {
    return this.ipv4.firsts.length + this.ipv6.firsts.length / WORDS
  }

  /** Each range, IPv4 first, in the order of the addresses. */
  *[Symbol.iterator](): Generator<Range, void, undefined> {
    const { ipv4, ipv6 } = this
    for (let i = 0; i < ipv4.firsts.length; i++) yield { family: 4, first: ipv4.firsts[i] ?? 0, last: ipv4.lasts[i] ?? 0 }
    for (let i = 0; i < ipv6.firsts.length / WORDS; i++) yield { family: 6, first: addressAt(ipv6.firsts, i), last: addressAt(ipv6.lasts, i) }
  }
}

const NONE = { firsts: new Uint32Array(0), lasts: new Uint32Array(0) }

/** Of no address at all. */
export const NO_RANGES = new MergedRanges(NONE, NONE)
