import { IndexedAddresses } from '../addresses/indexed-addresses.ts'
import { ipv4Text, maskIPv4, readAddressText } from '../addresses/ipv4.ts'
import { IPv6List } from '../addresses/ipv6-list.ts'
import { IPv6Networks } from '../addresses/ipv6-networks.ts'
import { maskIPv6 } from '../addresses/ipv6.ts'
import { NestedPrefixes } from '../addresses/nested-prefixes.ts'
import { parsePrefix, prefixText } from '../addresses/prefix.ts'
import { PrefixLists } from '../addresses/prefix-lists.ts'
import { bitByBit, type GiveWay } from '../formats/give-way.ts'
import { addAddresses, type AddressMembers } from './address-members.ts'
import type { GuessingMatcher, HeldSet, Matcher } from './matcher.ts'
import { NotASet } from './not-a-set.ts'
import { wholeMembers } from './whole-members.ts'

/**
 * Holds an IPSet: 2 to 4.5 bytes an IPv4 address, 5.5 a network, 16 an IPv6 prefix. What it finds is exact.
 * @param members how many the text has
 * @throws NotASet
 */
export async function holdAddresses(text: AsyncIterable<Uint8Array>, members: number, giveWay: GiveWay): Promise<HeldSet> {
  const found = await read(text, Infinity, giveWay).next()
  const addresses = found.done === true ? noAddresses() : found.value
  const count = addresses.ipv4.size + addresses.ipv6.size
  if (count !== members) throw new NotASet(`it has ${count} members in place of ${members}`)
  const held = await addressMatcher(addresses, giveWay)
  const matcher: GuessingMatcher = { match: (value) => held.match(value), guessed: false, confirm: async () => undefined }
  return { bytes: held.bytes, matcher: () => matcher }
}

/** Members of one part of a set that is not in memory: some 2 MB of IPv4 while it is matched. */
const PART = 250_000
/** Values matched at a stretch: a few milliseconds. */
const STRETCH = 10_000

/**
 * Matches an IPSet of which nothing is in memory: each value is a guess until the set was read, part by part.
 * @param part members that are held at a time
 */
export function streamedAddresses(part: number = PART): GuessingMatcher {
  return new StreamedAddresses(part)
}

class StreamedAddresses implements GuessingMatcher {
  readonly #part: number
  readonly #decided = new Map<string, string | null>()
  readonly #guesses = new Set<string>()

  constructor(part: number) {
    this.#part = part
  }

  get guessed(): boolean {
    return this.#guesses.size > 0
  }

  match(value: string): string | null {
    const member = this.#decided.get(value)
    if (member !== undefined) return member
    this.#guesses.add(value)
    return value
  }

  async confirm(text: AsyncIterable<Uint8Array>, giveWay: GiveWay): Promise<void> {
    const values = [...this.#guesses]
    const members = new Array<string | null>(values.length).fill(null)
    for await (const part of read(text, this.#part, giveWay)) {
      const matcher = await addressMatcher(part, giveWay)
      for (const [i, value] of values.entries()) {
        if (i % STRETCH === 0) await giveWay()
        members[i] = narrower(members[i] ?? null, matcher.match(value))
      }
    }
    for (const [i, value] of values.entries()) {
      this.#decided.set(value, members[i] ?? null)
      this.#guesses.delete(value)
    }
  }
}

/** The more specific of two prefixes that hold the same address. */
function narrower(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return lengthOf(other) > lengthOf(one) ? other : one
}

function lengthOf(prefix: string): number {
  return Number(prefix.slice(prefix.indexOf('/') + 1))
}

/** The members of a text, so many or a few more at a time; none for an empty text. */
async function* read(text: AsyncIterable<Uint8Array>, part: number, giveWay: GiveWay): AsyncGenerator<AddressMembers, void, undefined> {
  let members = noAddresses()
  for await (const piece of wholeMembers(text, giveWay)) {
    await bitByBit(addAddresses(piece, members), giveWay)
    if (members.ipv4.size + members.ipv6.size < part) continue
    yield members
    members = noAddresses()
  }
  if (members.ipv4.size + members.ipv6.size > 0) yield members
}

function noAddresses(): AddressMembers {
  return { ipv4: new PrefixLists(), ipv6: new IPv6List() }
}

/** Matches addresses of flow logs (contract Q-01). IPv4-mapped addresses count as IPv4 (contract N-01). The members are sorted on the way. */
async function addressMatcher({ ipv4, ipv6 }: AddressMembers, giveWay: GiveWay): Promise<Matcher & { readonly bytes: number }> {
  ipv4.sortUnique()
  await bitByBit(ipv6.sort(), giveWay)
  const hosts = new IndexedAddresses(ipv4.ofLength(32))
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
