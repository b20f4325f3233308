import type { NetworkSetObject } from '../../domain/network-set/network-set.ts'

/** GlobalNetworkSets of feeds, by the ownership label (contract G-01, G-02). Failures are FeedFailure `GlobalNetworkSetSyncFailed` or `ApiUnavailable`. */
export interface NetworkSetApi {
  /** Those that carry our label with this uid, and the one named `threatfeed.<name>` whoever made it. */
  list(feedName: string, uid: string, signal: AbortSignal): Promise<readonly NetworkSetObject[]>
  create(object: NetworkSetObject, signal: AbortSignal): Promise<void>
  /** PUT with the object's resourceVersion. @returns false when someone else wrote it first. */
  update(object: NetworkSetObject, signal: AbortSignal): Promise<boolean>
  /** With uid and resourceVersion preconditions. @returns false when it changed meanwhile. */
  remove(object: NetworkSetObject, signal: AbortSignal): Promise<boolean>
}
