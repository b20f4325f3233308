import type { HeldNetworkSet, NetworkSet } from '../../domain/network-set/network-set.ts'

/** The feed that owns network sets. */
export interface NetworkSetOwner {
  readonly name: string
  readonly uid: string
}

/** Those labelled with the feed's uid, or those too that have a name of this feed's, whoever made them. */
export type NetworkSetsSought = 'labelled' | 'labelled-or-named'

/**
 * GlobalNetworkSets of feeds, by the ownership label (contract G-01 to G-05). Each method throws FeedFailure `GlobalNetworkSetSyncFailed` when a
 * write is refused, `ApiUnavailable` when the API server is down or does not serve the kind.
 */
export interface NetworkSetApi {
  /** Without what they hold. By name it costs a look at the metadata of all network sets of the cluster, of every feed. */
  list(owner: NetworkSetOwner, sought: NetworkSetsSought, signal: AbortSignal): Promise<readonly HeldNetworkSet[]>
  /** The prefixes of exactly this version, or null when it is not there any more. */
  read(object: HeldNetworkSet, signal: AbortSignal): Promise<readonly string[] | null>
  /** With an owner reference where the cluster keeps one (contract G-05). @returns null when one of this name exists, or was changed at once. */
  create(object: NetworkSet, owner: NetworkSetOwner, signal: AbortSignal): Promise<HeldNetworkSet | null>
  /** PUT with the version's resourceVersion. @returns false when someone else wrote it first. */
  update(held: HeldNetworkSet, object: NetworkSet, owner: NetworkSetOwner, signal: AbortSignal): Promise<boolean>
  /** With uid and resourceVersion preconditions. @returns false when it changed meanwhile. */
  remove(object: HeldNetworkSet, signal: AbortSignal): Promise<boolean>
}
