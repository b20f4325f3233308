import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, ipv4Text, lengthOf, maskIPv4, packIPv4, readAddressText, readPlainIPv4, readPlainIPv4Text } from '../../../domain/addresses/ipv4.ts'

const address = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff))
const length = fc.nat(32)

/** The network address by its bits, written out. */
function network(whole: number, bits: number): number {
  return Number.parseInt(whole.toString(2).padStart(32, '0').slice(0, bits).padEnd(32, '0'), 2)
}

describe('maskIPv4', () => {
  it('N-01 cuts host bits off, at every length', () => {
    fc.assert(
      fc.property(address, length, (whole, bits) => {
        expect(maskIPv4(whole, bits)).toBe(network(whole, bits))
        const packed = packIPv4(whole, bits)
        expect([addressOf(packed), lengthOf(packed)]).toEqual([network(whole, bits), bits])
      }),
    )
    expect([0, 1, 31, 32].map((bits) => maskIPv4(0xffffffff, bits))).toEqual([0, 0x80000000, 0xfffffffe, 0xffffffff])
  })
})

describe('readAddressText', () => {
  it('Q-01 reads each address as it is written', () => {
    expect(['0.0.0.0', '1.2.3.4', '10.20.30.40', '255.255.255.255', '128.0.0.1'].map(readAddressText)).toEqual([
      0, 0x01020304, 0x0a141e28, 0xffffffff, 0x80000001,
    ])
    fc.assert(
      fc.property(address, (whole) => {
        expect(readAddressText(ipv4Text(whole))).toBe(whole)
      }),
    )
  })

  it.each([
    '', '.', '...', '1', '1.2', '1.2.3', '1.2.3.', '.1.2.3', '1.2.3.4.', '.1.2.3.4', '1..2.3', '1.2..3', '1.2.3.4.5', '1.2.3.256', '256.1.1.1', '1.2.3.1000',
    '01.2.3.4', '1.2.3.04', '1.2.3.00', '00.0.0.0', ' 1.2.3.4', '1.2.3.4 ', '1.2.3.4/32', '1.2.3.a', '1.2.3.:', '1:2:3:4', '1/2/3/4', '::1', '١.٢.٣.٤',
  ])('Q-05 takes %j for no address', (text) => {
    expect(readAddressText(text)).toBe(-1)
  })
})

describe('readPlainIPv4', () => {
  const text = (packed: number): string | null => (packed < 0 ? null : `${ipv4Text(addressOf(packed))}/${lengthOf(packed)}`)
  const read = (entry: string): string | null => text(readPlainIPv4Text(entry))

  it.each([
    ['0.0.0.0', '0.0.0.0/32'],
    ['255.255.255.255/32', '255.255.255.255/32'],
    ['9.9.9.9/9', '9.0.0.0/9'],
    ['10.0.0.1/0', '0.0.0.0/0'],
    ['1.2.3.4/10', '1.0.0.0/10'],
    ['1.2.3.4/30', '1.2.3.4/30'],
  ])('N-01 reads %s as %s', (entry, prefix) => {
    expect(read(entry)).toBe(prefix)
  })

  it.each([
    '', '1', '1.2.3', '1.2.3.', '1.2.3.4.', '1.2.3.4.5', '.1.2.3', '1..2.3', '256.0.0.0', '0.0.0.256', '00.0.0.0', '0.0.0.01', '1.2.3.4/', '1.2.3.4/33', '1.2.3.4/00',
    '1.2.3.4/01', '1.2.3.4/8.', '1.2.3.4/8/', '1.2.3.4.8', '1.2.3.4:', '1.2.3.4/:', '1/2/3/4', '1.2.3.:', '1.2.3.4 8', '255.255.255.255/032', '1.2.3.4\u0120', '1.2.3.\u0134',
  ])('N-02 leaves %j to be judged', (entry) => {
    expect(read(entry)).toBeNull()
  })

  it('N-01 reads wherever in a buffer the text stands', () => {
    const bytes = new TextEncoder().encode(`${' '.repeat(100)}255.255.255.255/32`)
    expect(text(readPlainIPv4(bytes, 100, bytes.length))).toBe('255.255.255.255/32')
  })

  it('N-01 reads no byte beyond the end that it is given', () => {
    const bytes = new TextEncoder().encode('1.2.3.45/12')
    const until = (end: number): string | null => text(readPlainIPv4(bytes, 0, end))
    expect([6, 7, 8, 9, 10, 11].map(until)).toEqual([null, '1.2.3.4/32', '1.2.3.45/32', null, '0.0.0.0/1', '1.0.0.0/12'])
  })
})
