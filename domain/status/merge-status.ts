import type { ErrorCondition } from '../run/state.ts'
import type { FeedStatus } from './feed-status.ts'

/** What to show when this is wanted: its conditions, and of each time the later one, so that none ever goes back (contract Q-09). */
export function mergeStatus(current: FeedStatus, wanted: FeedStatus): FeedStatus {
  const sync = later(current.lastSuccessfulSync, wanted.lastSuccessfulSync)
  const search = later(current.lastSuccessfulSearch, wanted.lastSuccessfulSearch)
  return {
    ...(sync === undefined ? {} : { lastSuccessfulSync: sync }),
    ...(search === undefined ? {} : { lastSuccessfulSearch: search }),
    errorConditions: wanted.errorConditions,
  }
}

function later(current: string | undefined, wanted: string | undefined): string | undefined {
  if (current === undefined || wanted === undefined) return current ?? wanted
  return Date.parse(wanted) > Date.parse(current) ? wanted : current
}

export function sameStatus(a: FeedStatus, b: FeedStatus): boolean {
  return a.lastSuccessfulSync === b.lastSuccessfulSync && a.lastSuccessfulSearch === b.lastSuccessfulSearch && sameConditions(a, b)
}

export function sameConditions(a: FeedStatus, b: FeedStatus): boolean {
  return a.errorConditions.length === b.errorConditions.length && a.errorConditions.every((one, at) => same(one, b.errorConditions[at]))
}

function same(a: ErrorCondition, b: ErrorCondition | undefined): boolean {
  return a.type === b?.type && a.message === b.message
}
