import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IPv6List } from '../../../domain/addresses/ipv6-list.ts'
import { mergeIPv6 } from '../../../domain/addresses/ipv6-ranges.ts'
import { addressAt } from '../../../domain/addresses/ipv6-words.ts'
import { maskIPv6 } from '../../../domain/addresses/ipv6.ts'
import { orderOfAddresses } from '../../../domain/addresses/order-ipv6.ts'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { listOf, prefixesIn } from './ipv6-lists.ts'
import { mergedObjects } from './merge-objects.ts'

const MOST = (1n << 128n) - 1n
/** Differing in one part of 16 bits or in several, at their ends. */
const part = fc.constantFrom(0n, 1n, 0x7fffn, 0x8000n, 0xffffn)
const address = fc.array(part, { minLength: 8, maxLength: 8 }).map((parts) => parts.reduce((sum: bigint, value) => (sum << 16n) | value, 0n))
const prefix = fc.tuple(address, fc.nat(128)).map(([one, length]) => ({ address: maskIPv6(one, length), length }))

describe('IPv6List', () => {
  it('N-01 keeps prefixes as they were pushed, and sorts them by address', () => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 60 }), (prefixes) => {
        const list = listOf(prefixes)
        expect(list.size).toBe(prefixes.length)
        expect(prefixesIn(list)).toEqual(prefixes.map((one) => ({ family: 6, ...one })))
        atOnce(list.sort())
        const sorted = [...prefixes].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
        expect(prefixesIn(list)).toEqual(sorted.map((one) => ({ family: 6, ...one })))
        list.push(5n, 128)
        expect([list.size, list.addressAt(prefixes.length), list.lengthAt(prefixes.length)]).toEqual([prefixes.length + 1, 5n, 128])
      }),
    )
  })

  it('takes 17 bytes a prefix, and room for as many again', () => {
    const list = new IPv6List()
    for (let n = 0; n < 16; n++) list.push(BigInt(n), 128)
    expect([list.room().length, list.words.length]).toEqual([4 * 32, 4 * 16])
    for (let n = 16; n < 33; n++) list.push(BigInt(n), 128)
    expect(list.room().length).toBe(4 * 64)
  })

  it('sorts by the parts alone in which addresses differ, and stops before and after each', () => {
    const stops = (...addresses: bigint[]): number => [...orderOfAddresses(listOf(addresses.map((one) => ({ address: one, length: 128 }))).words)].length
    expect(stops()).toBe(8)
    expect(stops(7n, 7n)).toBe(8)
    expect(stops(1n, 2n)).toBe(9)
    expect(stops(1n << 112n, 2n << 112n)).toBe(9)
    expect(stops(0n, MOST)).toBe(16)
  })
})

describe('mergeIPv6', () => {
  const merged = (prefixes: readonly { readonly address: bigint; readonly length: number }[]) => {
    const { firsts, lasts } = atOnce(mergeIPv6(listOf(prefixes)))
    expect(lasts).toHaveLength(firsts.length)
    return Array.from({ length: firsts.length / 4 }, (_, at) => ({ family: 6, first: addressAt(firsts, at), last: addressAt(lasts, at) }))
  }

  it('G-03 joins what touches or overlaps, over every border of a word, and nothing else', () => {
    for (const bits of [1n, 16n, 32n, 33n, 64n, 96n, 127n]) {
      const border = 1n << bits
      expect(merged([{ address: border, length: 128 }, { address: border - 1n, length: 128 }])).toEqual([{ family: 6, first: border - 1n, last: border }])
      expect(merged([{ address: border + 1n, length: 128 }, { address: border - 1n, length: 128 }])).toHaveLength(2)
    }
    expect(merged([])).toEqual([])
    expect(merged([{ address: 0n, length: 0 }, { address: MOST, length: 128 }, { address: 0n, length: 128 }])).toEqual([{ family: 6, first: 0n, last: MOST }])
    expect(merged([{ address: 1n << 127n, length: 1 }, { address: MOST, length: 128 }])).toEqual([{ family: 6, first: 1n << 127n, last: MOST }])
    expect(merged([{ address: 1n << 64n, length: 64 }, { address: 3n << 64n, length: 64 }])).toHaveLength(2)
  })

  it('G-03 gives what merging an object for each gives', () => {
    const close = fc.tuple(fc.constantFrom(0n, 1n << 32n, 1n << 64n, 1n << 96n, MOST - 64n), fc.nat(64), fc.integer({ min: 121, max: 128 })).map(([from, n, length]) => {
      return { address: maskIPv6(from + BigInt(n), length), length }
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(close, prefix), { maxLength: 40 }), (prefixes) => {
        expect(merged(prefixes)).toEqual(mergedObjects(prefixes.map((one) => ({ family: 6, ...one }))))
      }),
      { numRuns: 300 },
    )
  })

  it('stops now and then: a million is more than a stretch', () => {
    const list = new IPv6List()
    for (let n = 0; n < 40_000; n++) list.push(BigInt(2 * n), 128)
    const sorting = [...orderOfAddresses(list.words)].length
    // Before the first, and each 16,384.
    expect([...mergeIPv6(list)]).toHaveLength(sorting + 3)
  })
})
