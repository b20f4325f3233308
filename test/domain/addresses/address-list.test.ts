import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressList } from '../../../domain/addresses/address-list.ts'

describe('AddressList', () => {
  it('N-03 holds what comes one by one, in room for at most as many again', () => {
    const list = new AddressList()
    const wanted: number[] = []
    for (let i = 0; i < 1_000; i++) {
      wanted.push((i * 4_000_037) >>> 0)
      list.push((i * 4_000_037) >>> 0)
      expect(list.numbers().buffer.byteLength).toBeLessThanOrEqual(4 * Math.max(64, 2 * list.size))
    }
    expect([...list.numbers()]).toEqual(wanted)
    expect(list.size).toBe(1_000)
  })

  it('N-03 gives room for as many as asked for, and keeps of it what was written', () => {
    const list = new AddressList()
    list.push(7)
    const { buffer } = list.numbers()
    expect(list.room(63).buffer).toBe(buffer)
    expect(list.room(64).length).toBeGreaterThanOrEqual(64)
    expect(list.room(10_000).length).toBe(10_000)
    list.room(3).set([1, 2, 3])
    expect([...list.numbers()]).toEqual([7])
    list.wrote(2)
    expect([...list.numbers()]).toEqual([7, 1, 2])
    list.push(9)
    expect([...list.numbers()]).toEqual([7, 1, 2, 9])
  })

  it('N-03 sorts, and keeps each once', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(5), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff)), { maxLength: 100 }), (numbers) => {
        const list = new AddressList()
        for (const number of numbers) list.push(number)
        list.sortUnique()
        expect([...list.numbers()]).toEqual([...new Set(numbers)].sort((a, b) => a - b))
        expect(list.size).toBe(new Set(numbers).size)
      }),
    )
  })
})
