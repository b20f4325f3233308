import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemberTexts } from '../../../domain/sets/member-texts.ts'

const encoder = new TextEncoder()

function inOrder(texts: readonly string[]): { readonly text: Uint8Array; readonly members: number } {
  const unique = [...new Set(texts)].sort()
  return { text: encoder.encode(unique.join('\n')), members: unique.length }
}

describe('MemberTexts', () => {
  it('N-03 N-06 sorts each time as many have come as a largest set has, with what it sorted before', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab.'), minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (texts, most) => {
        const members = new MemberTexts(most)
        texts.forEach((one, i) => {
          members.add(one)
          expect(members.sorted).toEqual(inOrder(texts.slice(0, i - (i % most))))
        })
        expect(members.finish()).toEqual(inOrder(texts))
        expect(members.sorted).toEqual(inOrder(texts))
      }),
    )
  })

  it('N-03 has room for the longest name, and grows by eight when it has none', () => {
    const members = new MemberTexts(10_000)
    for (let i = 0; i < 2_500; i++) {
      members.makeRoom()
      const least = members.next + 64
      expect(members.words.length).toBe(least <= 256 ? 256 : least <= 2_048 ? 2_048 : 16_384)
      members.add(`${i % 10}.a`)
    }
    expect(members.next).toBe(2_500)
    expect(members.finish().members).toBe(10)
  })
})
