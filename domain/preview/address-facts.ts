import { mergePrefixes } from '../addresses/ipv4-ranges.ts'
import { mergeIPv6 } from '../addresses/ipv6-ranges.ts'
import { MergedRanges } from '../addresses/merged-ranges.ts'
import { type Prefix, prefixText } from '../addresses/prefix.ts'
import type { PrefixLists } from '../addresses/prefix-lists.ts'
import { atOnce } from '../formats/give-way.ts'
import { countIn } from '../network-set/prefixes-in-span.ts'
import { EVERY_ADDRESS } from '../network-set/span.ts'
import { addressMembers, type AddressMembers } from '../sets/address-members.ts'
import type { IndicatorSet } from '../sets/indicator-set.ts'
import { type Overlap, Overlaps } from './overlaps.ts'

/** What is worth knowing of an IPSet before it is enforced. */
export interface AddressFacts {
  /** Members that are IPv4. */
  readonly ipv4: number
  /** Members that are IPv6. */
  readonly ipv6: number
  /** Prefixes that cover exactly the same addresses: what a network set holds (contract G-03). */
  readonly mergedPrefixes: number
  /** Members of more than one address, the widest first. */
  readonly widest: readonly string[]
  /** Ranges that nobody means to block and that members lie in. */
  readonly overlaps: readonly Overlap[]
}

const WIDEST = 10

/** Lengths of IPv4 prefixes, the widest first. */
const LENGTHS = Array.from({ length: 33 }, (_, length) => length)

/** A set may have two million members: no text is made for any that is not shown, and no object for one of IPv4. */
export function addressFacts(set: IndicatorSet): AddressFacts {
  const { ipv4, ipv6 } = atOnce(addressMembers(set.text))
  const widest = widestOf(ipv4, ipv6).map(prefixText)
  const overlaps = overlapsOf(ipv4, ipv6)
  // Sorts the members, which until here are in the set's order.
  const mergedPrefixes = countMerged(ipv4, ipv6)
  return { ipv4: ipv4.size, ipv6: ipv6.size, mergedPrefixes, widest, overlaps }
}

/** The few widest, IPv4 and IPv6 by the number of their host bits relative to what is usual: 8 of 32 as 80 of 128. */
function widestOf(ipv4: PrefixLists, ipv6: AddressMembers['ipv6']): readonly Prefix[] {
  const networks: Prefix[] = []
  for (const length of LENGTHS.slice(0, 32)) {
    for (const address of ipv4.ofLength(length).subarray(0, WIDEST)) networks.push({ family: 4, address, length })
  }
  for (const prefix of prefixesOf(ipv6)) if (prefix.length < 128) networks.push(prefix)
  return networks.sort((a, b) => hostBits(b) - hostBits(a)).slice(0, WIDEST)
}

function overlapsOf(ipv4: PrefixLists, ipv6: AddressMembers['ipv6']): readonly Overlap[] {
  const overlaps = new Overlaps()
  for (const length of LENGTHS) {
    const addresses = ipv4.ofLength(length)
    for (let i = 0; i < addresses.length; i++) overlaps.addIPv4(addresses[i] ?? 0, length)
  }
  for (const prefix of prefixesOf(ipv6)) overlaps.add(prefix)
  return overlaps.list()
}

function* prefixesOf(ipv6: AddressMembers['ipv6']): Generator<Prefix> {
  for (let i = 0; i < ipv6.size; i++) yield { family: 6, address: ipv6.addressAt(i), length: ipv6.lengthAt(i) }
}

function countMerged(ipv4: PrefixLists, ipv6: AddressMembers['ipv6']): number {
  return countIn(new MergedRanges(mergePrefixes(ipv4), atOnce(mergeIPv6(ipv6))), EVERY_ADDRESS)
}

/** A /64 of IPv6 is one network, as an address is in IPv4: only what is wider counts, in units that make a /32 of IPv6 a /8 of IPv4. */
function hostBits({ family, length }: Prefix): number {
  return family === 4 ? 32 - length : ((64 - Math.min(length, 64)) * 3) / 4
}
