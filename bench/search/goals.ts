import { describeLimit, type Goal, verdictOf } from '../measure/goals.ts'
import type { Comparison, SearchBench } from './bench-search.ts'
import type { Cost } from './measure.ts'
import { manyFeeds } from './feeds.ts'
import { NEW_LIST, WAYS } from './ways.ts'

/** A row of the results file. */
export interface GoalRow {
  readonly goal: string
  readonly target: string
  readonly measured: number | null
  /** null: not measured. */
  readonly met: boolean | null
}

type Figure = 'serverMs' | 'wallMs'

/** Fewer logs show little of what goals 6 and 7 are about: how costs grow with the logs. */
const MANY_FLOWS = 1_000_000

/** Goals 1 to 8 and 13: processor time of Elasticsearch unless they speak of the time from start to end. */
export function searchGoals({ comparisons, counts, pulls }: Pick<SearchBench, 'comparisons' | 'counts' | 'pulls'>): readonly Goal[] {
  const at = (key: string): Comparison | undefined => comparisons.find((comparison) => comparison.key === key)
  const both = at('minute flow both')
  const largest = at('minute dns 1,200,000 names')
  const added = counts.flow >= MANY_FLOWS ? at('added') : undefined
  return [
    less('1', 'one minute, 131,292 members: terms as the page stores them, to ours', 500, both, WAYS.prefixes),
    less('1', 'the same with bare hosts, to ours', 100, both, WAYS.bare),
    less('1', 'terms of 65,536, to ours', 50, both, WAYS.large),
    most('2', '50 feeds, to one', 1.2, ratio(cost(at('feeds in turns'), manyFeeds(50)), cost(at('feeds in turns'), manyFeeds(1)))),
    most('3', '120,430 members, to 200: time from start to end', 1.3, ratio(cost(at('flow sizes'), '120,430 hosts'), cost(at('flow sizes'), '200 hosts'), 'wallMs')),
    most('4', 'a minute without hits, to a search of nothing', 8, ratio(ours(at('quiet')), cost(at('quiet'), WAYS.empty))),
    ...plannerGoals(comparisons),
    most('6', 'distinct addresses of all flows, to composite pages of 10,000', 0.3, counts.flow < MANY_FLOWS ? null : ratio(ours(at('distinct')), cost(at('distinct'), WAYS.paged))),
    most('7', '1,000 new members over all flows, to a search of nothing', 25, ratio(ours(added), cost(added, WAYS.empty))),
    less('7', 'the same members as /32, to ours', 20, added, WAYS.prefixes),
    most('8', 'one minute of DNS, 1,200,000 names, to 1,000', 1.2, ratio(cost(at('dns sizes'), '1,200,000 names'), cost(at('dns sizes'), '1,000 names'))),
    less('8', 'literal terms of the names, to ours', 300, largest, WAYS.bare),
    ...pulls.filter(({ title }) => title !== NEW_LIST).flatMap(({ title, bodies, searches }): readonly Goal[] => [
      { id: '13', text: `${title}: sets and bodies written`, atMost: 0, unit: 'requests', measured: bodies },
      { id: '13', text: `${title}: searches`, atMost: 0, unit: 'requests', measured: searches },
    ]),
  ]
}

export function goalRow(goal: Goal): GoalRow {
  const verdict = verdictOf(goal)
  return { goal: `${goal.id}: ${goal.text}`, target: describeLimit(goal), measured: goal.measured, met: verdict === 'not measured' ? null : verdict === 'met' }
}

/** Goal 5, over every span and set: beside the better way in each, and beside either way in all. */
function plannerGoals(comparisons: readonly Comparison[]): readonly Goal[] {
  const planned = comparisons.filter(({ key }) => key.startsWith('plan '))
  const sum = (way: string): number | null => (planned.length === 0 ? null : planned.reduce((all, cell) => all + (cost(cell, way)?.serverMs ?? 0), 0))
  const worst = planned.map((cell) => {
    const plain = [WAYS.digest, WAYS.list].map((way) => cost(cell, way)?.serverMs ?? Infinity)
    return (cost(cell, WAYS.ours)?.serverMs ?? Infinity) / Math.min(...plain)
  })
  return [
    most('5', 'as planned, to the better way: the worst of all spans and sets', 1.3, worst.length === 0 ? null : Math.max(...worst)),
    most('5', 'as planned, all spans and sets, to distinct values alone', 0.5, quotient(sum(WAYS.ours), sum(WAYS.digest))),
    most('5', 'as planned, all spans and sets, to lists alone', 0.5, quotient(sum(WAYS.ours), sum(WAYS.list))),
  ]
}

function most(id: string, text: string, atMost: number, measured: number | null): Goal {
  return { id, text, atMost, unit: '×', measured }
}

function less(id: string, text: string, atLeast: number, comparison: Comparison | undefined, rival: string): Goal {
  return { id, text, atLeast, unit: '×', measured: ratio(cost(comparison, rival), ours(comparison)) }
}

function cost(comparison: Comparison | undefined, way: string): Cost | undefined {
  return comparison?.costs.find(({ name }) => name === way)
}

function ours(comparison: Comparison | undefined): Cost | undefined {
  return cost(comparison, WAYS.ours)
}

function ratio(one: Cost | undefined, other: Cost | undefined, figure: Figure = 'serverMs'): number | null {
  return quotient(one?.[figure] ?? null, other?.[figure] ?? null)
}

function quotient(one: number | null, other: number | null): number | null {
  return one === null || other === null || other === 0 ? null : one / other
}
