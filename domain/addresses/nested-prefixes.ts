import { IndexedAddresses } from './indexed-addresses.ts'
import type { PrefixLists } from './prefix-lists.ts'

/** Prefixes shorter than a whole address, in the order in which they come at one network address: the widest first. */
const LENGTHS = Array.from({ length: 32 }, (_, length) => length)

/**
 * Finds the longest of many IPv4 prefixes that holds an address, whatever their lengths, in one search.
 *
 * Prefixes lie within each other or apart. So whichever hold an address also hold the network address of the last one that begins at it
 * or before: they are among that one and those around it. A number of 32 bits says how long these are, one bit for each length, and
 * those up to the bits which both addresses have in common are the ones that hold the address.
 */
export class NestedPrefixes {
  readonly #networks: IndexedAddresses
  /** For each prefix the number of its nesting: real lists have a few dozen nestings, and so one byte here. */
  readonly #codes: Uint8Array | Uint32Array
  readonly #nestings: Uint32Array

  /** @param prefixes sorted and unique; whole addresses among them are left out. */
  constructor(prefixes: PrefixLists) {
    const count = prefixes.size - prefixes.ofLength(32).length
    const networks = new Uint32Array(count)
    const codes = new Uint32Array(count)
    const known = new Map<number, number>()
    let place = 0
    let nesting = 0
    prefixes.each(LENGTHS, (addresses, start, end, length) => {
      for (let i = start; i < end; i++) {
        const network = addresses[i] ?? 0
        const around = place === 0 ? 0 : nesting & lengthsUpTo(bitsInCommon(networks[place - 1] ?? 0, network))
        nesting = around | (1 << length)
        const code = known.get(nesting) ?? known.size
        known.set(nesting, code)
        networks[place] = network
        codes[place++] = code
      }
    })
    this.#networks = new IndexedAddresses(networks)
    this.#codes = known.size <= 256 ? Uint8Array.from(codes) : codes
    this.#nestings = Uint32Array.from(known.keys())
  }

  get bytes(): number {
    return this.#networks.bytes + this.#codes.byteLength + this.#nestings.byteLength
  }

  /** The length of the longest prefix that holds an address, or -1. */
  longestAround(address: number): number {
    const place = this.#networks.lastUpTo(address)
    if (place < 0) return -1
    const nesting = this.#nestings[this.#codes[place] ?? 0] ?? 0
    return 31 - Math.clz32(nesting & lengthsUpTo(bitsInCommon(this.#networks.at(place), address)))
  }
}

function bitsInCommon(a: number, b: number): number {
  return Math.clz32(a ^ b)
}

/** A bit for each length from 0 to this one, of at most 31. */
function lengthsUpTo(length: number): number {
  return length >= 31 ? -1 : (2 << length) - 1
}
