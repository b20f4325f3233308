import type { ContestResult } from './contest.ts'
import { describeLimit, describeVerdict, type Goal } from './goals.ts'
import { figureOf } from './spread.ts'
import { markdownTable, plainTable, type Rows } from './table.ts'

export interface Column {
  readonly figure: string
  readonly head: string
  readonly digits: number
  /** Also the least and the most of the runs. */
  readonly spread?: boolean
}

export interface Layout {
  /** The contestant that the others are compared with. */
  readonly ours: string
  /** The figure by which they are. */
  readonly compared: string
  readonly columns: readonly Column[]
}

/** One line for each contestant: medians, the ratio to ours, and who was missing and where to get it. */
export function contestRows(contest: ContestResult, { ours, compared, columns }: Layout): Rows {
  const ourMedian = figureOf(contest, ours, compared)?.median
  const head = [contest.title, ...columns.map((column) => column.head), 'to ours']
  const rows = contest.results.map(({ name }) => {
    const median = figureOf(contest, name, compared)?.median
    const ratio = median === undefined || ourMedian === undefined ? '' : `${(median / ourMedian).toFixed(2)}×`
    return [name, ...columns.map((column) => cell(contest, name, column)), ratio]
  })
  return [head, ...rows, ...contest.absent.map(({ name }) => [name, 'not here', ...columns.map(() => '')])]
}

export function goalRows(goals: readonly Goal[]): Rows {
  return [['goal', 'to reach', 'found'], ...goals.map((goal) => [`${goal.id}: ${goal.text}`, describeLimit(goal), describeVerdict(goal)])]
}

/** All tables, for a terminal or in Markdown, and how to get what was missing. */
export function report(tables: readonly Rows[], contests: readonly ContestResult[], markdown: boolean): string {
  const missing = new Map(contests.flatMap(({ absent }) => absent).map(({ name, howToGet }) => [name, `${name} was not measured: ${howToGet}.`]))
  const parts = tables.map(markdown ? markdownTable : plainTable)
  if (missing.size > 0) parts.push([...missing.values()].join('\n'))
  return parts.join('\n\n')
}

function cell(contest: ContestResult, name: string, { figure, digits, spread = false }: Column): string {
  const found = figureOf(contest, name, figure)
  if (found === null) return ''
  const text = found.median.toFixed(digits)
  return spread ? `${text} (${found.least.toFixed(digits)}..${found.most.toFixed(digits)})` : text
}
