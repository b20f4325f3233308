import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortTexts } from '../../../domain/sets/sort-texts.ts'
import { patience, runs } from '../../runs.ts'
import { pack } from './packed.ts'

function expectSorted(names: readonly string[]): void {
  const { text, members } = sortTexts(pack(names))
  const unique = [...new Set(names)].sort()
  // Compared as texts: two lists of a hundred thousand take a minute to be told apart.
  expect(new TextDecoder().decode(text) === unique.join('\n')).toBe(true)
  expect(members).toBe(unique.length)
}

/** Numbers that look random and are always the same. */
function* numbers(): Generator<number, never> {
  for (let state = 1; ; ) yield (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
}

function manyNames(count: number, name: (number: number) => string): string[] {
  const source = numbers()
  return Array.from({ length: count }, () => name(source.next().value))
}

describe('sortTexts', () => {
  it('N-03 sorts nothing, one name, and one name many times', () => {
    expectSorted([])
    expectSorted(['a.b'])
    expectSorted(Array.from({ length: 20_000 }, () => 'the.same.example'))
  })

  it('N-03 sorts by bytes: an end before -, . before digits before _ before letters', () => {
    expectSorted(['a.b', 'a.bc', 'a.b-c', 'a.b.c', 'a.b0', 'a.b9', 'a.b_', 'a.ba', 'a.bz', 'a.b', 'a-.b', '-.a', '_.a', 'z.z', '0.a'])
  })

  it('N-03 sorts what sorting strings does', { timeout: patience(300) }, () => {
    const name = fc.string({ unit: fc.constantFrom(...'ab-._0z/:'), minLength: 1, maxLength: 24 })
    fc.assert(fc.property(fc.array(name, { maxLength: 60 }), expectSorted), { numRuns: runs(300) })
  })

  it('N-03 sorts what sorting strings does where more come than fit the cache, with the same beginnings', { timeout: patience(20) * 10 }, () => {
    const few = fc.string({ unit: fc.constantFrom(...'a.z0'), minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(few, { minLength: 1, maxLength: 9 }), fc.nat(0xffffffff), (beginnings, seed) => {
        expectSorted(manyNames(9_000, (n) => `${beginnings[(n ^ seed) % beginnings.length] ?? ''}${((n ^ seed) >>> (n % 32)).toString(36)}`))
      }),
      { numRuns: runs(20) },
    )
  })

  it('N-03 takes no more memory for a text than an eighth beyond it', () => {
    const { text } = sortTexts(pack(manyNames(1_000, (n) => `name${n % 100}.example`)))
    expect(text.buffer.byteLength).toBeLessThanOrEqual(text.length * (8 / 7))
  })

  it.each<[string, (number: number) => string]>([
    ['of different beginnings', (n) => `${n.toString(36)}.example`],
    ['of one beginning', (n) => `www.host${n.toString(36)}.example`],
    ['of few beginnings and much the same ends', (n) => `${n % 7}.${'long-and-the-same.'.repeat(3)}${n % 5_000}.com`],
    ['that begin others', (n) => 'a.'.repeat(n % 100) + 'aa'],
    ['of which most come again', (n) => `name${n % 300}.example`],
    ['that are IPv6 prefixes', (n) => `2001:db8:${(n % 65_536).toString(16)}::${(n >>> 16).toString(16)}/128`],
    ['of 253 characters', (n) => `${'a.'.repeat(121)}b${String(n).padStart(10, '0')}`],
  ])('N-03 sorts more names than fit the cache: names %s', (_, name) => {
    expectSorted(manyNames(10_000, name))
  })

  it('N-03 sorts names that are parted one by one, however late', () => {
    const odd = Array.from({ length: 200 }, (_, i) => `${'a'.repeat(i)}.b`)
    expectSorted([...odd, ...manyNames(2_000, (n) => `${'a'.repeat(200)}.${n.toString(36)}`)])
  })
})
