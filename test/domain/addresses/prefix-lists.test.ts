import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskIPv4 } from '../../../domain/addresses/ipv4.ts'
import { PrefixLists } from '../../../domain/addresses/prefix-lists.ts'

interface Member {
  readonly address: number
  readonly length: number
}

/** Few addresses, so that many lengths begin at the same, and those at the ends of the space. */
const member = fc
  .tuple(fc.oneof(fc.nat(8), fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff)), fc.oneof(fc.nat(32), fc.constantFrom(0, 31, 32)))
  .map(([address, length]): Member => ({ address: maskIPv4(address, length), length }))
const ALL_LENGTHS = Array.from({ length: 33 }, (_, length) => length)
const someLengths = fc.shuffledSubarray(ALL_LENGTHS, { minLength: 1 })

function filled(members: readonly Member[]): PrefixLists {
  const lists = new PrefixLists()
  for (const { address, length } of members) lists.add(address, length)
  return lists
}

function unique(members: readonly Member[]): Member[] {
  return members.filter((one, i) => members.findIndex((other) => other.address === one.address && other.length === one.length) === i)
}

describe('PrefixLists', () => {
  it('N-03 keeps those of each length apart, and each once when they are sorted', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 40 }), (members) => {
        const lists = filled(members)
        expect(lists.size).toBe(members.length)
        const of = (from: readonly Member[], length: number): number[] => from.filter((one) => one.length === length).map(({ address }) => address)
        for (const length of ALL_LENGTHS) expect([...lists.ofLength(length)]).toEqual(of(members, length))
        lists.sortUnique()
        expect(lists.size).toBe(unique(members).length)
        for (const length of ALL_LENGTHS) expect([...lists.ofLength(length)]).toEqual(of(unique(members), length).sort((a, b) => a - b))
      }),
    )
  })

  it('N-03 G-03 goes through the lists as one, in the longest stretches, those at one address in the order of the lengths given', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 40 }), fc.oneof(fc.constant(ALL_LENGTHS), someLengths), (members, lengths) => {
        const lists = filled(members)
        lists.sortUnique()
        const visited: Member[] = []
        let before = -1
        lists.each(lengths, (addresses, start, end, length) => {
          expect(start).toBeLessThan(end)
          // A stretch ends where another list comes in between, or its own ends: never just so.
          expect(length).not.toBe(before)
          before = length
          for (const address of addresses.subarray(start, end)) visited.push({ address, length })
        })
        const wanted = unique(members).filter(({ length }) => lengths.includes(length))
        wanted.sort((a, b) => a.address - b.address || lengths.indexOf(a.length) - lengths.indexOf(b.length))
        expect(visited).toEqual(wanted)
      }),
      // A list that is in the middle of a stretch where another begins at the same address.
      { examples: [[[{ address: 1, length: 32 }, { address: 2, length: 32 }, { address: 2, length: 31 }], ALL_LENGTHS]] },
    )
  })

  it('N-03 takes whole addresses that are written into its room, as many as were written', () => {
    const lists = filled([{ address: 7, length: 32 }, { address: 0, length: 8 }])
    const room = lists.roomForHosts(3)
    expect(room.length).toBeGreaterThanOrEqual(3)
    room.set([9, 5, 7])
    lists.wroteHosts(2)
    expect(lists.size).toBe(4)
    expect([...lists.ofLength(32)]).toEqual([7, 9, 5])
    expect([...lists.ofLength(33)]).toEqual([])
  })
})
