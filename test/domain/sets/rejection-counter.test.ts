import { describe, expect, it } from 'vitest'
import { printable, RejectionCounter } from '../../../domain/sets/rejection-counter.ts'

describe('RejectionCounter', () => {
  it('F-12 counts all by reason, keeps the first ten as samples, and asks for no value beyond them', () => {
    const counter = new RejectionCounter()
    expect([counter.total, counter.rejections(), counter.summary()]).toEqual([0, { counts: {}, samples: [] }, ''])
    const asked: number[] = []
    for (let line = 1; line <= 25; line++) {
      counter.reject(line % 5 === 0 ? 'empty' : 'port', line, () => {
        asked.push(line)
        return `value ${line}`
      })
    }
    expect(counter.total).toBe(25)
    const { counts, samples } = counter.rejections()
    expect(counts).toEqual({ port: 20, empty: 5 })
    expect(samples).toEqual(Array.from({ length: 10 }, (_, i) => ({ line: i + 1, value: `value ${i + 1}`, reason: (i + 1) % 5 === 0 ? 'empty' : 'port' })))
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('F-12 sums up the most frequent reason first, and of as frequent ones by their names', () => {
    const counter = new RejectionCounter()
    for (const reason of ['zone', 'range', 'empty', 'port', 'port', 'range', 'netmask', 'port'] as const) counter.reject(reason, 1, () => '')
    expect(counter.summary()).toBe('3 port, 2 range, 1 empty, 1 netmask, 1 zone')
  })

  it('F-12 gives samples that what is rejected later does not change', () => {
    const counter = new RejectionCounter()
    counter.reject('port', 1, () => 'first')
    const { counts, samples } = counter.rejections()
    counter.reject('port', 2, () => 'second')
    expect([counts, samples.length]).toEqual([{ port: 1 }, 1])
  })

  it.each([
    ['as it is', 'as it is'],
    ['x'.repeat(33), 'x'.repeat(32)],
    ['x'.repeat(32), 'x'.repeat(32)],
    ['\u{1f600}'.repeat(33), '\u{1f600}'.repeat(32)],
    [`${'x'.repeat(31)}\u{1f600}y`, `${'x'.repeat(31)}\u{1f600}`],
    ['a\tb\tc', 'a b c'],
    ['a\u202eb\u0000c\u001b[31m\n', 'a?b?c?[31m?'],
    ['e\u0301\u00fc\u4e2d 1 €+_/', 'e\u0301\u00fc\u4e2d 1 €+_/'],
    ['a\u00a0b\u2028c', 'a?b?c'],
  ])('F-12 makes %j printable in at most 32 characters', (text, expected) => {
    expect(printable(text, 32)).toBe(expected)
  })
})
