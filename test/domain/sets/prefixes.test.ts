import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskIPv6 } from '../../../domain/addresses/ipv6.ts'
import { parsePrefix, type Prefix, prefixText } from '../../../domain/addresses/prefix.ts'
import { atOnce } from '../../../domain/formats/give-way.ts'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { NotASet } from '../../../domain/sets/not-a-set.ts'
import { prefixesOf, rangesOf } from '../../../domain/sets/prefixes.ts'
import { mergedObjects, prefixesOfRanges } from '../addresses/merge-objects.ts'
import { setOf } from './sets.ts'

describe('prefixesOf', () => {
  it('G-03 merges a set to the smallest list, IPv4 first and by address', async () => {
    const set = await setOf(['10.0.0.0/25', '10.0.0.128/25', '10.0.0.7', '9.9.9.9', '2001:db8::/33', '2001:db8:8000::/33', '::1'])
    expect(prefixesOf(set)).toEqual(['9.9.9.9/32', '10.0.0.0/24', '::1/128', '2001:db8::/32'])
    expect([...atOnce(rangesOf(set))][1]).toEqual({ family: 4, first: 0x0a000000, last: 0x0a0000ff })
    expect(prefixesOf(await emptySet('IPSet'))).toEqual([])
  })

  it('G-03 merges as ranges of objects are merged, whatever the lengths', async () => {
    const near = fc
      .tuple(fc.constantFrom('0.0.0', '10.1.2', '255.255.255'), fc.nat(255), fc.oneof(fc.integer({ min: 24, max: 32 }), fc.nat(32)))
      .map(([beginning, last, length]) => `${beginning}.${last}/${length}`)
    // Around the borders of the words that addresses are kept in, and at both ends of all.
    const near6 = fc
      .tuple(fc.constantFrom(0n, 1n << 32n, 1n << 64n, 1n << 96n, (1n << 128n) - 128n), fc.integer({ min: -128, max: 127 }), fc.oneof(fc.integer({ min: 119, max: 128 }), fc.nat(128)))
      .map(([border, beside, length]) => prefixText({ family: 6, address: maskIPv6(BigInt.asUintN(128, border + BigInt(beside)), length), length }))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(near, near6), { maxLength: 30 }), async (entries) => {
        const set = await setOf(entries)
        const merged = mergedObjects(entries.map((entry) => parsePrefix(entry) as Prefix))
        expect([...atOnce(rangesOf(set))]).toEqual(merged)
        expect(atOnce(rangesOf(set))).toHaveLength(merged.length)
        expect(prefixesOf(set)).toEqual(prefixesOfRanges(merged).map(prefixText))
      }),
    )
  })

  it('G-03 takes no text that is not of a set of addresses', () => {
    const text = new TextEncoder().encode('10.0.0.0/8\nmalware.example')
    expect(() => atOnce(rangesOf({ text }))).toThrow(NotASet)
  })
})
