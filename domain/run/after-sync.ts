import { withCondition } from './conditions.ts'
import type { ConditionType, FeedState } from './state.ts'

const MENDED: readonly ConditionType[] = ['PullFailed', 'PushInvalid', 'StoreFailed']

/**
 * The state once a sync succeeded, which is what the state document holds from the adoption on: whoever goes on from it owes no
 * report of it (contract T-01, T-02, S-07).
 * @param at milliseconds since the epoch
 */
export function afterSync(state: FeedState, at: number): FeedState {
  const conditions = MENDED.reduce((left, type) => withCondition(left, type, null), state.conditions)
  return { ...state, lastSyncAt: Math.max(at, state.lastSyncAt ?? 0), failedPulls: 0, retryPullAt: null, unasked: false, conditions }
}
