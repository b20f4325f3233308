import type { ErrorCondition } from '../run/state.ts'

/** The status as the page knows it (contract T-01, T-02); times are RFC 3339, whole seconds (contract T-03). */
export interface FeedStatus {
  readonly lastSuccessfulSync?: string
  readonly lastSuccessfulSearch?: string
  readonly errorConditions: readonly ErrorCondition[]
}
