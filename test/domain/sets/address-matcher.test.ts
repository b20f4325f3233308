import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { hold, list, matches, setOf, stream } from './sets.ts'

async function matcherOf(networks: readonly string[]) {
  return (await hold(await setOf(networks))).matcher('exact')
}

describe('addresses', () => {
  it('Q-01 finds the most specific member an address lies in', async () => {
    const { match } = await matcherOf(['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '2001:db8::/32', '2001:db8::1'])
    expect(match('10.1.2.3')).toBe('10.1.2.3/32')
    expect(match('10.1.2.4')).toBe('10.1.0.0/16')
    expect(match('10.2.0.0')).toBe('10.0.0.0/8')
    expect(match('11.0.0.0')).toBeNull()
    expect(match('9.255.255.255')).toBeNull()
    expect(match('2001:DB8:0:0::1')).toBe('2001:db8::1/128')
    expect(match('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff')).toBe('2001:db8::/32')
    expect(match('2001:db9::')).toBeNull()
  })

  it('Q-01 N-01 takes an IPv4-mapped address for the IPv4 address it is', async () => {
    const { match } = await matcherOf(['10.1.2.0/24', '::/0'])
    expect(match('::ffff:10.1.2.3')).toBe('10.1.2.0/24')
    expect(match('::ffff:9.9.9.9')).toBeNull()
  })

  it('Q-05 matches nothing that is no address, even when the whole space is covered', async () => {
    const { match } = await matcherOf(['0.0.0.0/0', '::/0'])
    for (const value of ['', '-', 'null', '0', '10.1', '10.0.0.0/8', '::/64', 'fe80::1%eth0']) expect(match(value)).toBeNull()
    expect(match('255.255.255.255')).toBe('0.0.0.0/0')
    expect(match('ffff::')).toBe('::/0')
  })

  it('Q-01 matches nothing with the empty set, and takes no names', async () => {
    const empty = await emptySet('IPSet')
    for (const matcher of [(await hold(empty)).matcher('exact'), stream(empty, 'exact')]) expect(await matches(empty, matcher, ['10.0.0.1'])).toEqual([null])
    const names = await setOf(['evil.example'], 'DomainNameSet')
    await expect(hold({ ...names, content: 'IPSet' })).rejects.toThrow('not that of an IPSet')
  })

  it('Q-01 agrees with ipaddr.js on every member', async () => {
    const near4 = fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `10.${a}.${b * 85}.1`)
    const near6 = fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `2001:db8:${a}::${b}`)
    const network = fc.oneof(
      fc.tuple(near4, fc.nat(32)).map(([address, length]) => `${address}/${length}`),
      fc.tuple(near6, fc.nat(128)).map(([address, length]) => `${address}/${length}`),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(network, { maxLength: 20 }), fc.oneof(near4, near6), async (networks, address) => {
        const set = await setOf(networks)
        const parsed = ipaddr.parse(address)
        const containing = list(set)
          .map((member) => ({ member, network: ipaddr.parseCIDR(member) }))
          .filter(({ network: [base, length] }) => base.kind() === parsed.kind() && parsed.match(base, length))
          .sort((a, b) => b.network[1] - a.network[1])
        expect((await hold(set)).matcher('exact').match(address)).toBe(containing[0]?.member ?? null)
      }),
    )
  })

  it('Q-10 that are read from the store part by part match as those in memory do', async () => {
    const networks = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3', '10.1.2.4', '2001:db8::/32', '2001:db8::1', '::/0']
    const values = ['10.1.2.3', '10.1.2.9', '10.1.9.9', '10.9.9.9', '9.9.9.9', '2001:db8::1', '2001:DB8::2', '::2', '::ffff:10.1.2.4', '-', '10.0.0.0/8']
    for (const some of [networks, networks.slice(3), [...networks].slice(0, 3)]) {
      const set = await setOf(some)
      const held = await matches(set, (await hold(set)).matcher('exact'), values)
      for (const part of [1, 2, 4, 100]) expect(await matches(set, stream(set, 'exact', part), values)).toEqual(held)
    }
  })

  it('Q-01 holds an address in at most 4.6 bytes and a network in 5.6, however its lengths are mixed', async () => {
    const hosts = Array.from({ length: 20_000 }, (_, i) => `${(i * 7919) % 223}.${i >>> 8}.${i & 255}.1`)
    expect((await hold(await setOf(hosts))).bytes).toBeLessThan(20_000 * 4.6)
    const networks = Array.from({ length: 20_000 }, (_, i) => `10.${i >>> 8}.${i & 255}.0/${24 + (i % 8)}`)
    expect((await hold(await setOf(networks))).bytes).toBeLessThan(20_000 * 5.6)
    expect((await hold(await setOf(['::1', '2001:db8::/32']))).bytes).toBeLessThan(100)
  })

  it('Q-01 says what memory it holds: for addresses, networks and IPv6 together', async () => {
    const parts = [['10.0.0.1', '10.0.0.2'], ['10.1.0.0/16', '10.0.0.0/8', '11.0.0.0/8'], ['::1', '2001:db8::/32']]
    const none = (await hold(await emptySet('IPSet'))).bytes
    const bytes = await Promise.all(parts.map(async (part) => (await hold(await setOf(part))).bytes - none))
    expect(Math.min(...bytes)).toBeGreaterThan(0)
    expect((await hold(await setOf(parts.flat()))).bytes - none).toBe(bytes.reduce((sum, one) => sum + one, 0))
  })

  it('Q-01 tells more nestings apart than a byte can count', async () => {
    // Ten networks around each other, of which each address of 1,024 has its own choice.
    const networks = Array.from({ length: 1_024 }, (_, i) => ({ base: `${10 + (i >>> 8)}.${i & 255}`, choice: i }))
    const lengths = [16, 18, 19, 20, 21, 22, 23, 24, 25, 26]
    const set = await setOf(networks.flatMap(({ base, choice }) => lengths.filter((_, bit) => choice & (1 << bit)).map((length) => `${base}.0.0/${length}`)))
    const { match } = (await hold(set)).matcher('exact')
    for (const { base, choice } of networks) {
      const longest = lengths.filter((_, bit) => choice & (1 << bit)).at(-1)
      expect(match(`${base}.0.0`)).toBe(longest === undefined ? null : `${base}.0.0/${longest}`)
      expect(match(`${base}.255.255`)).toBe(choice & 1 ? `${base}.0.0/16` : null)
    }
  })

  it('Q-06 of another number than the set has are no such set', async () => {
    const set = await setOf(['10.0.0.1', '10.0.0.2'])
    await expect(hold({ ...set, members: 3 })).rejects.toThrow('2 members in place of 3')
  })
})
