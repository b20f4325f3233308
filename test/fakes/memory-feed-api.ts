import type { FeedApi, FeedObject } from '../../activities/ports/feed-api.ts'
import { currentStatus } from '../../domain/status/current-status.ts'

export interface MemoryFeedApi extends FeedApi {
  /** @returns the new object's uid. */
  put(name: string, spec: Record<string, unknown>, annotations?: Record<string, string>): string
  delete(name: string): void
}

interface Held {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string; readonly annotations: Record<string, string> }
  readonly spec: Record<string, unknown>
  readonly status?: unknown
}

/** Feeds in a map; passes the contract of the real adapter. */
export function memoryFeedApi(): MemoryFeedApi {
  const feeds = new Map<string, Held>()
  let version = 0
  const change = (name: string, uid: string, changes: Partial<Held>): void => {
    const held = feeds.get(name)
    if (held?.metadata.uid === uid) feeds.set(name, { ...held, ...changes, metadata: { ...held.metadata, resourceVersion: String(++version) } })
  }
  const objectOf = (name: string): FeedObject | null => {
    const held = feeds.get(name)
    if (held === undefined) return null
    const { uid, resourceVersion } = held.metadata
    return { name, uid, resourceVersion, object: { apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', ...held } }
  }
  return {
    put(name, spec, annotations = {}) {
      const uid = `feed-uid-${++version}`
      feeds.set(name, { metadata: { name, uid, resourceVersion: String(version), annotations }, spec })
      return uid
    },
    delete(name) {
      feeds.delete(name)
    },
    async read(name) {
      return objectOf(name)
    },
    async updateStatus(name, uid, next) {
      const held = feeds.get(name)
      if (held?.metadata.uid !== uid) return null
      const before = currentStatus({ ...held })
      const status = next(before)
      if (status === null) return null
      change(name, uid, { status })
      const feed = objectOf(name)
      return feed === null ? null : { feed, before, after: status }
    },
    async disable(name, uid) {
      const held = feeds.get(name)
      if (held?.metadata.uid !== uid) return held === undefined ? 'absent' : 'replaced'
      change(name, uid, { spec: { ...feeds.get(name)?.spec, mode: 'Disabled' } })
      return 'disabled'
    },
    async enable(name, uid) {
      const held = feeds.get(name)
      if (held?.metadata.uid !== uid) return held === undefined ? 'absent' : 'replaced'
      if (held.spec['mode'] === 'Disabled') change(name, uid, { spec: { ...held.spec, mode: 'Enabled' } })
      return 'enabled'
    },
  }
}
