import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL, type NetworkSetObject, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'

export interface MemoryNetworkSetApi extends NetworkSetApi {
  readonly objects: Map<string, NetworkSetObject>
  /** Called before each write, to be someone else who writes first. */
  readonly before: { write?: (object: NetworkSetObject) => void }
  /** Stands for a hand that edits an object. */
  edit(name: string, changes: Partial<NetworkSetObject>): void
}

/** Network sets in a map; passes the contract of the real adapter. */
export function memoryNetworkSetApi(): MemoryNetworkSetApi {
  const objects = new Map<string, NetworkSetObject>()
  const before: MemoryNetworkSetApi['before'] = {}
  let version = 0
  const current = ({ name, uid, resourceVersion }: NetworkSetObject): NetworkSetObject | undefined => {
    const held = objects.get(name)
    return held?.uid === uid && held?.resourceVersion === resourceVersion ? held : undefined
  }
  return {
    objects,
    before,
    edit(name, changes) {
      const held = objects.get(name)
      objects.set(name, { name, labels: {}, annotations: {}, nets: [], uid: `uid-${++version}`, ...held, ...changes, resourceVersion: String(++version) })
    },
    async list(feedName, uid) {
      return [...objects.values()].filter(({ name, labels }) => labels[FEED_UID_LABEL] === uid || name === `threatfeed.${feedName}`)
    },
    async create(object) {
      before.write?.(object)
      if (objects.has(object.name)) throw new FeedFailure('GlobalNetworkSetSyncFailed', 'retry', 'exists')
      objects.set(object.name, { ...object, uid: `uid-${++version}`, resourceVersion: String(version) })
    },
    async update(object) {
      before.write?.(object)
      const held = current(object)
      if (held === undefined) return false
      const others = Object.fromEntries(Object.entries(held.annotations).filter(([key]) => key !== SPAN_ANNOTATION))
      objects.set(object.name, { ...object, annotations: { ...others, ...object.annotations }, resourceVersion: String(++version) })
      return true
    },
    async remove(object) {
      before.write?.(object)
      if (!objects.has(object.name)) return true
      return current(object) !== undefined && objects.delete(object.name)
    },
  }
}
