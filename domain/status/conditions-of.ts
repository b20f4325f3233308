import type { ConditionType, ErrorCondition, FeedState, Observed } from '../run/state.ts'
import type { Condition, ConditionName } from './feed-status.ts'

/** What of a look at the resource its status hangs on. */
export type Look = Pick<Observed, 'generation' | 'enabled' | 'pullable' | 'networkSet'>

type Judged = Pick<Condition, 'status' | 'reason' | 'message'>

/** The reason of `Ready` of a disabled feed, and of what has not come to a result yet. */
export const DISABLED = 'Disabled'
const PENDING = 'Pending'

/**
 * The Kubernetes conditions that a run's state amounts to (contract T-05).
 * @param errors the error conditions as they are shown: their messages are safe (contract T-04).
 * @param at RFC 3339, the time of a transition if there is one.
 */
export function conditionsOf(state: FeedState, look: Look, errors: readonly ErrorCondition[], at: string): readonly Condition[] {
  const condition = (type: ConditionName, judged: Judged): Condition => ({
    type,
    status: judged.status,
    observedGeneration: look.generation,
    lastTransitionTime: at,
    reason: judged.reason,
    message: judged.message,
  })
  if (!look.enabled) return [condition('Ready', { status: 'False', reason: DISABLED, message: 'the feed is disabled: it is neither pulled nor searched nor enforced' })]
  const synced = judge(errors, [...(look.pullable ? [] : (['InvalidSpec'] as const)), 'PullFailed', 'PushInvalid', 'StoreFailed', 'UpdateHeld'], {
    pending: state.version === null ? 'no set is in force yet' : null,
    good: { reason: 'SetInForce', message: 'the set is what its source gave last' },
  })
  const enforced = judge(errors, [...(look.networkSet === 'invalid' ? (['InvalidSpec'] as const) : []), 'GlobalNetworkSetSyncFailed'], {
    pending: state.networkSetFor === null ? 'there is no network set yet' : null,
    good: { reason: 'NetworkSetWritten', message: 'the network set holds the set' },
  })
  const searched = judge(errors, ['SearchFailed', 'LogsUnsearchable'], {
    pending: state.lastSearchAt === null ? 'no logs were searched yet' : null,
    good: { reason: 'LogsSearched', message: 'logs are searched as they arrive' },
  })
  const parts = [condition('Synced', synced), ...(look.networkSet === 'absent' ? [] : [condition('Enforced', enforced)]), condition('Searched', searched)]
  return [condition('Ready', ready(errors, parts)), ...parts]
}

function judge(
  errors: readonly ErrorCondition[],
  types: readonly ConditionType[],
  otherwise: { readonly pending: string | null; readonly good: Pick<Judged, 'reason' | 'message'> },
): Judged {
  const error = errors.find(({ type }) => types.includes(type))
  if (error !== undefined) return { status: 'False', reason: error.type, message: error.message }
  if (otherwise.pending !== null) return { status: 'Unknown', reason: PENDING, message: otherwise.pending }
  return { status: 'True', ...otherwise.good }
}

/** Any error condition at all, also one that belongs to no part, is no readiness. */
function ready(errors: readonly ErrorCondition[], parts: readonly Condition[]): Judged {
  const [error] = errors
  if (error !== undefined) return { status: 'False', reason: error.type, message: error.message }
  const pending = parts.find(({ status }) => status !== 'True')
  if (pending !== undefined) return { status: 'False', reason: pending.reason, message: pending.message }
  return { status: 'True', reason: 'Ready', message: 'the feed is synced, enforced where that is wanted, and searched' }
}
