import { FeedFailure } from '../../domain/failure.ts'
import { record, refused } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import { DISCOVERY_MAX_BYTES } from './limits.ts'

export type ResourceName = 'globalthreatfeeds' | 'globalnetworksets'

/** In this order: the group of the reference page, else the one in which open-source Calico keeps its own kinds (contract V-20). */
const GROUPS = ['projectcalico.org/v3', 'crd.projectcalico.org/v1'] as const
type GroupVersion = (typeof GROUPS)[number]

/**
 * Which group serves a kind, found once for each kind by discovery and then remembered for the life of the process: a group that is
 * down is not another group. Moving the kinds to the other group takes a restart of the worker.
 */
export class ResourceGroups {
  readonly #server: ApiServer
  readonly #found = new Map<ResourceName, GroupVersion>()

  constructor(server: ApiServer) {
    this.#server = server
  }

  /**
   * @throws FeedFailure `ApiUnavailable`: with status 404 when both groups say that they do not serve the kind, and it was never seen
   * served; without when one cannot say now.
   */
  async groupOf(resource: ResourceName, signal: AbortSignal): Promise<GroupVersion> {
    const known = this.#found.get(resource)
    if (known !== undefined) return known
    for (const group of GROUPS) {
      if (!(await this.#serves(group, resource, signal))) continue
      this.#found.set(resource, group)
      return group
    }
    throw new FeedFailure('ApiUnavailable', 'user', `the Kubernetes API server does not serve ${resource}; are its CRDs installed?`, {
      status: 404,
    })
  }

  /** Path of the kind's objects, from the root. */
  async pathOf(resource: ResourceName, signal: AbortSignal): Promise<string> {
    return `/apis/${await this.groupOf(resource, signal)}/${resource}`
  }

  async #serves(group: GroupVersion, resource: ResourceName, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#server.request({ method: 'GET', path: `/apis/${group}`, maxBytes: DISCOVERY_MAX_BYTES }, signal)
    if (answer.status === 404) return false
    const resources = record(answer.body)['resources']
    if (answer.status !== 200 || !Array.isArray(resources)) throw refused(answer, `the discovery of ${group}`)
    return resources.some((entry) => record(entry)['name'] === resource)
  }
}
