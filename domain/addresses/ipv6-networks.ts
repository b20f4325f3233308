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

  constructor(prefixes: readonly { readonly address: bigint; readonly length: number }[]) {
    const lists = new Map<number, bigint[]>()
    for (const { address, length } of prefixes) {
      const list = lists.get(length)
      if (list === undefined) lists.set(length, [address])
      else list.push(address)
    }
    const longestFirst = [...lists].sort(([a], [b]) => b - a)
    this.#byLength = longestFirst.map(([length, networks]) => ({ length, halves: sortedHalves(networks) }))
  }

  get bytes(): number {
    return this.#byLength.reduce((bytes, { halves }) => bytes + halves.byteLength, 0)
  }

  /** The length of the longest prefix that holds an address, or -1. */
  longestAround(address: bigint): number {
    return this.#byLength.find(({ length, halves }) => includes(halves, maskIPv6(address, length)))?.length ?? -1
  }
}

function sortedHalves(networks: bigint[]): BigUint64Array {
  const halves = new BigUint64Array(networks.length * 2)
  networks.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  networks.forEach((network, i) => {
    halves[i * 2] = network >> 64n
    halves[i * 2 + 1] = network & LOW_BITS
  })
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
