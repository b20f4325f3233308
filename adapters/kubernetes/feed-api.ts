import type { FeedApi, FeedObject, StatusChange } from '../../activities/ports/feed-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { Enabling } from '../../domain/run/requests.ts'
import type { Disabling } from '../../domain/run/steps.ts'
import { currentStatus } from '../../domain/status/current-status.ts'
import type { FeedStatus } from '../../domain/status/feed-status.ts'
import { identityOf, isAbsent, record, refused } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import { LOST_RACES } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

const RESOURCE = 'globalthreatfeeds'

/** GlobalThreatFeeds on the API server. */
export class KubernetesFeedApi implements FeedApi {
  readonly #server: ApiServer
  readonly #groups: Pick<ResourceGroups, 'pathOf'>

  constructor(server: ApiServer, groups: Pick<ResourceGroups, 'pathOf'>) {
    this.#server = server
    this.#groups = groups
  }

  async read(name: string, signal: AbortSignal): Promise<FeedObject | null> {
    const answer = await this.#server.request({ method: 'GET', path: await this.#path(name, signal) }, signal)
    if (isAbsent(answer, RESOURCE, name)) return null
    if (answer.status !== 200) throw refused(answer, `a read of the feed ${name}`)
    return feedOf(answer.body)
  }

  async updateStatus(name: string, uid: string, next: (shown: FeedStatus) => FeedStatus | null, signal: AbortSignal): Promise<StatusChange | null> {
    const outcome = await this.#patch(name, uid, signal, (object) => {
      const status = next(currentStatus(object))
      // A merge patch takes out only what it names.
      return status === null ? null : { subresource: '/status', change: { status: { ...status, set: status.set ?? null, networkSet: status.networkSet ?? null } } }
    })
    if (typeof outcome === 'string') return null
    const { before, after } = outcome
    return { feed: after, before: currentStatus(before.object), after: currentStatus(after.object) }
  }

  async disable(name: string, uid: string, signal: AbortSignal): Promise<Disabling> {
    const outcome = await this.#patch(name, uid, signal, (object) =>
      record(object['spec'])['mode'] === 'Disabled' ? null : { subresource: '', change: { spec: { mode: 'Disabled' } } },
    )
    return typeof outcome !== 'string' || outcome === 'same' ? 'disabled' : outcome
  }

  async enable(name: string, uid: string, signal: AbortSignal): Promise<Enabling> {
    // Absent is enabled too (contract V-02).
    const outcome = await this.#patch(name, uid, signal, (object) =>
      record(object['spec'])['mode'] === 'Disabled' ? { subresource: '', change: { spec: { mode: 'Enabled' } } } : null,
    )
    return typeof outcome !== 'string' || outcome === 'same' ? 'enabled' : outcome
  }

  /** Applies a change to the object as it was just read, and only to that: another uid, or an absent object, is left alone. */
  async #patch(
    name: string,
    uid: string,
    signal: AbortSignal,
    changeOf: (object: FeedObject['object']) => { readonly subresource: string; readonly change: object } | null,
  ): Promise<{ readonly before: FeedObject; readonly after: FeedObject } | 'same' | 'absent' | 'replaced'> {
    const path = await this.#path(name, signal)
    for (let race = 0; race < LOST_RACES; race++) {
      const feed = await this.read(name, signal)
      if (feed === null) return 'absent'
      if (feed.uid !== uid) return 'replaced'
      const wanted = changeOf(feed.object)
      if (wanted === null) return 'same'
      const body = { metadata: { uid, resourceVersion: feed.resourceVersion }, ...wanted.change }
      const answer = await this.#server.request({ method: 'PATCH', path: `${path}${wanted.subresource}`, body }, signal)
      if (answer.status === 200) return { before: feed, after: feedOf(answer.body) }
      const gone = isAbsent(answer, RESOURCE, name)
      if (answer.status !== 409 && !gone) throw refused(answer, `a write of the feed ${name}`)
    }
    throw new FeedFailure('ApiUnavailable', 'retry', `the feed ${name} was changed by others at each of ${LOST_RACES} tries to write it`)
  }

  async #path(name: string, signal: AbortSignal): Promise<string> {
    return `${await this.#groups.pathOf(RESOURCE, signal)}/${encodeURIComponent(name)}`
  }
}

function feedOf(body: unknown): FeedObject {
  return { ...identityOf(body), object: record(body) }
}
