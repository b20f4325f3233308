import type { ErrorCondition, NetworkSetFigures } from '../run/state.ts'

/**
 * What a resource shows. The first three are those of the page (contract T-01, T-02); the rest is our own CRD's, and dropped by an API
 * server whose CRD lacks it (contract T-05). Times are RFC 3339, UTC, whole seconds (contract T-03).
 */
export interface FeedStatus {
  readonly lastSuccessfulSync?: string
  readonly lastSuccessfulSearch?: string
  readonly errorConditions: readonly ErrorCondition[]
  /** The `metadata.generation` that the rest speaks of. */
  readonly observedGeneration?: number
  readonly conditions?: readonly Condition[]
  /** Absent as long as no set is in force. */
  readonly set?: StatusSet
  /** Absent as long as there is no network set. */
  readonly networkSet?: NetworkSetFigures
}

/** As `metav1.Condition` of Kubernetes. */
export interface Condition {
  readonly type: ConditionName
  readonly status: 'True' | 'False' | 'Unknown'
  readonly observedGeneration: number
  /** When `status` last became what it is. */
  readonly lastTransitionTime: string
  /** CamelCase: the type of the error condition behind it, or one word. */
  readonly reason: string
  readonly message: string
}

/**
 * `Ready`: all is well, for `kubectl wait`. `Synced`: the set is what its source gave last. `Enforced`: so is the network set, where one is
 * wanted. `Searched`: so are the logs. A disabled feed has `Ready` alone.
 */
export const CONDITION_NAMES = ['Ready', 'Synced', 'Enforced', 'Searched'] as const
export type ConditionName = (typeof CONDITION_NAMES)[number]

/** The set in force. */
export interface StatusSet {
  /** First 12 hexadecimal digits of its SHA-256. */
  readonly version: string
  readonly members: number
  /** What it brought and took against the set before it; absent where nobody knows any more. */
  readonly added?: number
  readonly removed?: number
  /** Entries of its body that are no members, all and by reason. */
  readonly rejected: number
  readonly rejectedByReason: Readonly<Record<string, number>>
  readonly adoptedAt: string
}
