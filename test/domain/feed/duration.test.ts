import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../../domain/feed/duration.ts'

const ms = (text: string): number | null => {
  const result = parseDuration(text)
  return result.ok ? result.ms : null
}

describe('parseDuration', () => {
  it.each([
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['300s', 300_000],
    ['0', 0],
    ['0s', 0],
    ['-0', 0],
    ['+5m', 300_000],
    ['-5m', -300_000],
    ['.5s', 500],
    ['5.s', 5_000],
    ['1m1m', 120_000],
    ['3s2h', 7_203_000],
    ['1500us', 1],
    ['1500µs', 1],
    ['1500μs', 1],
    ['999999ns', 0],
    ['4m59.999999999s', 299_999],
    ['2562047h47m16.854775807s', 9_223_372_036_854],
  ])('V-06 reads %s as Go does', (text, expected) => {
    expect(ms(text)).toBe(expected)
  })
  it.each(['', '+', '-', '5', '5.', '.', '.s', 's', '1d', '5M', '5 m', ' 5m', '5m ', '1,5h', '1e3s', '5m5', '0x5s', '--5m', '+-5m', '٥m', '5㎧'])(
    'V-06 refuses "%s" as Go does',
    (text) => {
      expect(parseDuration(text)).toEqual({ ok: false, message: 'is not a duration such as 24h, 1h30m or 300s' })
    },
  )
  it('V-06 refuses what Go cannot hold', () => {
    expect(parseDuration('2562047h47m16.854775808s')).toEqual({ ok: false, message: 'is longer than 292 years' })
    expect(ms('-2562048h')).toBeNull()
  })
  it('V-06 is not held up by a huge text', () => {
    expect(ms('1'.repeat(1e6))).toBeNull()
  })
})

describe('formatDuration', () => {
  it.each([
    [86_400_000, '24h'],
    [5_400_000, '1h30m'],
    [300_000, '5m'],
    [90_061_001, '25h1m1s1ms'],
    [0, '0s'],
    [-1_500, '-1s500ms'],
  ])('V-06 writes %d ms as %s', (value, text) => {
    expect(formatDuration(value)).toBe(text)
  })
  it('V-06 writes what parseDuration reads back', () => {
    fc.assert(fc.property(fc.integer({ min: -9e12, max: 9e12 }), (value) => ms(formatDuration(value)) === value))
  })
})
