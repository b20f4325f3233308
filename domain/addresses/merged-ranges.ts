import type { IPv4Ranges } from './ipv4-ranges.ts'
import type { Range } from './range.ts'

/** Sorted ranges of which none touches another, IPv4 first. Objects are made of those that are asked for, one at a time. */
export class MergedRanges implements Iterable<Range> {
  readonly ipv4: IPv4Ranges
  readonly ipv6: readonly Range[]

  constructor(ipv4: IPv4Ranges, ipv6: readonly Range[]) {
    this.ipv4 = ipv4
    this.ipv6 = ipv6
  }

  get length(): number {
    return this.ipv4.firsts.length + this.ipv6.length
  }

  *[Symbol.iterator](): Generator<Range, void, undefined> {
    const { firsts, lasts } = this.ipv4
    for (let i = 0; i < firsts.length; i++) yield { family: 4, first: firsts[i] ?? 0, last: lasts[i] ?? 0 }
    yield* this.ipv6
  }
}

/** Of no address at all. */
export const NO_RANGES = new MergedRanges({ firsts: new Uint32Array(0), lasts: new Uint32Array(0) }, [])
