import { addressOf, ipv4Text, lengthOf, maskIPv4, readPlainIPv4Text } from '../addresses/ipv4.ts'
import { maskIPv6 } from '../addresses/ipv6.ts'
import { parsePrefix, prefixText } from '../addresses/prefix.ts'
import type { IndicatorSet } from './indicator-set.ts'
import type { Matcher } from './matcher.ts'
import { eachMember } from './members.ts'
import { memberPrefix } from './prefixes.ts'

/** Networks of one length, sorted: four bytes a member, and a lookup is one binary search for each length that occurs. */
interface IPv4Networks {
  readonly length: number
  readonly networks: Uint32Array
}
interface IPv6Networks {
  readonly length: number
  readonly networks: BigUint64Array
}

/** Matches addresses of flow logs against an IPSet (contract Q-01). IPv4-mapped addresses count as IPv4 (contract N-01). */
export function addressMatcher(set: IndicatorSet): Matcher {
  if (set.content !== 'IPSet') throw new TypeError(`addresses do not match a ${set.content}`)
  const ipv4 = new Map<number, number[]>()
  const ipv6 = new Map<number, bigint[]>()
  eachMember(set.text, (start, end) => {
    const prefix = memberPrefix(set.text, start, end)
    if (prefix.family === 4) listAt(ipv4, prefix.length).push(prefix.address)
    else listAt(ipv6, prefix.length).push(prefix.address)
  })
  const ipv4Networks = longestFirst(ipv4).map(([length, networks]) => ({ length, networks: Uint32Array.from(networks).sort() }))
  const ipv6Networks = longestFirst(ipv6).map(([length, networks]) => ({ length, networks: pairs(networks) }))
  const bytes = [...ipv4Networks, ...ipv6Networks].reduce((sum, { networks }) => sum + networks.byteLength, 0)
  return { bytes, match: (value) => matchAddress(value, ipv4Networks, ipv6Networks) }
}

function matchAddress(value: string, ipv4: readonly IPv4Networks[], ipv6: readonly IPv6Networks[]): string | null {
  const plain = readPlainIPv4Text(value)
  if (plain >= 0) return lengthOf(plain) === 32 ? matchIPv4(addressOf(plain), ipv4) : null
  const prefix = parsePrefix(value)
  if (typeof prefix === 'string') return null
  if (prefix.family === 4) return prefix.length === 32 ? matchIPv4(prefix.address, ipv4) : null
  return prefix.length === 128 ? matchIPv6(prefix.address, ipv6) : null
}

function matchIPv4(address: number, byLength: readonly IPv4Networks[]): string | null {
  for (const { length, networks } of byLength) {
    const network = maskIPv4(address, length)
    if (includes(networks, network)) return `${ipv4Text(network)}/${length}`
  }
  return null
}

function includes(networks: Uint32Array, network: number): boolean {
  let low = 0
  let high = networks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((networks[middle] ?? 0) < network) low = middle + 1
    else high = middle
  }
  return networks[low] === network
}

function matchIPv6(address: bigint, byLength: readonly IPv6Networks[]): string | null {
  for (const { length, networks } of byLength) {
    const network = maskIPv6(address, length)
    if (includesPair(networks, network)) return prefixText({ family: 6, address: network, length })
  }
  return null
}

const LOW_BITS = (1n << 64n) - 1n

/** Sorted 128-bit numbers as their upper and lower halves in turn. */
function pairs(networks: bigint[]): BigUint64Array {
  const halves = new BigUint64Array(networks.length * 2)
  networks.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  networks.forEach((network, i) => {
    halves[i * 2] = network >> 64n
    halves[i * 2 + 1] = network & LOW_BITS
  })
  return halves
}

function includesPair(networks: BigUint64Array, network: bigint): boolean {
  const upper = network >> 64n
  const lower = network & LOW_BITS
  let low = 0
  let high = networks.length / 2
  while (low < high) {
    const middle = (low + high) >>> 1
    const middleUpper = networks[middle * 2] ?? 0n
    if (middleUpper < upper || (middleUpper === upper && (networks[middle * 2 + 1] ?? 0n) < lower)) low = middle + 1
    else high = middle
  }
  return networks[low * 2] === upper && networks[low * 2 + 1] === lower
}

function listAt<T>(lists: Map<number, T[]>, length: number): T[] {
  const list = lists.get(length) ?? []
  lists.set(length, list)
  return list
}

/** The most specific member is found first. */
function longestFirst<T>(lists: ReadonlyMap<number, T>): [number, T][] {
  return [...lists].sort(([a], [b]) => b - a)
}
