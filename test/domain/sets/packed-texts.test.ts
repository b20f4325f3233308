import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { charactersAt, charactersIn, isLast, nextAfter, packText, wordsOf } from '../../../domain/sets/packed-texts.ts'
import { pack } from './packed.ts'

const text = fc.string({ unit: fc.constantFrom(...'az-.09_:/\u007f'), maxLength: 17 })
const texts = fc.array(text, { minLength: 1, maxLength: 8 })

describe('packed texts', () => {
  it('N-03 are written into words of their own, whatever was there before', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const expected = pack(given)
        const words = new Uint32Array(expected.length + 2).fill(0xdeadbeef)
        let at = 1
        for (const one of given) {
          packText(one, words, at)
          at += wordsOf(one.length)
        }
        expect([...words]).toEqual([0xdeadbeef, ...expected, 0xdeadbeef])
      }),
    )
  })

  it('N-03 are gone through one by one, each up to a word that says how much of it is text', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const words = pack(given)
        let at = 0
        for (const one of given) {
          const next = nextAfter(words, at)
          expect(next - at).toBe(wordsOf(one.length))
          expect([...words.subarray(at, next)].map(isLast)).toEqual([...Array<boolean>(next - at - 1).fill(false), true])
          expect(charactersIn(words[next - 1] ?? 0)).toBe(one.length % 4)
          at = next
        }
        expect(at).toBe(words.length)
      }),
    )
  })

  it('N-03 give four characters from behind any depth, with zeros behind their end', () => {
    fc.assert(
      fc.property(text, text, (one, following) => {
        const words = pack([following, one, following])
        const start = wordsOf(following.length)
        for (let depth = 0; depth <= one.length; depth++) {
          const [word = 0] = pack([one.slice(depth, depth + 4).padEnd(4, '\0')])
          expect(charactersAt(words, start, depth) >>> 0).toBe(word)
        }
      }),
    )
  })
})
