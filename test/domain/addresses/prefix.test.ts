import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { addressOf, ipv4Text, lengthOf, readPlainIPv4, readPlainIPv4Text } from '../../../domain/addresses/ipv4.ts'
import { parsePrefix, prefixText } from '../../../domain/addresses/prefix.ts'

function canonical(entry: string): string {
  const prefix = parsePrefix(entry)
  return typeof prefix === 'string' ? prefix : prefixText(prefix)
}

describe('parsePrefix', () => {
  it.each([
    ['99.99.99.99', '99.99.99.99/32'],
    ['100.100.100.0/24', '100.100.100.0/24'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    [' 10.1.2.3/8 ', '10.0.0.0/8'],
    ['\t10.1.2.3', '10.1.2.3/32'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128'],
    ['2001:0db8:0000:0001:0000:0000:0000:0001', '2001:db8:0:1::1/128'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['::', '::/128'],
    ['::/0', '::/0'],
    ['::ffff:1.2.3.4', '1.2.3.4/32'],
    ['::FFFF:102:304', '1.2.3.4/32'],
    ['::ffff:1.2.3.4/120', '1.2.3.0/24'],
    ['::ffff:1.2.3.4/97', '0.0.0.0/1'],
    ['::1.2.3.4', '::102:304/128'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221/128'],
  ])('N-01 N-03 writes %s as %s', (entry, member) => {
    expect(canonical(entry)).toBe(member)
  })

  it.each([
    ['01.2.3.4', 'leading-zero'],
    ['1.2.3.04', 'leading-zero'],
    ['1.2.3.00/24', 'leading-zero'],
    ['::ffff:1.2.3.04', 'leading-zero'],
    ['0x7f.1', 'short-or-hex-form'],
    ['0x7f000001', 'short-or-hex-form'],
    ['0x7f.0.0.1', 'short-or-hex-form'],
    ['10.1', 'short-or-hex-form'],
    ['10.1.2', 'short-or-hex-form'],
    ['10.1/16', 'short-or-hex-form'],
    ['2130706433', 'bare-integer'],
    ['7', 'bare-integer'],
    ['7'.repeat(64), 'bare-integer'],
    ['7'.repeat(65), 'not-an-address'],
    [' 10.0.0.0/33 ', 'prefix-length'],
    ['10.0.0.0/255.0.0.0', 'netmask'],
    ['10.0.0.0 255.0.0.0', 'netmask'],
    ['10.0.0.1-10.0.0.9', 'range'],
    ['10.0.0.1 - 10.0.0.9', 'range'],
    ['10.0.0.1-9', 'range'],
    ['2001:db8::1-2001:db8::2', 'range'],
    ['10.0.0.1:80', 'port'],
    ['[2001:db8::1]:443', 'port'],
    ['fe80::1%eth0', 'zone'],
    ['fe80::1%eth0/64', 'zone'],
    ['10.0.0.1%1', 'zone'],
    ['malware.example', 'not-an-address'],
    ['[2001:db8::1]', 'not-an-address'],
    ['256.1.1.1', 'not-an-address'],
    ['1000.1.1.1', 'not-an-address'],
    ['0.1.1.1000', 'not-an-address'],
    ['0.1.1.00', 'leading-zero'],
    ['0day.bad.example.com', 'not-an-address'],
    ['::ffff:1000.1.1.1', 'not-an-address'],
    ['g::1.2.3.4', 'not-an-address'],
    ['1.2.3.4.5', 'not-an-address'],
    ['1.2.3.4 5.6.7.8 9', 'not-an-address'],
    ['12345::1', 'not-an-address'],
    ['1::2::3', 'not-an-address'],
    [':::', 'not-an-address'],
    ['2001:db8:0:0:0:0:0:1:2', 'not-an-address'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'not-an-address'],
    ['::ffff:0x7f.0.0.1', 'not-an-address'],
    ['10.0.0.0/33', 'prefix-length'],
    ['10.0.0.0/08', 'prefix-length'],
    ['10.0.0.0/', 'prefix-length'],
    ['10.0.0.0/-1', 'prefix-length'],
    ['10.0.0.0/8/8', 'prefix-length'],
    ['2001:db8::/129', 'prefix-length'],
    ['::ffff:0:0/96', 'mapped-prefix-too-wide'],
    ['::ffff:1.2.3.4/95', 'mapped-prefix-too-wide'],
    ['::ffff:0:0/0', 'mapped-prefix-too-wide'],
    ['', 'empty'],
    ['  ', 'empty'],
  ])('N-02 rejects %j: %s', (entry, reason) => {
    expect(canonical(entry)).toBe(reason)
  })

  it('N-01 is stable: a canonical member is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(fc.ipV4(), fc.nat(32)), fc.tuple(fc.ipV6(), fc.nat(128))), ([address, length]) => {
        const member = canonical(`${address}/${length}`)
        if (member !== 'mapped-prefix-too-wide') expect(canonical(member)).toBe(member)
      }),
    )
  })
})

describe('the fast path', () => {
  it('N-01 reads a plain prefix as ipaddr.js does', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.option(fc.nat(32)), (address, length) => {
        const packed = readPlainIPv4Text(length === null ? address : `${address}/${length}`)
        const network = ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length ?? 32}`).toString()
        expect(`${ipv4Text(addressOf(packed))}/${lengthOf(packed)}`).toBe(`${network}/${length ?? 32}`)
      }),
    )
  })

  it('N-02 takes nothing that ipaddr.js, held to four plain octets, does not', { timeout: 30_000 }, () => {
    const near = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789./'), maxLength: 19 }),
      fc.tuple(fc.ipV4(), fc.constantFrom('', '/', '/0', '/00', '/032', '/32', '/33', '/320', '.', ' ', '/8/')).map(([a, b]) => a + b),
      fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.')),
    )
    fc.assert(
      fc.property(near, (text) => {
        const length = /\/(.*)$/s.exec(text)?.[1]
        const valid = length === undefined
          ? ipaddr.IPv4.isValidFourPartDecimal(text)
          : ipaddr.IPv4.isValidCIDRFourPartDecimal(text) && !/^0\d/.test(length)
        expect(readPlainIPv4Text(text) >= 0).toBe(valid)
      }),
      { numRuns: 2_000 },
    )
  })

  it('N-01 reads in the middle of a buffer', () => {
    const bytes = new TextEncoder().encode('91.2.3.4/240')
    expect(readPlainIPv4(bytes, 1, 11)).toBe(readPlainIPv4Text('1.2.3.4/24'))
  })

  it('N-02 is not fooled by digits of other scripts', () => {
    expect(readPlainIPv4Text('١.٢.٣.٤')).toBe(-1)
    expect(canonical('１.２.３.４')).toBe('not-an-address')
  })
})
