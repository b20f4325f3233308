import type { NetworkSetOwner } from './network-set-api.ts'

/** Of which feeds there are network sets in the cluster. */
export interface NetworkSetOwners {
  /**
   * By the name and the ownership label of the objects; a feed as often as it has objects. None where the kind is not served.
   * @throws FeedFailure `ApiUnavailable`
   */
  list(signal: AbortSignal): Promise<readonly NetworkSetOwner[]>
}
