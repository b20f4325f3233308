/** Something to reach: a ratio to a rival in the same run, a size, or a number. */
export type Goal = Wanted & (Upper | Lower)

interface Upper {
  readonly atMost: number
}

/** How many times less ours takes. */
interface Lower {
  readonly atLeast: number
}

interface Wanted {
  /** The number by which people speak of it. */
  readonly id: string
  readonly text: string
  readonly unit: '×' | 'MB' | 'bytes' | 'requests'
  /** What was measured; null when something that it takes was not there. */
  readonly measured: number | null
  /** The same ratio of processor times, for readers whose machine was busy; the goal does not hang on it. */
  readonly measuredCpu?: number | null
}

export type Verdict = 'met' | 'missed' | 'not measured'

/** What was not measured is never met. */
export function verdictOf(goal: Goal): Verdict {
  const { measured } = goal
  if (measured === null) return 'not measured'
  return ('atMost' in goal ? measured <= goal.atMost : measured >= goal.atLeast) ? 'met' : 'missed'
}

/** Such as `0.82× met`. */
export function describeVerdict(goal: Goal): string {
  if (goal.measured === null) return verdictOf(goal)
  const cpu = typeof goal.measuredCpu === 'number' ? ` (CPU ${inUnit(goal.measuredCpu, goal.unit)})` : ''
  return `${inUnit(goal.measured, goal.unit)} ${verdictOf(goal)}${cpu}`
}

export function describeLimit(goal: Goal): string {
  return 'atMost' in goal ? `≤ ${inUnit(goal.atMost, goal.unit)}` : `≥ ${inUnit(goal.atLeast, goal.unit)}`
}

function inUnit(value: number, unit: Goal['unit']): string {
  if (unit === '×') return `${value.toFixed(2)}×`
  if (unit === 'requests') return `${value} ${unit}`
  return `${value.toFixed(1)} ${unit}`
}
