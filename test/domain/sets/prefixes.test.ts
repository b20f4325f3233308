import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrefix, type Prefix, prefixText } from '../../../domain/addresses/prefix.ts'
import { mergeRanges, prefixesOfRanges, rangeOf } from '../../../domain/addresses/range.ts'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { prefixesOf, rangesOf } from '../../../domain/sets/prefixes.ts'
import { setOf } from './sets.ts'

describe('prefixesOf', () => {
  it('G-03 merges a set to the smallest list, IPv4 first and by address', async () => {
    const set = await setOf(['10.0.0.0/25', '10.0.0.128/25', '10.0.0.7', '9.9.9.9', '2001:db8::/33', '2001:db8:8000::/33', '::1'])
    expect(prefixesOf(set)).toEqual(['9.9.9.9/32', '10.0.0.0/24', '::1/128', '2001:db8::/32'])
    expect([...rangesOf(set)][1]).toEqual({ family: 4, first: 0x0a000000, last: 0x0a0000ff })
    expect(prefixesOf(await emptySet('IPSet'))).toEqual([])
  })

  it('G-03 merges as ranges of objects are merged, whatever the lengths', async () => {
    const near = fc.tuple(fc.constantFrom('0.0.0', '10.1.2', '255.255.255'), fc.nat(255), fc.oneof(fc.integer({ min: 24, max: 32 }), fc.nat(32)))
    await fc.assert(
      fc.asyncProperty(fc.array(near.map(([beginning, last, length]) => `${beginning}.${last}/${length}`), { maxLength: 30 }), async (entries) => {
        const set = await setOf(entries)
        const merged = mergeRanges(entries.map(parsePrefix).map((prefix) => rangeOf(prefix as Prefix)))
        expect([...rangesOf(set)]).toEqual(merged)
        expect(rangesOf(set)).toHaveLength(merged.length)
        expect(prefixesOf(set)).toEqual(prefixesOfRanges(merged).map(prefixText))
      }),
    )
  })

  it('G-03 takes no text that is not of a set of addresses', () => {
    const text = new TextEncoder().encode('10.0.0.0/8\nmalware.example')
    expect(() => rangesOf({ content: 'IPSet', text, members: 2, sha256: '' })).toThrow(TypeError)
  })
})
