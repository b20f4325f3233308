import type { NetworkSetOwner } from '../../activities/ports/network-set-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { record } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import type { ResourceGroups } from './resource-groups.ts'

const KIND = 'GlobalThreatFeed'

/**
 * The feed as an owner, for the garbage collector; null where an object cannot have one: only where both kinds are served in one group,
 * by the API server itself and so from CRDs. An aggregated API server, as Calico's, would rewrite it (contract G-05). Asked at each write, since such
 * a server may be installed at any time; when it is not known, or the worker may not ask, there is none.
 */
export async function ownerReference(server: ApiServer, groups: ResourceGroups, owner: NetworkSetOwner, signal: AbortSignal): Promise<object | null> {
  try {
    const apiVersion = await groups.groupOf('globalnetworksets', signal)
    if ((await groups.groupOf('globalthreatfeeds', signal)) !== apiVersion) return null
    const service = apiVersion.split('/').reverse().join('.')
    const answer = await server.request({ method: 'GET', path: `/apis/apiregistration.k8s.io/v1/apiservices/${service}` }, signal)
    const aggregated = answer.status !== 200 || (record(record(answer.body)['spec'])['service'] ?? null) !== null
    return aggregated ? null : { apiVersion, kind: KIND, name: owner.name, uid: owner.uid }
  } catch (error) {
    if (error instanceof FeedFailure) return null
    throw error
  }
}

/** Others' owners stay; feeds of a former life go, since the garbage collector would take the object away with them. */
export function withOwner(references: unknown, owner: object | null): readonly unknown[] {
  const others = Array.isArray(references) ? references.filter((reference) => record(reference)['kind'] !== KIND) : []
  return owner === null ? others : [...others, owner]
}
