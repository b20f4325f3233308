import { IndexedAddresses } from '../addresses/indexed-addresses.ts'
import { ipv4Text, maskIPv4, readAddressText } from '../addresses/ipv4.ts'
import { IPv6Networks } from '../addresses/ipv6-networks.ts'
import { maskIPv6 } from '../addresses/ipv6.ts'
import { NestedPrefixes } from '../addresses/nested-prefixes.ts'
import { parsePrefix, prefixText } from '../addresses/prefix.ts'
import { atOnce } from '../formats/give-way.ts'
import { addressMembers } from './address-members.ts'
import type { IndicatorSet } from './indicator-set.ts'
import type { Matcher } from './matcher.ts'

/** Matches addresses of flow logs against an IPSet (contract Q-01). IPv4-mapped addresses count as IPv4 (contract N-01). */
export function addressMatcher(set: IndicatorSet): Matcher {
  if (set.content !== 'IPSet') throw new TypeError(`addresses do not match a ${set.content}`)
  const { ipv4, ipv6 } = atOnce(addressMembers(set.text))
  ipv4.sortUnique()
  atOnce(ipv6.sort())
  const hosts = new IndexedAddresses(ipv4.ofLength(32).slice())
  const networks = new NestedPrefixes(ipv4)
  const ipv6Networks = new IPv6Networks(ipv6)

  /** `text` is the address as sets write it. */
  function matchIPv4(address: number, text: string): string | null {
    if (hosts.includes(address)) return `${text}/32`
    const length = networks.longestAround(address)
    return length < 0 ? null : `${ipv4Text(maskIPv4(address, length))}/${length}`
  }

  function matchOther(value: string): string | null {
    const prefix = parsePrefix(value)
    if (typeof prefix === 'string') return null
    if (prefix.family === 4) return prefix.length === 32 ? matchIPv4(prefix.address, ipv4Text(prefix.address)) : null
    if (prefix.length !== 128) return null
    const length = ipv6Networks.longestAround(prefix.address)
    return length < 0 ? null : prefixText({ family: 6, address: maskIPv6(prefix.address, length), length })
  }

  return {
    bytes: hosts.bytes + networks.bytes + ipv6Networks.bytes,
    match(value) {
      const address = readAddressText(value)
      return address < 0 ? matchOther(value) : matchIPv4(address, value)
    },
  }
}
