import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepGoing } from '../../../domain/formats/give-way.ts'
import { NotASet } from '../../../domain/sets/not-a-set.ts'
import { wholeMembers } from '../../../domain/sets/whole-members.ts'
import { pieces } from './sets.ts'

async function read(text: string, length: number): Promise<readonly string[]> {
  const read: string[] = []
  for await (const piece of wholeMembers(pieces(new TextEncoder().encode(text), length), keepGoing)) read.push(new TextDecoder().decode(piece))
  return read
}

describe('wholeMembers', () => {
  it('Q-10 gives every member whole, wherever the pieces of a text end', async () => {
    const member = fc.string({ unit: fc.constantFrom(...'ab.'), minLength: 1, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 12 }), fc.integer({ min: 1, max: 30 }), async (members, length) => {
        expect((await read(members.join('\n'), length)).flatMap((piece) => piece.split('\n'))).toEqual(members)
      }),
    )
  })

  it('Q-10 does not gather what has no end', async () => {
    expect(await read('a'.repeat(1_024), 100)).toEqual(['a'.repeat(1_024)])
    await expect(read('a'.repeat(1_025), 100)).rejects.toThrow(NotASet)
    await expect(read(`a\n${'b'.repeat(2_000)}\nc`, 100)).rejects.toThrow(NotASet)
  })
})
