import { mergePrefixes } from '../addresses/ipv4-ranges.ts'
import { mergeIPv6 } from '../addresses/ipv6-ranges.ts'
import { MergedRanges } from '../addresses/merged-ranges.ts'
import { atOnce, type InStretches } from '../formats/give-way.ts'
import { netsIn } from '../network-set/prefixes-in-span.ts'
import { EVERY_ADDRESS } from '../network-set/span.ts'
import { addressMembers } from './address-members.ts'
import type { IndicatorSet } from './indicator-set.ts'

/** The addresses of an IPSet as the fewest ranges: what a network set is planned from (contract G-03). 8 bytes a range of IPv4, 32 of IPv6. */
export function* rangesOf({ text }: Pick<IndicatorSet, 'text'>): InStretches<MergedRanges> {
  const { ipv4, ipv6 } = yield* addressMembers(text)
  yield
  const ranges = mergePrefixes(ipv4)
  return new MergedRanges(ranges, yield* mergeIPv6(ipv6))
}

/** The smallest list of prefixes that covers exactly the addresses of an IPSet (contract G-03); IPv4 first, by address. */
export function prefixesOf(set: IndicatorSet): string[] {
  return netsIn(atOnce(rangesOf(set)), EVERY_ADDRESS)
}
