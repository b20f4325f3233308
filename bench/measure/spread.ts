import type { ContestResult } from './contest.ts'

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** The middle of some figures and their ends; null when there are none. */
export function spreadOf(figures: readonly number[]): Spread | null {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length >>> 1
  const [least, most, upper] = [sorted[0], sorted.at(-1), sorted[middle]]
  if (least === undefined || most === undefined || upper === undefined) return null
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1] ?? upper
  return { median: (lower + upper) / 2, least, most }
}

/** A contestant's figure over its runs; null when it was absent, or has no such figure. */
export function figureOf(contest: ContestResult | undefined, name: string, figure: string): Spread | null {
  const runs = contest?.results.find((result) => result.name === name)?.runs ?? []
  return spreadOf(runs.map((run) => run[figure]).filter((value) => value !== undefined))
}
