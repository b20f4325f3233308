import { describe, expect, it } from 'vitest'
import { createAddressPolicy, parseRanges } from '../../../adapters/http/address-policy.ts'

function policy(allowed = '', denied = '') {
  return createAddressPolicy({ allowed: parseRanges(allowed).ranges, denied: parseRanges(denied).ranges })
}

describe('P-10 addresses a feed may be pulled from', () => {
  it.each([
    ['0.0.0.0'],
    ['0.1.2.3'],
    ['127.0.0.1'],
    ['127.255.255.254'],
    ['169.254.169.254'],
    ['224.0.0.1'],
    ['239.255.255.255'],
    ['255.255.255.255'],
    ['100.100.100.200'],
    ['168.63.129.16'],
    ['192.0.0.192'],
    ['fd20:ce::254'],
    ['fd00:42::42'],
    ['::'],
    ['::1'],
    ['fe80::1'],
    ['fe80::1%eth0'],
    ['febf:ffff::1'],
    ['ff02::1'],
    ['fd00:ec2::254'],
    ['fd00:ec2::23'],
    ['fd00:ec2::123'],
    ['fd00:ec2::253'],
    ['FD00:0EC2:0:0:0:0:0:0254'],
  ])('P-10 refuses %s', (address) => {
    expect(policy().judge(address)).toMatchObject({ ok: false })
  })

  it.each([
    ['mapped', '::ffff:127.0.0.1'],
    ['mapped, in hex', '::ffff:7f00:1'],
    ['mapped metadata', '::ffff:169.254.169.254'],
    ['mapped and written out', '0:0:0:0:0:ffff:a9fe:a9fe'],
    ['compatible', '::127.0.0.1'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 metadata', '64:ff9b::169.254.169.254'],
    ['local NAT64 as a /96', '64:ff9b:1::127.0.0.1'],
    ['local NAT64 as a /48', '64:ff9b:1:7f00:0:100:808:808'],
    ['6to4', '2002:7f00:1::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:80ff:fffe'],
    ['ISATAP', '2001:db8::5efe:127.0.0.1'],
    ['bracketed', '[::1]'],
  ])('P-10 refuses an address inside another: %s', (_name, address) => {
    expect(policy().judge(address)).toMatchObject({ ok: false })
  })

  it.each([['0x7f.1'], ['017700000001'], ['2130706433'], ['0x7f000001'], ['127.1']])('P-10 refuses loopback spelled %s', (address) => {
    expect(policy().judge(address)).toMatchObject({ ok: false })
  })

  it.each([['10.0.0.1'], ['172.16.0.1'], ['192.168.1.1'], ['fd12::1'], ['fd00:ec1::23'], ['fd00:ec3::23'], ['1.1.1.1'], ['2606:4700::1111'], ['::ffff:8.8.8.8'], ['64:ff9b::808:808']])(
    'P-10 lets %s pass: mirrors live in private ranges',
    (address) => {
      expect(policy().judge(address)).toEqual({ ok: true })
    },
  )

  it('P-10 FEED_ALLOWED_RANGES lets what it names pass, mapped too, and nothing else', () => {
    const loopback = policy('127.0.0.0/8, ::1')
    expect(loopback.judge('127.0.0.1')).toEqual({ ok: true })
    expect(loopback.judge('::ffff:127.0.0.1')).toEqual({ ok: true })
    expect(loopback.judge('::1')).toEqual({ ok: true })
    expect(loopback.judge('169.254.169.254')).toMatchObject({ ok: false })
    expect(policy('::ffff:127.0.0.0/104').judge('127.0.0.1')).toEqual({ ok: true })
  })

  it('P-10 FEED_DENIED_RANGES refuses what it names in every form, and wins over what is allowed', () => {
    const denied = policy('10.0.0.0/8', '10.0.0.0/8,2001:db8::/32')
    expect(denied.judge('10.1.2.3')).toEqual({ ok: false, why: 'in 10.0.0.0/8, which FEED_DENIED_RANGES names' })
    expect(denied.judge('::ffff:10.1.2.3')).toMatchObject({ ok: false })
    expect(denied.judge('64:ff9b::a01:203')).toMatchObject({ ok: false })
    expect(denied.judge('2001:db8::1')).toMatchObject({ ok: false })
    expect(denied.judge('11.0.0.1')).toEqual({ ok: true })
  })

  it('P-10 refuses what is no address, and says which kind a refused one is of', () => {
    expect(policy().judge('feeds.example.com')).toEqual({ ok: false, why: 'not an address' })
    expect(policy().judge('169.254.1.1')).toEqual({
      ok: false,
      why: 'a link-local or metadata address, which FEED_ALLOWED_RANGES does not name',
    })
  })

  it('P-10 reports every entry of a list of ranges that is none', () => {
    const { ranges, problems } = parseRanges('10.0.0.0/8, 10.0.0.0/33,banana,, fd00::/8, 0x7f.1/8, 1.2.3.4/8/9, 1.2.3/24')
    expect(ranges.map(({ text }) => text)).toEqual(['10.0.0.0/8', 'fd00::/8'])
    expect(problems).toHaveLength(5)
    expect(problems[0]).toBe('10.0.0.0/33 is not a prefix such as 10.0.0.0/8 or fd00::/8')
  })
})
