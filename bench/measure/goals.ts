/** Something to reach: a ratio to a rival in the same run, or a size. */
export interface Goal {
  /** The number by which people speak of it. */
  readonly id: string
  readonly text: string
  readonly atMost: number
  readonly unit: '×' | 'MB' | 'bytes'
  /** What was measured; null when something that it takes was not there. */
  readonly measured: number | null
  /** The same ratio of processor times, for readers whose machine was busy; the goal does not hang on it. */
  readonly measuredCpu?: number | null
}

export type Verdict = 'met' | 'missed' | 'not measured'

/** What was not measured is never met. */
export function verdictOf({ atMost, measured }: Goal): Verdict {
  if (measured === null) return 'not measured'
  return measured <= atMost ? 'met' : 'missed'
}

/** Such as `0.82× met`. */
export function describeVerdict(goal: Goal): string {
  if (goal.measured === null) return verdictOf(goal)
  const cpu = typeof goal.measuredCpu === 'number' ? ` (CPU ${inUnit(goal.measuredCpu, goal.unit)})` : ''
  return `${inUnit(goal.measured, goal.unit)} ${verdictOf(goal)}${cpu}`
}

export function describeLimit({ atMost, unit }: Goal): string {
  return `≤ ${inUnit(atMost, unit)}`
}

function inUnit(value: number, unit: Goal['unit']): string {
  if (unit === '×') return `${value.toFixed(2)}×`
  return `${value.toFixed(1)} ${unit}`
}
