import { combineTexts, EITHER, type Keep } from './combine-texts.ts'
import type { IndicatorSet } from './indicator-set.ts'
import { makeSet } from './make-set.ts'

/** Members of either. All of these are linear in the sets' texts and make no strings. */
export function union(a: IndicatorSet, b: IndicatorSet): Promise<IndicatorSet> {
  return combine(a, b, EITHER)
}

/** Members of both. */
export function intersect(a: IndicatorSet, b: IndicatorSet): Promise<IndicatorSet> {
  return combine(a, b, { onlyFirst: false, both: true, onlySecond: false })
}

/** Members of `a` that are not in `b`. */
export function subtract(a: IndicatorSet, b: IndicatorSet): Promise<IndicatorSet> {
  return combine(a, b, { onlyFirst: true, both: false, onlySecond: false })
}

/** What a new version adds and removes. */
export async function delta(
  previous: IndicatorSet,
  next: IndicatorSet,
): Promise<{ readonly added: IndicatorSet; readonly removed: IndicatorSet }> {
  return { added: await subtract(next, previous), removed: await subtract(previous, next) }
}

function combine(a: IndicatorSet, b: IndicatorSet, keep: Keep): Promise<IndicatorSet> {
  if (a.content !== b.content) throw new TypeError(`sets of ${a.content} and ${b.content} cannot be combined`)
  const { text, members } = combineTexts(a.text, b.text, keep)
  return makeSet(a.content, text, members)
}
