import type { IPv6List } from './ipv6-list.ts'
import { maskIPv6 } from './ipv6.ts'

/** Networks of one length, sorted: 128-bit numbers as their upper and lower halves in turn. */
interface Networks {
  readonly length: number
  readonly halves: BigUint64Array
}

const LOW_BITS = (1n << 64n) - 1n

/** Finds the longest of some IPv6 prefixes that holds an address: sixteen bytes a prefix, and a binary search for each length that occurs. */
export class IPv6Networks {
  readonly #byLength: readonly Networks[]

  /** @param prefixes sorted. */
  constructor(prefixes: IPv6List) {
    const counts = new Uint32Array(129)
    for (let i = 0; i < prefixes.size; i++) counts[prefixes.lengthAt(i)] = (counts[prefixes.lengthAt(i)] ?? 0) + 1
    const lengths = Array.from(counts.keys()).filter((length) => counts[length] !== 0)
    this.#byLength = lengths.reverse().map((length) => ({ length, halves: halvesOf(prefixes, length, counts[length] ?? 0) }))
  }

  get bytes(): number {
    return this.#byLength.reduce((bytes, { halves }) => bytes + halves.byteLength, 0)
  }

  /** The length of the longest prefix that holds an address, or -1. */
  longestAround(address: bigint): number {
    return this.#byLength.find(({ length, halves }) => includes(halves, maskIPv6(address, length)))?.length ?? -1
  }
}

function halvesOf(prefixes: IPv6List, length: number, count: number): BigUint64Array {
  const halves = new BigUint64Array(count * 2)
  let at = 0
  for (let i = 0; i < prefixes.size; i++) {
    if (prefixes.lengthAt(i) !== length) continue
    const address = prefixes.addressAt(i)
    halves[at++] = address >> 64n
    halves[at++] = address & LOW_BITS
  }
  return halves
}

function includes(halves: BigUint64Array, network: bigint): boolean {
  const upper = network >> 64n
  const lower = network & LOW_BITS
  let low = 0
  let high = halves.length / 2
  while (low < high) {
    const middle = (low + high) >>> 1
    const middleUpper = halves[middle * 2] ?? 0n
    if (middleUpper < upper || (middleUpper === upper && (halves[middle * 2 + 1] ?? 0n) < lower)) low = middle + 1
    else high = middle
  }
  return halves[low * 2] === upper && halves[low * 2 + 1] === lower
}
