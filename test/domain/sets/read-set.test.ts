import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySet } from '../../../domain/sets/make-set.ts'
import { eachMember, membersOf } from '../../../domain/sets/members.ts'
import { readSet } from '../../../domain/sets/read-set.ts'
import { list, setOf } from './sets.ts'

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

describe('readSet', () => {
  it('N-03 takes back what was built', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.oneof(fc.ipV4(), fc.ipV6().filter((address) => !address.startsWith('::ffff:')))), async (entries) => {
        const set = await setOf(entries)
        expect(await readSet(set.text, 'IPSet')).toEqual({ ok: true, set })
      }),
    )
  })

  it('N-03 takes the empty set', async () => {
    expect(await readSet(new Uint8Array(0), 'IPSet')).toEqual({ ok: true, set: await emptySet('IPSet') })
  })

  it.each([
    ['b.example\na.example', 'not in order at byte 10'],
    ['a.example\na.example', 'not in order at byte 10'],
    ['a.example\na.exampl', 'not in order at byte 10'],
    ['a.example\n', 'empty member at byte 10'],
    ['\na.example', 'empty member at byte 0'],
    ['a.example\n\nb.example', 'empty member at byte 10'],
    ['A.example', 'not canonical at byte 0'],
    ['a.example\r\nb.example', 'not canonical at byte 9'],
    ['bücher.example', 'not canonical at byte 1'],
  ])('N-03 refuses %j', async (text, message) => {
    const result = await readSet(bytes(text), 'DomainNameSet')
    expect(result.ok ? 'taken' : result.message).toContain(message)
  })

  it('N-03 orders a member before those that begin with it', async () => {
    expect((await readSet(bytes('a.example\na.example2'), 'DomainNameSet')).ok).toBe(true)
  })
})

describe('members', () => {
  it('N-03 come one by one, over the blocks they are read in', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `n${String(i).padStart(5, '0')}.example`)
    const set = await setOf(names, 'DomainNameSet')
    expect(list(set)).toEqual(names)
    const places: string[] = []
    eachMember(set.text, (start, end) => places.push(new TextDecoder().decode(set.text.subarray(start, end))))
    expect(places).toEqual(names)
  })

  it('N-03 are none in the empty set', async () => {
    const { text } = await emptySet('IPSet')
    expect([...membersOf(await emptySet('IPSet'))]).toEqual([])
    eachMember(text, () => expect.unreachable())
  })
})
