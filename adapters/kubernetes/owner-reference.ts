import type { NetworkSetOwner } from '../../activities/ports/network-set-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { record } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import { OWNER_GROUP_FRESH_MS } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

const KIND = 'GlobalThreatFeed'

/**
 * Feeds as owners, for the garbage collector: only where both kinds are served in one group, by the API server itself and so from CRDs. An
 * aggregated API server, as Calico's, would rewrite them (contract G-05). Such a server may be installed at any time, so what was found holds
 * for a minute, for all feeds: a sync of many writes asks once or twice, and a reference too many or too few does no harm.
 */
export class OwnerReferences {
  readonly #server: ApiServer
  readonly #groups: ResourceGroups
  readonly #now: () => number
  #found: { readonly at: number; readonly apiVersion: string | null } | null = null

  /** @param now milliseconds of a monotonic clock. */
  constructor(server: ApiServer, groups: ResourceGroups, now: () => number = () => performance.now()) {
    this.#server = server
    this.#groups = groups
    this.#now = now
  }

  /** @returns null where an object cannot have one, and when that is not known or the worker may not ask. */
  async of({ name, uid }: NetworkSetOwner, signal: AbortSignal): Promise<object | null> {
    const apiVersion = await this.#apiVersion(signal)
    return apiVersion === null ? null : { apiVersion, kind: KIND, name, uid }
  }

  async #apiVersion(signal: AbortSignal): Promise<string | null> {
    const at = this.#now()
    if (this.#found !== null && at - this.#found.at < OWNER_GROUP_FRESH_MS) return this.#found.apiVersion
    try {
      const apiVersion = await this.#ask(signal)
      this.#found = { at, apiVersion }
      return apiVersion
    } catch (error) {
      if (error instanceof FeedFailure) return null
      throw error
    }
  }

  async #ask(signal: AbortSignal): Promise<string | null> {
    const apiVersion = await this.#groups.groupOf('globalnetworksets', signal)
    if ((await this.#groups.groupOf('globalthreatfeeds', signal)) !== apiVersion) return null
    const service = apiVersion.split('/').reverse().join('.')
    const answer = await this.#server.request({ method: 'GET', path: `/apis/apiregistration.k8s.io/v1/apiservices/${service}` }, signal)
    const aggregated = answer.status !== 200 || (record(record(answer.body)['spec'])['service'] ?? null) !== null
    return aggregated ? null : apiVersion
  }
}

/** Others' owners stay; feeds of a former life go, since the garbage collector would take the object away with them. */
export function withOwner(references: unknown, owner: object | null): readonly unknown[] {
  const others = Array.isArray(references) ? references.filter((reference) => record(reference)['kind'] !== KIND) : []
  return owner === null ? others : [...others, owner]
}
