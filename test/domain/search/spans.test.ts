import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDebts, debtsBySet, MAX_DEBTS } from '../../../domain/search/debts.ts'
import { joinSpans, logsIn, slices } from '../../../domain/search/spans.ts'
import type { Span } from '../../../domain/search/window.ts'

const span = (after: number, upTo: number, shard = 0): Span => ({ index: 'a', uuid: 'ua', history: 'h', shard, after, upTo })
const set = (name: string) => ({ sha256: name, members: 1 })

const spans = fc.array(
  fc.record({ after: fc.integer({ min: -1, max: 50 }), length: fc.integer({ min: 1, max: 20 }), shard: fc.integer({ min: 0, max: 2 }) })
    .map(({ after, length, shard }) => span(after, after + length, shard)),
)
function numbers(all: readonly Span[]): string[] {
  return all.flatMap(({ shard, after, upTo }) => Array.from({ length: upTo - after }, (_, i) => `${shard}:${after + 1 + i}`))
}

describe('spans', () => {
  it('Q-06 joined hold the same logs, each once', () => {
    fc.assert(
      fc.property(spans, (all) => {
        const joined = numbers(joinSpans(all))
        expect(joined).toHaveLength(new Set(joined).size)
        expect(new Set(joined)).toEqual(new Set(numbers(all)))
      }),
    )
  })

  it('Q-10 cut into slices hold the same logs in the same order, no slice more than it may', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 30 }), (all, most) => {
        const parts = slices(all, most)
        expect(numbers(parts.flat())).toEqual(numbers(all))
        expect(parts.every((part) => logsIn(part) > 0 && logsIn(part) <= most)).toBe(true)
      }),
    )
  })
})

describe('debts', () => {
  it('Q-06 of one shard and set that touch are one; of another set they stay apart', () => {
    const debts = addDebts([{ span: span(0, 5), set: set('s') }], [span(5, 9), span(20, 30)], set('s'))
    expect(debts?.map((debt) => [debt.span.after, debt.span.upTo])).toEqual([[0, 9], [20, 30]])
    const other = addDebts(debts ?? [], [span(9, 12)], set('t'))
    expect(debtsBySet(other ?? [])).toEqual([
      { set: set('s'), spans: [span(0, 9), span(20, 30)] },
      { set: set('t'), spans: [span(9, 12)] },
    ])
  })

  it('Q-06 are refused beyond what a state may hold, rather than forgotten', () => {
    const many = Array.from({ length: MAX_DEBTS }, (_, shard) => span(0, 5, shard))
    expect(addDebts([], many, set('s'))).toHaveLength(MAX_DEBTS)
    expect(addDebts([], [...many, span(0, 5, MAX_DEBTS)], set('s'))).toBeNull()
  })

  it('Q-06 without a set nothing is owed', () => {
    expect(addDebts([], [span(0, 5)], null)).toEqual([])
  })
})
