import { isIP, isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAddressText } from '../../../domain/addresses/ipv4.ts'
import { parsePrefix } from '../../../domain/addresses/prefix.ts'

describe('readAddressText', () => {
  it('Q-01 Q-05 takes what the platform takes, and nothing else', () => {
    const near = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123459./:a'), maxLength: 16 }),
      fc.array(fc.constantFrom('0', '00', '1', '9', '10', '99', '100', '249', '255', '256', '260', '300', ''), { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.')),
    )
    fc.assert(
      fc.property(near, (text) => {
        expect(readAddressText(text) >= 0).toBe(isIPv4(text))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('parsePrefix', () => {
  it('N-02 takes of dotted and hexadecimal text exactly what the platform calls an address', { timeout: 30_000 }, () => {
    const shapes = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdefx.:'), maxLength: 24 }),
      fc.array(fc.constantFrom('0', '00', '1', '255', '256', 'ffff', '0x1', ':', '::', '.', '1.2.3.4'), { maxLength: 12 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(shapes, (text) => {
        expect(typeof parsePrefix(text) !== 'string').toBe(isIP(text) !== 0)
      }),
      { numRuns: 2_000 },
    )
  })
})
