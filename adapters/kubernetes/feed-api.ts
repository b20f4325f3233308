import type { FeedApi, FeedObject } from '../../activities/ports/feed-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { Disabling } from '../../domain/run/steps.ts'
import { currentStatus } from '../../domain/status/current-status.ts'
import type { FeedStatus } from '../../domain/status/feed-status.ts'
import { mergeStatus, sameStatus } from '../../domain/status/merge-status.ts'
import { identityOf, isAbsent, record, refused } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import { LOST_RACES } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

const RESOURCE = 'globalthreatfeeds'

/** GlobalThreatFeeds on the API server. */
export class KubernetesFeedApi implements FeedApi {
  readonly #server: ApiServer
  readonly #groups: ResourceGroups

  constructor(server: ApiServer, groups: ResourceGroups) {
    this.#server = server
    this.#groups = groups
  }

  async read(name: string, signal: AbortSignal): Promise<FeedObject | null> {
    const answer = await this.#server.request({ method: 'GET', path: await this.#path(name, signal) }, signal)
    if (isAbsent(answer, RESOURCE, name)) return null
    if (answer.status !== 200) throw refused(answer, `a read of the feed ${name}`)
    return { ...identityOf(answer.body), object: record(answer.body) }
  }

  async writeStatus(name: string, uid: string, status: FeedStatus, signal: AbortSignal): Promise<boolean> {
    const outcome = await this.#patch(name, uid, signal, (object) => {
      const current = currentStatus(object)
      const wanted = mergeStatus(current, status)
      return sameStatus(current, wanted) ? null : { subresource: '/status', change: { status: wanted } }
    })
    return outcome === 'written'
  }

  async disable(name: string, uid: string, signal: AbortSignal): Promise<Disabling> {
    const outcome = await this.#patch(name, uid, signal, (object) =>
      record(object['spec'])['mode'] === 'Disabled' ? null : { subresource: '', change: { spec: { mode: 'Disabled' } } },
    )
    return outcome === 'written' || outcome === 'same' ? 'disabled' : outcome
  }

  /** Applies a change to the object as it was just read, and only to that: another uid, or an absent object, is left alone. */
  async #patch(
    name: string,
    uid: string,
    signal: AbortSignal,
    changeOf: (object: FeedObject['object']) => { readonly subresource: string; readonly change: object } | null,
  ): Promise<'written' | 'same' | 'absent' | 'replaced'> {
    const path = await this.#path(name, signal)
    for (let race = 0; race < LOST_RACES; race++) {
      const feed = await this.read(name, signal)
      if (feed === null) return 'absent'
      if (feed.uid !== uid) return 'replaced'
      const wanted = changeOf(feed.object)
      if (wanted === null) return 'same'
      const body = { metadata: { uid, resourceVersion: feed.resourceVersion }, ...wanted.change }
      const answer = await this.#server.request({ method: 'PATCH', path: `${path}${wanted.subresource}`, body }, signal)
      if (answer.status === 200) return 'written'
      const gone = isAbsent(answer, RESOURCE, name)
      if (answer.status !== 409 && !gone) throw refused(answer, `a write of the feed ${name}`)
    }
    throw new FeedFailure('ApiUnavailable', 'retry', `the feed ${name} was changed by others at each of ${LOST_RACES} tries to write it`)
  }

  async #path(name: string, signal: AbortSignal): Promise<string> {
    return `${await this.#groups.pathOf(RESOURCE, signal)}/${encodeURIComponent(name)}`
  }
}
