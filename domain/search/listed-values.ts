import { mergePrefixes } from '../addresses/ipv4-ranges.ts'
import { ipv4Text } from '../addresses/ipv4.ts'
import { IPv6List } from '../addresses/ipv6-list.ts'
import { mergeIPv6 } from '../addresses/ipv6-ranges.ts'
import { ipv6Text } from '../addresses/ipv6.ts'
import { MergedRanges } from '../addresses/merged-ranges.ts'
import { PrefixLists } from '../addresses/prefix-lists.ts'
import type { InStretches } from '../formats/give-way.ts'
import { addressMembers } from '../sets/address-members.ts'
import type { IndicatorSet } from '../sets/indicator-set.ts'

/** Members of an IPSet as a search sends them. */
export interface ListedValues {
  /** Bare addresses. */
  readonly hosts: readonly string[]
  /** What networks cover, as the fewest ranges: `192.0.2.0-192.0.2.255`. */
  readonly ranges: readonly string[]
}

/** Hosts of IPv4 that become text at a time. */
const STRETCH = 10_000

/**
 * Single addresses stay apart from networks: a list of a hundred thousand of them is looked up at once, while each range is a clause of
 * its own, dearer than a hundred hosts.
 */
export function* listedValues({ text }: Pick<IndicatorSet, 'text'>): InStretches<ListedValues> {
  const { ipv4, ipv6 } = yield* addressMembers(text)
  const hosts: string[] = []
  for (const [at, address] of ipv4.ofLength(32).entries()) {
    if (at % STRETCH === 0) yield
    hosts.push(ipv4Text(address))
  }
  const networks = new PrefixLists()
  for (let length = 0; length < 32; length++) for (const address of ipv4.ofLength(length)) networks.add(address, length)
  const ipv6Networks = new IPv6List()
  for (let at = 0; at < ipv6.size; at++) {
    if (at % STRETCH === 0) yield
    const length = ipv6.lengthAt(at)
    if (length === 128) hosts.push(ipv6Text(ipv6.addressAt(at)))
    else ipv6Networks.push(ipv6.addressAt(at), length)
  }
  const ranges: string[] = []
  for (const { family, first, last } of new MergedRanges(mergePrefixes(networks), yield* mergeIPv6(ipv6Networks))) {
    ranges.push(family === 4 ? `${ipv4Text(first)}-${ipv4Text(last)}` : `${ipv6Text(first)}-${ipv6Text(last)}`)
  }
  return { hosts, ranges }
}
