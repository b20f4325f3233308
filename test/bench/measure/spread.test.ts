import { describe, expect, it } from 'vitest'
import { figureOf, spreadOf } from '../../../bench/measure/spread.ts'

describe('a spread', () => {
  it.each([
    [[], null],
    [[7], { median: 7, least: 7, most: 7 }],
    [[9, 1, 2], { median: 2, least: 1, most: 9 }],
    [[10, 9, 1, 2], { median: 5.5, least: 1, most: 10 }],
  ])('of %j is %j', (figures, spread) => {
    expect(spreadOf(figures)).toEqual(spread)
  })

  it('leaves out the runs without the figure', () => {
    const contest = { title: 't', absent: [], results: [{ name: 'a', facts: {}, runs: [{ wallMs: 1, peakMB: 4 }, { wallMs: 3 }] }] }
    expect(figureOf(contest, 'a', 'wallMs')?.median).toBe(2)
    expect(figureOf(contest, 'a', 'peakMB')?.median).toBe(4)
    expect(figureOf(contest, 'b', 'wallMs')).toBeNull()
  })
})
