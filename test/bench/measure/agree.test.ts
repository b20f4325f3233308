import { describe, expect, it } from 'vitest'
import { disagreements } from '../../../bench/measure/agree.ts'

describe('contestants agree', () => {
  it('when all that two of them tell is the same', () => {
    const found = [
      { name: 'a', facts: { members: 3, sha256: 'f0' } },
      { name: 'b', facts: { members: 3 } },
      { name: 'c', facts: { sha256: 'f0' } },
    ]
    expect(disagreements(found)).toEqual([])
  })

  it('not when one tells another figure, and the sentence names all of them', () => {
    const found = [
      { name: 'a', facts: { members: 3, ranges: 2 } },
      { name: 'b', facts: { members: 4, ranges: 2 } },
      { name: 'c', facts: { members: 3 } },
    ]
    expect(disagreements(found)).toEqual(['they differ in members: a 3, b 4, c 3'])
  })

  it('not when nobody confirms what one tells', () => {
    const found = [
      { name: 'a', facts: { members: 3 } },
      { name: 'b', facts: { members: 3 } },
      { name: 'c', facts: { lines: 3 } },
    ]
    expect(disagreements(found)).toEqual(['nothing that c tells is told by another'])
    expect(disagreements([{ name: 'alone', facts: { members: 3 } }])).toEqual([])
  })
})
