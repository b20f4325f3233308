import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { nameMatcher } from '../../../domain/sets/name-matcher.ts'
import { list, setOf } from './sets.ts'

const MEMBERS = ['evil.example', 'bücher.example', 'deep.evil.example', 'evil.example2', '_dns.evil.example']

describe('nameMatcher', () => {
  it('Q-03 compares whole names, both sides canonical', async () => {
    const { match } = nameMatcher(await setOf(MEMBERS, 'DomainNameSet'), 'exact')
    expect(match('EVIL.Example.')).toBe('evil.example')
    expect(match('BÜCHER.example')).toBe('xn--bcher-kva.example')
    expect(match('XN--BCHER-KVA.EXAMPLE')).toBe('xn--bcher-kva.example')
    expect(match('_DNS.evil.example')).toBe('_dns.evil.example')
    for (const other of ['www.evil.example', 'example', 'evil', 'evil.exampl', 'evil.example3', 'notevil.example', '', '.', '*.evil.example']) {
      expect(match(other)).toBeNull()
    }
  })

  it('Q-04 finds a name below a member, on label boundaries, the most specific first', async () => {
    const { match } = nameMatcher(await setOf(MEMBERS, 'DomainNameSet'), 'subdomains')
    expect(match('www.EVIL.example.')).toBe('evil.example')
    expect(match('a.b.deep.evil.example')).toBe('deep.evil.example')
    expect(match('evil.example')).toBe('evil.example')
    expect(match('*.evil.example')).toBe('evil.example')
    expect(match('not a name.evil.example')).toBe('evil.example')
    expect(match('no-label..evil.example')).toBe('evil.example')
    expect(match('notevil.example')).toBeNull()
    expect(match('evil.example.com')).toBeNull()
    expect(match('example')).toBeNull()
    expect(match('')).toBeNull()
  })

  it('Q-03 matches nothing with the empty set, and takes no addresses', async () => {
    expect(nameMatcher(await emptySet('DomainNameSet'), 'subdomains').match('evil.example')).toBeNull()
    const addresses = await emptySet('IPSet')
    expect(() => nameMatcher(addresses, 'exact')).toThrow(new TypeError('names do not match an IPSet'))
  })

  it('Q-03 Q-04 agrees with looking every name up in a list', async () => {
    const label = fc.string({ unit: fc.constantFrom(...'ab-'), minLength: 1, maxLength: 2 })
    const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 20 }), name, async (names, other) => {
        const set = await setOf(names, 'DomainNameSet')
        const members = list(set)
        const exact = nameMatcher(set, 'exact')
        const subdomains = nameMatcher(set, 'subdomains')
        for (const value of [other, ...names]) {
          expect(exact.match(value)).toBe(members.includes(value) ? value : null)
          const above = members.filter((member) => value === member || value.endsWith(`.${member}`)).sort((a, b) => b.length - a.length)
          expect(subdomains.match(value)).toBe(above[0] ?? null)
        }
      }),
    )
  })

  it('Q-03 holds the text of the set and four bytes a member', async () => {
    const set = await setOf(MEMBERS, 'DomainNameSet')
    expect(nameMatcher(set, 'exact').bytes).toBe(set.text.length + 4 * MEMBERS.length)
  })
})
