import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskIPv6 } from '../../../domain/addresses/ipv6.ts'
import { IPv6List } from '../../../domain/addresses/ipv6-list.ts'
import { readPlainIPv6 } from '../../../domain/addresses/plain-ipv6.ts'
import { parsePrefix, type Prefix, prefixText } from '../../../domain/addresses/prefix.ts'
import { prefixesIn } from './ipv6-lists.ts'

const encoder = new TextEncoder()

/** Reads it as a line among others. */
function read(line: string): Prefix | undefined {
  const list = new IPv6List()
  const bytes = encoder.encode(`1.1.1.1/32\n${line}\n::1/128`)
  const taken = readPlainIPv6(bytes, 11, 11 + encoder.encode(line).length, list)
  expect(list.size).toBe(taken ? 1 : 0)
  // The end of all bytes is an end of the line too.
  expect(readPlainIPv6(bytes.subarray(0, bytes.length - 8), 11, bytes.length - 8, new IPv6List())).toBe(taken)
  return prefixesIn(list)[0]
}

describe('readPlainIPv6', () => {
  it.each([
    '::/0', '::1/128', '1::/16', '1:2:3:4:5:6:7:8/128', '::2:3:4:5:6:7:8/128', '1:2:3:4:5:6:7::/112', '2001:db8::/32', '2001:db8:0:1::1/128', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
    'ABCD:ef01::/32', '0001:02:003::/48', '8000::/1', '::8000:0:0/82', '::ffff:0:0:0/80', '::fffe:0:0/128', '1::ffff:0:0/96', '0:1::ffff:0:0/96', '0:0:1::ffff:0:0/96', '::1:ffff:0:0/96',
  ])('N-03 reads %s as parsePrefix does', (text) => {
    expect(read(text)).toEqual(parsePrefix(text))
  })

  it.each([
    '', ':', '::', '/128', ':/128', ':::/128', '1:/16', ':1/128', '::1', '::1/', '::1/x', '::1/1a', '::1/129', '::1/1281', '::1/01', '::1/00', '::1/ 8', '1:2:3:4:5:6:7/128', '1:2:3:4:5:6:7:8:9/128', '1:2:3:4:5:6:7:8::/128',
    '::1:2:3:4:5:6:7:8/128', '1::2::3/128', '1:::2/128', '12345::/32', 'g::/16', '1::g/128', '::1.2.3.4/128', '::1%e/128', '::1 /128', '10.0.0.0/8', '1::2:/128', '::1/128/128', '::/', '::/00', '::/000', '::/0000', '::1::/128', '::1::2/128', '1::2:3:4:5:6:7:8:9/128', 'é::/16', '\u{130}::/16',
  ])('N-03 leaves %j to others', (text) => {
    expect(read(text)).toBeUndefined()
  })

  it.each(['2001:db8::1/32', '8000::/0', '::1/127', '1::/15', '::1:0/111', '::8000:0:0:0/64', '::ffff:1.2.3.4/128', '::ffff:0:0/96', '::ffff:102:304/128', '::ffff:ffff:ffff/128'])(
    'N-01 leaves %s to parsePrefix: host bits, or IPv4 in IPv6 clothes',
    (text) => {
      expect(read(text)).toBeUndefined()
    },
  )

  it('N-03 reads each canonical member of IPv6, as parsePrefix does', () => {
    const group = fc.oneof(fc.constantFrom(0, 0, 0, 1, 0xffff), fc.nat(0xffff))
    const prefix = fc.tuple(fc.array(group, { minLength: 8, maxLength: 8 }), fc.oneof(fc.constant(128), fc.nat(128)))
    fc.assert(
      fc.property(prefix, ([groups, length]) => {
        const address = maskIPv6(groups.reduce((sum, value) => (sum << 16n) | BigInt(value), 0n), length)
        if (address >> 32n === 0xffffn) return
        expect(read(prefixText({ family: 6, address, length }))).toEqual({ family: 6, address, length })
      }),
    )
  })

  it('N-03 takes nothing that parsePrefix would not, and nothing otherwise', () => {
    const character = fc.constantFrom(...'0123456789abcdefABCDEF', ':', ':', ':', '/', '.', '%', ' ', '-')
    fc.assert(
      fc.property(fc.array(character, { maxLength: 24 }), (characters) => {
        const text = characters.join('')
        const taken = read(text)
        if (taken !== undefined) expect(taken).toEqual(parsePrefix(text))
      }),
      { numRuns: 2_000 },
    )
  })
})
