import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressFacts } from '../../../domain/preview/address-facts.ts'
import { membersOf } from '../../../domain/sets/members.ts'
import { prefixesOf } from '../../../domain/sets/prefixes.ts'
import { setOf } from '../sets/sets.ts'

const entry = fc.oneof(
  fc.tuple(fc.nat(3), fc.nat(255), fc.integer({ min: 20, max: 32 })).map(([a, b, length]) => `10.0.${a}.${b}/${length}`),
  fc.tuple(fc.nat(9), fc.integer({ min: 120, max: 128 })).map(([a, length]) => `2001:db8::${a}/${length}`),
  fc.constantFrom('8.8.8.8', '9.9.9.9', '172.16.0.0/12', '64.0.0.0/3', 'fe80::/10', '198.41.0.4'),
)

describe('addressFacts', () => {
  it('G-03 counts what the texts of the members and of the merged prefixes count', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 40 }), async (entries) => {
        const set = await setOf(entries)
        const members = [...membersOf(set)]
        const facts = addressFacts(set)
        expect(facts.ipv6).toBe(members.filter((member) => member.includes(':')).length)
        expect(facts.ipv4 + facts.ipv6).toBe(members.length)
        expect(facts.mergedPrefixes).toBe(prefixesOf(set).length)
        const inTen = facts.overlaps.find(({ name }) => name === 'private use (RFC 1918)')
        expect(inTen?.members ?? 0).toBe(members.filter((member) => /^(?:10|172)\./.test(member)).length)
        expect(inTen?.examples.every((example) => members.includes(example)) ?? true).toBe(true)
      }),
    )
  })

  it('shows the ten widest, an IPv6 network among the IPv4 ones that are as unusual, and no single address', async () => {
    const narrow = Array.from({ length: 12 }, (_, i) => `10.0.${i}.0/24`)
    const { widest } = addressFacts(await setOf([...narrow, '192.0.2.1', '2001:db8::1', '2001:db8:1::/64', '11.0.0.0/8', '12.0.0.0/7', '2001:db8::/32']))
    expect(widest).toEqual(['12.0.0.0/7', '11.0.0.0/8', '2001:db8::/32', ...narrow.sort().slice(0, 7)])
  })

  it('shows the widest members in a known range, and at most three of them', async () => {
    const { overlaps } = addressFacts(await setOf(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.9.0.0/16', 'fc00::1']))
    expect(overlaps).toEqual([
      { kind: 'private', name: 'private use (RFC 1918)', members: 4, examples: ['10.9.0.0/16', '10.0.0.1/32', '10.0.0.2/32'] },
      { kind: 'private', name: 'unique local (RFC 4193)', members: 1, examples: ['fc00::1/128'] },
    ])
  })
})
