import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IndexedAddresses } from '../../../domain/addresses/indexed-addresses.ts'

describe('IndexedAddresses', () => {
  it('Q-01 finds what is there, and the place before what is not', () => {
    const address = fc.oneof(fc.nat(0xffffffff), fc.nat(20), fc.constantFrom(0, 0xffffffff, 0x7fffffff, 0x80000000))
    fc.assert(
      fc.property(fc.array(address, { maxLength: 200 }), address, (addresses, wanted) => {
        const sorted = Uint32Array.from(addresses).sort()
        const indexed = new IndexedAddresses(sorted)
        for (const one of [wanted, ...addresses]) {
          expect(indexed.includes(one)).toBe(addresses.includes(one))
          expect(indexed.lastUpTo(one)).toBe(sorted.findLastIndex((other) => other <= one))
        }
      }),
    )
  })

  it('Q-01 keeps the lower halves of many alone, in at most 4 bytes each, and finds each of them', () => {
    // Some upper halves hold many, some one, and most of the rest none; the ends of all lie there too.
    const many = Array.from({ length: 140_000 }, (_, i) => (i % 3 === 0 ? 0x0a000000 + i : (i * 2_654_435_761) % 2 ** 31))
    const sorted = Uint32Array.from(new Set([0, 0xffffffff, 0x80000000, ...many])).sort()
    const indexed = new IndexedAddresses(sorted)
    expect(indexed.bytes).toBeLessThan(sorted.length * 4)
    const members = new Set(sorted)
    const wrong = sorted.filter((address, place) => !indexed.includes(address) || indexed.lastUpTo(address) !== place || indexed.at(place) !== address)
    expect(wrong).toEqual(new Uint32Array(0))
    for (const near of [...sorted.subarray(0, 20), ...sorted.subarray(-20)].flatMap((address) => [(address + 1) >>> 0, (address ^ 0x10000) >>> 0])) {
      expect(indexed.includes(near)).toBe(members.has(near))
      expect(indexed.lastUpTo(near)).toBe(sorted.findLastIndex((other) => other <= near))
    }
  })
})
