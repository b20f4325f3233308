import { describe, expect, it } from 'vitest'
import { withCondition } from '../../../domain/run/conditions.ts'

describe('withCondition', () => {
  it('T-02 keeps one condition per type and removes it when that type succeeds', () => {
    const one = withCondition([], 'PullFailed', 'a')
    const two = withCondition(one, 'SearchFailed', 'b')
    expect(withCondition(two, 'PullFailed', 'c')).toEqual([
      { type: 'PullFailed', message: 'c' },
      { type: 'SearchFailed', message: 'b' },
    ])
    expect(withCondition(two, 'PullFailed', null)).toEqual([{ type: 'SearchFailed', message: 'b' }])
  })
})
