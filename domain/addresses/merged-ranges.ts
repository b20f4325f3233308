import type { IPv4Ranges } from './ipv4-ranges.ts'
import type { IPv6Ranges } from './ipv6-ranges.ts'
import { addressAt, WORDS } from './ipv6-words.ts'
import type { Range } from './range.ts'

/** Sorted ranges of which none touches another, IPv4 first. Objects are made of those that are asked for, one at a time. */
export class MergedRanges implements Iterable<Range> {
  readonly ipv4: IPv4Ranges
  readonly ipv6: IPv6Ranges

  constructor(ipv4: IPv4Ranges, ipv6: IPv6Ranges) {
    this.ipv4 = ipv4
    this.ipv6 = ipv6
  }

  get length(): number {
    return this.ipv4.firsts.length + this.ipv6.firsts.length / WORDS
  }

  *[Symbol.iterator](): Generator<Range, void, undefined> {
    const { ipv4, ipv6 } = this
    for (let i = 0; i < ipv4.firsts.length; i++) yield { family: 4, first: ipv4.firsts[i] ?? 0, last: ipv4.lasts[i] ?? 0 }
    for (let i = 0; i < ipv6.firsts.length / WORDS; i++) yield { family: 6, first: addressAt(ipv6.firsts, i), last: addressAt(ipv6.lasts, i) }
  }
}

const NONE = { firsts: new Uint32Array(0), lasts: new Uint32Array(0) }

/** Of no address at all. */
export const NO_RANGES = new MergedRanges(NONE, NONE)
