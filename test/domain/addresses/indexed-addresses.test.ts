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
})
