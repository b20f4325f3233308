import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logName } from '../../../domain/names/canonical-name.ts'
import { keepGoing } from '../../../domain/formats/give-way.ts'
import { emptySet } from '../../../domain/sets/make-set.ts'
import type { MatchMode } from '../../../domain/sets/matcher.ts'
import { hold, list, matches, pieces, setOf, stream } from './sets.ts'

const MEMBERS = ['evil.example', 'bücher.example', 'deep.evil.example', 'evil.example2', '_dns.evil.example']

/** The plain way: every member in a list, every name taken apart. */
function plainly(members: readonly string[], value: string, mode: MatchMode): string | null {
  const name = logName(value)
  if (mode === 'exact') return members.includes(name) ? name : null
  const above = members.filter((member) => name === member || name.endsWith(`.${member}`)).sort((a, b) => b.length - a.length)
  return above[0] ?? null
}

async function match(mode: MatchMode, values: readonly string[]) {
  const set = await setOf(MEMBERS, 'DomainNameSet')
  return matches(set, (await hold(set)).matcher(mode), values)
}

describe('names', () => {
  it('Q-03 are compared as wholes, both sides canonical', async () => {
    expect(await match('exact', ['EVIL.Example.', 'BÜCHER.example', 'XN--BCHER-KVA.EXAMPLE', '_DNS.evil.example', '..evil.example..'])).toEqual([
      'evil.example',
      'xn--bcher-kva.example',
      'xn--bcher-kva.example',
      '_dns.evil.example',
      'evil.example',
    ])
    const others = ['www.evil.example', 'example', 'evil', 'evil.exampl', 'evil.example3', 'notevil.example', '', '.', '*.evil.example']
    expect(await match('exact', others)).toEqual(others.map(() => null))
  })

  it('Q-04 match below a member, on label boundaries, the most specific first', async () => {
    const values = [
      'www.EVIL.example.', 'a.b.deep.evil.example', 'evil.example', '*.evil.example', 'not a name.evil.example', 'no-label..evil.example', 'xn--no-ace.Evil.example',
    ]
    expect(await match('subdomains', values)).toEqual([
      'evil.example', 'deep.evil.example', 'evil.example', 'evil.example', 'evil.example', 'evil.example', 'evil.example',
    ])
    const others = ['notevil.example', 'evil.example.com', 'example', '']
    expect(await match('subdomains', others)).toEqual(others.map(() => null))
  })

  it('Q-03 match nothing with the empty set', async () => {
    const empty = await emptySet('DomainNameSet')
    for (const matcher of [(await hold(empty)).matcher('subdomains'), stream(empty, 'subdomains')]) {
      expect(await matches(empty, matcher, ['evil.example', ''])).toEqual([null, null])
    }
  })

  const label = fc.string({ unit: fc.constantFrom(...'ab-ÜxXn'), minLength: 1, maxLength: 3 })
  const canonicalLabel = fc.string({ unit: fc.constantFrom(...'abxn'), minLength: 1, maxLength: 2 })
  const member = fc.array(canonicalLabel, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
  const spelled = fc
    .tuple(fc.array(fc.oneof(label, fc.constantFrom('xn--mgba', 'XN--', '*', '', 'a b')), { maxLength: 2 }), fc.oneof(member, label), fc.constantFrom('', '.', '。'))
    .map(([front, name, end]) => `${[...front, name].join('.')}${end}`)

  it('Q-03 Q-04 agree with the plain way, however many hashes collide, held in memory or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { maxLength: 20 }),
        fc.array(spelled, { maxLength: 20 }),
        fc.constantFrom<MatchMode>('exact', 'subdomains'),
        // All bits; those of the lower halves or slots alone; two bits; none.
        fc.constantFrom(-1, 0xff, 0xff000000, 0x80000001 | 0, 0),
        async (names, others, mode, mask) => {
          const set = await setOf(names, 'DomainNameSet')
          const values = [...others, ...names.map((name) => name.toUpperCase())]
          const plain = values.map((value) => plainly(list(set), value, mode))
          expect(await matches(set, (await hold(set, mask)).matcher(mode), values)).toEqual(plain)
          expect(await matches(set, stream(set, mode), values)).toEqual(plain)
        },
      ),
    )
  })

  it('Q-03 Q-04 that are guessed may be too many or too specific, and never miss one', async () => {
    const set = await setOf(['b.example', 'c.b.example'], 'DomainNameSet')
    const matcher = (await hold(set, 0)).matcher('subdomains')
    expect([matcher.match('a.c.b.example'), matcher.match('other.org'), matcher.guessed]).toEqual(['a.c.b.example', 'other.org', true])
    await matcher.confirm(pieces(set.text), keepGoing)
    expect([matcher.match('a.c.b.example'), matcher.match('other.org'), matcher.guessed]).toEqual(['c.b.example', null, false])
  })

  it('Q-03 that a set was compared with are known to later searches, and what failed decides nothing', async () => {
    const set = await setOf(MEMBERS, 'DomainNameSet')
    const held = await hold(set)
    const first = held.matcher('exact')
    first.match('evil.example')
    const broken = async function* () {
      yield* pieces(set.text)
      throw new Error('does not fit its hash')
    }
    await expect(first.confirm(broken(), keepGoing)).rejects.toThrow('does not fit its hash')
    expect([first.guessed, held.matcher('exact').match('evil.example')]).toEqual([true, 'evil.example'])
    await first.confirm(pieces(set.text), keepGoing)
    const later = held.matcher('subdomains')
    expect([later.match('www.evil.example'), later.guessed]).toEqual(['evil.example', false])
  })

  it('Q-03 that many logs hold are guessed once', async () => {
    const set = await setOf(MEMBERS, 'DomainNameSet')
    const matcher = stream(set, 'subdomains')
    const values = Array.from({ length: 5_000 }, (_, i) => `h${i % 700}.evil.example`)
    expect(await matches(set, matcher, values)).toEqual(values.map(() => 'evil.example'))
  })

  it('Q-03 take at most 5 bytes each in a set of thousands, and next to nothing in a small one', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `h${(i * 7919) % 99_991}.bad.example`)
    expect((await hold(await setOf(names, 'DomainNameSet'))).bytes).toBeLessThan(20_000 * 5)
    expect((await hold(await setOf(names.slice(0, 3), 'DomainNameSet'))).bytes).toBeLessThan(50)
  })

  it('Q-06 of another number than the set has, or of addresses, are no such set', async () => {
    const set = await setOf(MEMBERS, 'DomainNameSet')
    await expect(hold({ ...set, members: 4 })).rejects.toThrow('more than 4 members')
    await expect(hold({ ...set, members: 6 })).rejects.toThrow('fewer than 6 members')
    const addresses = await setOf(['10.0.0.1'])
    await expect(hold({ ...addresses, content: 'DomainNameSet' })).rejects.toThrow('not that of a DomainNameSet')
  })
})
