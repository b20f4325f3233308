import { describe, expect, it } from 'vitest'
import { readPlainLines } from '../../../domain/addresses/plain-lines.ts'
import { PrefixLists } from '../../../domain/addresses/prefix-lists.ts'

function read(text: string, start = 0): { readonly left: string; readonly lengths: Record<number, number[]> } {
  const into = new PrefixLists()
  const end = readPlainLines(new TextEncoder().encode(text), start, into)
  const lengths: Record<number, number[]> = {}
  for (let length = 0; length <= 32; length++) if (into.ofLength(length).length > 0) lengths[length] = [...into.ofLength(length)]
  return { left: text.slice(end), lengths }
}

describe('readPlainLines', () => {
  it('N-01 takes addresses and prefixes, with LF or CRLF, and masks host bits off', () => {
    expect(read('0.0.0.0\n255.255.255.255\r\n10.1.2.3/8\n128.0.0.1/1\r\n9.9.9.9/0\n1.2.3.4/32\n')).toEqual({
      left: '',
      lengths: { 0: [0], 1: [0x80000000], 8: [0x0a000000], 32: [0, 0xffffffff, 0x01020304] },
    })
  })

  it('N-01 takes every octet in every place, and every length', () => {
    for (let octet = 0; octet < 256; octet++) {
      const other = 255 - octet
      expect(read(`${octet}.${other}.0.0\n0.0.${octet}.${other}\n`)).toEqual({
        left: '',
        lengths: { 32: [((octet << 24) | (other << 16)) >>> 0, (octet << 8) | other] },
      })
    }
    for (let length = 0; length <= 32; length++) {
      const lengths = { [length]: [length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0] }
      expect(read(`255.255.255.255/${length}\n`)).toEqual({ left: '', lengths })
      expect(read(`255.255.255.255/${length}\r\n`)).toEqual({ left: '', lengths })
    }
  })

  it('N-03 takes lists of any length from anywhere, in room for as many addresses as bytes may hold', () => {
    const text = '1.1.1.1\n'.repeat(1_000) + '2.2.2.2\n'.repeat(9_000)
    const into = new PrefixLists()
    expect(readPlainLines(new TextEncoder().encode(text), 8_000, into)).toBe(80_000)
    const addresses = into.ofLength(32)
    expect(into.size).toBe(9_000)
    expect(addresses.every((address) => address === 0x02020202)).toBe(true)
    expect(addresses.buffer.byteLength).toBe(4 * 9_000)
  })

  it('F-11 leaves a line that these bytes do not end', () => {
    expect(read('1.2.3.4\n5.6.7.8')).toEqual({ left: '5.6.7.8', lengths: { 32: [0x01020304] } })
    expect(read('1.2.3.4')).toEqual({ left: '1.2.3.4', lengths: {} })
    expect(read('')).toEqual({ left: '', lengths: {} })
    expect(read('x\n1.2.3.4\n', 2)).toEqual({ left: '', lengths: { 32: [0x01020304] } })
  })

  it.each([
    '', ' 1.2.3.4', '1.2.3.4 ', '1.2.3.4#', '#', '\r', '1.2.3.4\r\r', '1.2.3.4\r5', '1.2.3', '1.2.3.', '1.2.3.4.', '1.2.3.4.5', '.1.2.3.4', '1..2.3',
    '256.1.1.1', '1.1.1.256', '1.1.1.1000', '01.1.1.1', '1.1.1.00', '1.1.1.01', '1.1.1.a', '1.1.1.1/', '1.1.1.1/33', '1.1.1.1/40', '1.1.1.1/032',
    '1.1.1.1/08', '1.1.1.1/00', '1.1.1.1/320', '1.1.1.1/8/8', '1.1.1.1/a', '1.1.1.1/8 ', '1/8', '::1', '99999999999999999999.1.1.1',
    // Characters right before and behind the digits, and as far from them as those that lists hold.
    '/.1.1.1', '1.:.1.1', '1.1.-.1', '1.1.1.#', '1.1.1. ', '1:.1.1.1', '11:.1.1.1', '1/.1.1.1', '1.1.1.1:', '1.1.1.1a', '1.1.1.11a', '1,1,1,1', '1.1.1:1',
    '1.1.1.1/ ', '1.1.1.1//', '1.1.1.1/:', '1.1.1.1/1:', '1.1.1.1/1/', '1.1.1.1:8', '1.1.1.1-8', '1.1.1.1/8-',
  ])('N-02 leaves the line %j to the reader that says what it is', (line) => {
    const rest = `${line}\n5.6.7.8\n`
    expect(read(`1.2.3.4\n${rest}`)).toEqual({ left: rest, lengths: { 32: [0x01020304] } })
  })
})
