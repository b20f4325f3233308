import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../../bench/measure/goals.ts'
import { thisMachine } from '../../../bench/measure/machine.ts'
import type { Comparison, SearchBench } from '../../../bench/search/bench-search.ts'
import { manyFeeds } from '../../../bench/search/feeds.ts'
import { goalRow, searchGoals } from '../../../bench/search/goals.ts'
import type { Cost } from '../../../bench/search/measure.ts'
import { searchTables } from '../../../bench/search/tables.ts'
import { NEW_LIST, WAYS } from '../../../bench/search/ways.ts'

function cost(name: string, serverMs: number, wallMs = serverMs): Cost {
  return { name, hits: 3, serverMs, ownMs: 1, wallMs, requests: 2 }
}

function comparison(key: string, ...costs: readonly Cost[]): Comparison {
  return { key, title: key, costs }
}

const comparisons: readonly Comparison[] = [
  comparison('flow sizes', cost('200 hosts', 4, 10), cost('5,000 hosts', 4, 10), cost('120,430 hosts', 4, 14)),
  comparison('minute flow both', cost(WAYS.ours, 4), cost(WAYS.prefixes, 4_000), cost(WAYS.bare, 400), cost(WAYS.large, 100)),
  comparison('quiet', cost(WAYS.empty, 1), cost(WAYS.ours, 7)),
  comparison('feeds in turns', cost(manyFeeds(1), 4), cost(manyFeeds(10), 5), cost(manyFeeds(50), 8)),
  comparison('plan 1 min, a', cost(WAYS.digest, 5), cost(WAYS.list, 2), cost(WAYS.ours, 3)),
  comparison('plan 24 h, a', cost(WAYS.digest, 700), cost(WAYS.list, 30), cost(WAYS.ours, 30)),
  comparison('distinct', cost(WAYS.ours, 600), cost(WAYS.paged, 3_000)),
  comparison('added', cost(WAYS.ours, 20), cost(WAYS.prefixes, 500), cost(WAYS.empty, 1)),
  comparison('dns sizes', cost('1,000 names', 10), cost('1,200,000 names', 11)),
  comparison('minute dns 1,200,000 names', cost(WAYS.ours, 11), cost(WAYS.bare, 6_000)),
]
const bench: SearchBench = {
  machine: thisMachine(),
  counts: { flow: 2_000_000, dns: 1_000_000 },
  comparisons,
  scale: [{ feeds: 10, serverMs: 5, requests: 3, ownMs: 20, heldBytes: 2_000_000, hits: 7 }],
  pulls: [
    { title: NEW_LIST, bodies: 2, small: 4, searches: 0, reads: 5 },
    { title: 'not modified', bodies: 0, small: 2, searches: 0, reads: 3 },
  ],
}

describe('the goals of searching', () => {
  const measured = (of: Pick<SearchBench, 'comparisons' | 'counts' | 'pulls'>) => searchGoals(of).map((goal) => [goal.id, goal.measured, verdictOf(goal)])

  it('are ratios of one run: how many times less, or at most how many times more', () => {
    expect(measured(bench)).toEqual([
      ['1', 1_000, 'met'],
      ['1', 100, 'met'],
      ['1', 25, 'missed'],
      ['2', 2, 'missed'],
      ['3', 1.4, 'missed'],
      ['4', 7, 'met'],
      ['5', 1.5, 'missed'],
      ['5', expect.closeTo(33 / 705), 'met'],
      ['5', expect.closeTo(33 / 32), 'missed'],
      ['6', 0.2, 'met'],
      ['7', 20, 'met'],
      ['7', 25, 'met'],
      ['8', 1.1, 'met'],
      ['8', expect.closeTo(545.45), 'met'],
      ['13', 0, 'met'],
      ['13', 0, 'met'],
    ])
  })

  it('that hang on a million logs are not measured with fewer', () => {
    const few = measured({ ...bench, counts: { flow: 100_000, dns: 50_000 } })
    expect(few.filter(([, , verdict]) => verdict === 'not measured').map(([id]) => id)).toEqual(['6', '7', '7'])
  })

  it('are not measured where their part was left out', () => {
    expect(measured({ ...bench, comparisons: [], pulls: [] }).every(([, , verdict]) => verdict === 'not measured')).toBe(true)
  })

  it('are rows of what was wanted, what was found, and whether that is enough', () => {
    const [first, ...others] = searchGoals(bench).map(goalRow)
    expect(first).toEqual({ goal: expect.stringMatching(/^1: one minute/), target: '≥ 500.00×', measured: 1_000, met: true })
    expect(others.map(({ met }) => met)).toContain(false)
    expect(searchGoals({ ...bench, comparisons: [] }).map(goalRow)[0]?.met).toBeNull()
  })
})

describe('the tables of searching', () => {
  it('show each comparison, the planner in one, many feeds, pulls and goals', () => {
    const text = searchTables(bench, true)
    expect(text).toContain('| terms of 1,024, bare hosts | 3 | 400 | 1.0 | 400 | 2.0 |')
    expect(text).toContain('| plan 24 h, a | 700 | 30.0 | 30.0 |')
    expect(text).toContain('| 10 | 5.0 | 3 | 20.0 | 2.0 | 7 |')
    expect(text).toContain('| not modified | 0 | 2 | 0 | 3 |')
    expect(text).toContain('| 2: 50 feeds, to one | ≤ 1.20× | 2.00× missed |')
  })

  it('leave out what was not measured', () => {
    const text = searchTables({ ...bench, comparisons: [], scale: [], pulls: [] }, false)
    expect(text).not.toContain('the planner')
    expect(text).not.toContain('feeds of 5,000')
    expect(text).toContain('not measured')
  })
})
