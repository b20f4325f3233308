import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortAddresses } from '../../../domain/addresses/sort-addresses.ts'

describe('sortAddresses', () => {
  it('N-03 sorts few and many numbers as comparing them does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 1, 100, 8_191, 8_192, 30_000), fc.constantFrom(0, 16, 30), (seed, count, shift) => {
        let state = seed | 1
        const numbers = Uint32Array.from({ length: count }, () => (state = Math.imul(state, 1_664_525) + 1_013_904_223) >> shift)
        const expected = Array.from(numbers).sort((a, b) => a - b)
        sortAddresses(numbers)
        // Compared as texts: to tell two long lists apart takes a minute.
        expect(numbers.join() === expected.join()).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})
