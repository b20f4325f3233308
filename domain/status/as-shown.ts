import type { Condition, FeedStatus } from './feed-status.ts'

/** What of the conditions a run knows also before the store told it what earlier ones knew. */
const KNOWN: ReadonlySet<Condition['type']> = new Set(['Ready', 'Synced'])

/**
 * What a run wants to say that does not know yet what earlier ones knew: what is in force goes on being said as it is shown, since all of
 * it stays in force meanwhile (contract S-07, T-05).
 */
export function asShown(shown: FeedStatus, wanted: FeedStatus): FeedStatus {
  const { conditions } = wanted
  if (conditions === undefined) return wanted
  const { set, networkSet } = shown
  const stays = (condition: Condition): Condition =>
    KNOWN.has(condition.type) ? condition : (shown.conditions?.find(({ type }) => type === condition.type) ?? condition)
  return {
    ...wanted,
    conditions: conditions.map(stays),
    ...(set === undefined ? {} : { set }),
    ...(networkSet === undefined ? {} : { networkSet }),
  }
}
