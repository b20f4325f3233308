import { eachPrefix, mergePrefixes } from '../addresses/ipv4-ranges.ts'
import { ipv4Text } from '../addresses/ipv4.ts'
import { MergedRanges } from '../addresses/merged-ranges.ts'
import { prefixText } from '../addresses/prefix.ts'
import { mergeRanges, prefixesOfRanges, rangeOf } from '../addresses/range.ts'
import { addressMembers } from './address-members.ts'
import type { IndicatorSet } from './indicator-set.ts'

/** The addresses of an IPSet as the fewest ranges: what a network set is planned from (contract G-03). Eight bytes an IPv4 range. */
export function rangesOf(set: IndicatorSet): MergedRanges {
  const { ipv4, ipv6 } = addressMembers(set.text)
  return new MergedRanges(mergePrefixes(ipv4), mergeRanges(ipv6.map(rangeOf)))
}

/** The smallest list of prefixes that covers exactly the addresses of an IPSet (contract G-03); IPv4 first, by address. */
export function prefixesOf(set: IndicatorSet): string[] {
  const { ipv4, ipv6 } = rangesOf(set)
  const prefixes: string[] = []
  ipv4.firsts.forEach((first, i) => {
    eachPrefix(first, ipv4.lasts[i] ?? 0, (address, length) => prefixes.push(`${ipv4Text(address)}/${length}`))
  })
  for (const prefix of prefixesOfRanges(ipv6)) prefixes.push(prefixText(prefix))
  return prefixes
}
