import type { IndicatorSet } from '../sets/indicator-set.ts'
import { membersOf } from '../sets/members.ts'

/** What is worth knowing of a DomainNameSet. */
export interface NameFacts {
  /** Names with an ACE label, which stand for Unicode. */
  readonly ace: number
  /** The most frequent last labels. */
  readonly lastLabels: readonly { readonly label: string; readonly members: number }[]
  /** How many last labels there are. */
  readonly lastLabelCount: number
}

const SHOWN = 10

export function nameFacts(set: IndicatorSet): NameFacts {
  const labels = new Map<string, number>()
  let ace = 0
  for (const name of membersOf(set)) {
    if (/(?:^|\.)xn--/.test(name)) ace++
    const label = name.slice(name.lastIndexOf('.') + 1)
    labels.set(label, (labels.get(label) ?? 0) + 1)
  }
  const sorted = [...labels].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return { ace, lastLabels: sorted.slice(0, SHOWN).map(([label, members]) => ({ label, members })), lastLabelCount: sorted.length }
}
