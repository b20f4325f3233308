import { parsePrefix, type Prefix, prefixText } from '../addresses/prefix.ts'
import type { IndicatorSet } from '../sets/indicator-set.ts'
import { membersOf } from '../sets/members.ts'
import { prefixesOf } from '../sets/prefixes.ts'
import { type Overlap, Overlaps } from './overlaps.ts'

/** What is worth knowing of an IPSet before it is enforced. */
export interface AddressFacts {
  readonly ipv4: number
  readonly ipv6: number
  /** Prefixes that cover exactly the same addresses: what a network set holds (contract G-03). */
  readonly mergedPrefixes: number
  /** Members of more than one address, the widest first. */
  readonly widest: readonly string[]
  readonly overlaps: readonly Overlap[]
}

const WIDEST = 10

export function addressFacts(set: IndicatorSet): AddressFacts {
  const overlaps = new Overlaps()
  const widest = new Widest()
  const count = { 4: 0, 6: 0 }
  for (const member of set.members === 0 ? [] : membersOf(set)) {
    const prefix = parsePrefix(member)
    if (typeof prefix === 'string') throw new TypeError('the text is not that of an IPSet')
    count[prefix.family]++
    overlaps.add(prefix)
    widest.add(prefix)
  }
  return {
    ipv4: count[4],
    ipv6: count[6],
    mergedPrefixes: prefixesOf(set).length,
    widest: widest.list(),
    overlaps: overlaps.list(),
  }
}

/** The few widest of many, IPv4 and IPv6 by the number of their host bits relative to what is usual: 8 of 32 as 80 of 128. */
class Widest {
  #kept: Prefix[] = []

  add(prefix: Prefix): void {
    if (prefix.length === (prefix.family === 4 ? 32 : 128)) return
    const least = this.#kept.at(-1)
    if (this.#kept.length === WIDEST && least !== undefined && hostBits(prefix) <= hostBits(least)) return
    this.#kept.push(prefix)
    this.#kept.sort((a, b) => hostBits(b) - hostBits(a))
    this.#kept = this.#kept.slice(0, WIDEST)
  }

  list(): readonly string[] {
    return this.#kept.map(prefixText)
  }
}

/** A /64 of IPv6 is one network, as an address is in IPv4: only what is wider counts, in units that make a /32 of IPv6 a /8 of IPv4. */
function hostBits({ family, length }: Prefix): number {
  return family === 4 ? 32 - length : ((64 - Math.min(length, 64)) * 3) / 4
}
