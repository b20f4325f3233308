import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskIPv6 } from '../../../domain/addresses/ipv6.ts'
import { IPv6Networks } from '../../../domain/addresses/ipv6-networks.ts'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { listOf } from './ipv6-lists.ts'

/** Few values in either half, at its ends and around its middle, so that networks share one of them and addresses lie between. */
const half = fc.constantFrom(0n, 1n, 2n, 3n, 1n << 31n, 1n << 32n, 1n << 63n, (1n << 63n) + 1n, (1n << 64n) - 2n, (1n << 64n) - 1n)
const address = fc.tuple(half, half).map(([upper, lower]) => (upper << 64n) | lower)
const network = fc
  .tuple(address, fc.oneof(fc.constantFrom(0, 1, 63, 64, 65, 127, 128, 128, 128), fc.nat(128)))
  .map(([one, length]) => ({ address: maskIPv6(one, length), length }))

function networksOf(prefixes: readonly { readonly address: bigint; readonly length: number }[]): IPv6Networks {
  const list = listOf(prefixes)
  atOnce(list.sort())
  return new IPv6Networks(list)
}

describe('IPv6Networks', () => {
  it('Q-01 finds the longest of the prefixes that hold an address', () => {
    fc.assert(
      fc.property(fc.array(network, { maxLength: 40 }), fc.array(address, { minLength: 1, maxLength: 20 }), (networks, addresses) => {
        const found = networksOf(networks)
        for (const one of addresses) {
          const around = networks.filter((candidate) => maskIPv6(one, candidate.length) === candidate.address)
          expect(found.longestAround(one)).toBe(Math.max(-1, ...around.map(({ length }) => length)))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('Q-01 finds each of many of one length, and none beside them', () => {
    const networks = Array.from({ length: 300 }, (_, i) => ({ address: (BigInt(i % 7) << 64n) | BigInt(i * 2), length: 128 }))
    const found = networksOf(networks)
    for (const { address: one } of networks) {
      expect(found.longestAround(one)).toBe(128)
      expect(found.longestAround(one + 1n)).toBe(-1)
    }
  })

  it('Q-01 takes sixteen bytes a prefix', () => {
    expect(networksOf([]).bytes).toBe(0)
    expect(networksOf([{ address: 1n, length: 128 }, { address: 2n, length: 128 }, { address: 0n, length: 64 }]).bytes).toBe(48)
  })
})
