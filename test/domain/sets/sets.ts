import type { Content } from '../../../domain/feed/content.ts'
import { setFromValues } from '../../../domain/sets/set-from-values.ts'
import type { IndicatorSet } from '../../../domain/sets/indicator-set.ts'
import { membersOf } from '../../../domain/sets/members.ts'

/** A set of entries, all of which must be good. */
export async function setOf(entries: readonly string[], content: Content = 'IPSet'): Promise<IndicatorSet> {
  const result = await setFromValues(entries, content)
  if (!result.ok) throw new Error(result.message)
  return result.parsed.set
}

export function list(set: IndicatorSet): string[] {
  return [...membersOf(set)]
}
