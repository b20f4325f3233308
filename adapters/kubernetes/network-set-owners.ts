import type { NetworkSetOwner } from '../../activities/ports/network-set-api.ts'
import type { NetworkSetOwners } from '../../activities/ports/network-set-owners.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL, feedOfNetworkSet } from '../../domain/network-set/network-set.ts'
import { pageOf } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import { METADATA_LIST, takeMetadata } from './follow.ts'
import { METADATA_PAGE, PAGE_MAX_BYTES } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

/** Owners of the GlobalNetworkSets on the API server: of those that have both a name of a feed's and our label (contract G-02). */
export class KubernetesNetworkSetOwners implements NetworkSetOwners {
  readonly #server: ApiServer
  readonly #groups: ResourceGroups

  constructor(server: ApiServer, groups: ResourceGroups) {
    this.#server = server
    this.#groups = groups
  }

  async list(signal: AbortSignal): Promise<readonly NetworkSetOwner[]> {
    const path = await this.#path(signal)
    if (path === null) return []
    const owners: NetworkSetOwner[] = []
    let token = ''
    do {
      const query = { labelSelector: FEED_UID_LABEL, limit: String(METADATA_PAGE), ...(token === '' ? {} : { continue: token }) }
      const answer = await this.#server.request({ method: 'GET', path, query, accept: METADATA_LIST, maxBytes: PAGE_MAX_BYTES }, signal)
      const page = pageOf(answer, 'network sets')
      owners.push(...page.items.flatMap(ownerOf))
      token = page.token
    } while (token !== '')
    return owners
  }

  /** null where the kind was never served, so that there can be none. */
  async #path(signal: AbortSignal): Promise<string | null> {
    try {
      return await this.#groups.pathOf('globalnetworksets', signal)
    } catch (error) {
      if (error instanceof FeedFailure && error.fields.status === 404) return null
      throw error
    }
  }
}

function ownerOf(object: unknown): readonly NetworkSetOwner[] {
  const { name, labels } = takeMetadata(object)
  const feed = feedOfNetworkSet(name)
  const uid = labels[FEED_UID_LABEL]
  return feed === null || typeof uid !== 'string' || uid === '' ? [] : [{ name: feed, uid }]
}
