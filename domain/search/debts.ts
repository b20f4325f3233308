import type { SetRef } from '../sets/indicator-set.ts'
import { joinSpans } from './spans.ts'
import type { Debt, Span } from './window.ts'

/** About 300 bytes each in a run's history and state document: 64 are 19 kB, and enough for a dozen indices of five shards. */
export const MAX_DEBTS = 64

/** Debts grouped by the set they are owed with. */
export interface OwedSpans {
  readonly set: SetRef
  readonly spans: readonly Span[]
}

/** Debts by set, the spans of each joined where they touch. */
export function debtsBySet(debts: readonly Debt[]): readonly OwedSpans[] {
  const bySet = new Map<string, { set: SetRef; spans: Span[] }>()
  for (const { set, span } of debts) {
    const owed = bySet.get(set.sha256) ?? { set, spans: [] }
    owed.spans.push(span)
    bySet.set(set.sha256, owed)
  }
  return [...bySet.values()].map(({ set, spans }) => ({ set, spans: joinSpans(spans) }))
}

/**
 * Debts with further ones, those of one shard and set that touch joined into one.
 * @returns null when they are more than a state may hold: then nothing may be taken as searched, and the cursor stays.
 */
export function addDebts(debts: readonly Debt[], spans: readonly Span[], set: SetRef | null): readonly Debt[] | null {
  const added = set === null ? [] : spans.map((span) => ({ span, set }))
  const joined = debtsBySet([...debts, ...added]).flatMap((owed) => owed.spans.map((span) => ({ span, set: owed.set })))
  return joined.length > MAX_DEBTS ? null : joined
}
