import { describe, expect, it } from 'vitest'
import { describeLimit, describeVerdict, type Goal, verdictOf } from '../../../bench/measure/goals.ts'

function goal(measured: number | null, unit: Goal['unit'] = '×'): Goal {
  return { id: '9', text: 'addresses', atMost: 1.5, unit, measured }
}

describe('a goal', () => {
  it.each([
    [1.5, 'met', '1.50× met'],
    [1.501, 'missed', '1.50× missed'],
    [null, 'not measured', 'not measured'],
  ] as const)('that found %s is %s', (measured, verdict, text) => {
    expect(verdictOf(goal(measured))).toBe(verdict)
    expect(describeVerdict(goal(measured))).toBe(text)
  })

  it('is judged by the time from start to end, with processor time beside it', () => {
    expect(describeVerdict({ ...goal(2), measuredCpu: 1 })).toBe('2.00× missed (CPU 1.00×)')
  })

  it('of a size has its unit', () => {
    expect(describeLimit(goal(1, 'MB'))).toBe('≤ 1.5 MB')
    expect(describeVerdict(goal(1, 'bytes'))).toBe('1.0 bytes met')
  })

  it('may be at least so many times less, or a number of requests', () => {
    const least: Goal = { id: '1', text: 'terms', atLeast: 50, unit: '×', measured: 49 }
    expect([verdictOf(least), verdictOf({ ...least, measured: 50 }), describeLimit(least)]).toEqual(['missed', 'met', '≥ 50.00×'])
    expect(describeVerdict({ id: '13', text: 'searches', atMost: 0, unit: 'requests', measured: 0 })).toBe('0 requests met')
  })
})
