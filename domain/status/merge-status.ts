import type { Condition, FeedStatus } from './feed-status.ts'

/**
 * What to show when this is wanted: of each time the later one, so that none ever goes back (contract Q-09), and a transition of a
 * condition only where its status is another one (contract T-05). What our own CRD adds stays as long as nothing of it is wanted.
 */
export function mergeStatus(current: FeedStatus, wanted: FeedStatus): FeedStatus {
  const sync = later(current.lastSuccessfulSync, wanted.lastSuccessfulSync)
  const search = later(current.lastSuccessfulSearch, wanted.lastSuccessfulSearch)
  const { observedGeneration, conditions, set, networkSet } = wanted.conditions === undefined ? current : wanted
  return {
    ...(sync === undefined ? {} : { lastSuccessfulSync: sync }),
    ...(search === undefined ? {} : { lastSuccessfulSearch: search }),
    errorConditions: wanted.errorConditions,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(conditions === undefined ? {} : { conditions: conditions.map((condition) => sinceWhen(condition, current.conditions ?? [])) }),
    ...(set === undefined ? {} : { set }),
    ...(networkSet === undefined ? {} : { networkSet }),
  }
}

function later(current: string | undefined, wanted: string | undefined): string | undefined {
  if (current === undefined || wanted === undefined) return current ?? wanted
  return Date.parse(wanted) > Date.parse(current) ? wanted : current
}

function sinceWhen(condition: Condition, current: readonly Condition[]): Condition {
  const before = current.find(({ type }) => type === condition.type)
  const stays = before?.status === condition.status && before.lastTransitionTime !== ''
  return stays ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition
}

/** Whether both say the same, apart from the two times. */
export function saysTheSame(a: FeedStatus, b: FeedStatus): boolean {
  return saying(a) === saying(b)
}

/** Both kinds of statuses, read and made, have their fields in one order. */
function saying({ errorConditions, observedGeneration, conditions, set, networkSet }: FeedStatus): string {
  return JSON.stringify([errorConditions, observedGeneration, conditions, set, networkSet])
}
