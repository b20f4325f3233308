import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { FEED_UID_LABEL, feedOfNetworkSet, type HeldNetworkSet, type NetworkSet, SPAN_ANNOTATION } from '../../domain/network-set/network-set.ts'

export type StoredNetworkSet = HeldNetworkSet & NetworkSet

export interface MemoryNetworkSetApi extends NetworkSetApi {
  readonly objects: Map<string, StoredNetworkSet>
  /** `beforeWrite` may be someone else who writes first, or throw as a worker that ends does; `afterWrite` sees what stands now. */
  readonly hooks: { beforeWrite?: (name: string) => void; afterWrite?: (name: string) => void }
  /** Stands for a hand that edits or makes an object. */
  edit(name: string, changes: Partial<NetworkSet>): void
}

/** Network sets in a map; passes the contract of the real adapter. */
export function memoryNetworkSetApi(): MemoryNetworkSetApi {
  const objects = new Map<string, StoredNetworkSet>()
  const hooks: MemoryNetworkSetApi['hooks'] = {}
  let version = 0
  const current = ({ name, uid, resourceVersion }: HeldNetworkSet): StoredNetworkSet | undefined => {
    const held = objects.get(name)
    return held?.uid === uid && held.resourceVersion === resourceVersion ? held : undefined
  }
  const written = <T>(name: string, result: T): T => {
    hooks.afterWrite?.(name)
    return result
  }
  return {
    objects,
    hooks,
    edit(name, changes) {
      const held = objects.get(name)
      objects.set(name, { name, labels: {}, annotations: {}, nets: [], uid: `uid-${++version}`, ...held, ...changes, resourceVersion: String(++version) })
    },
    async list({ name: feedName, uid }, sought) {
      const isNamed = (name: string): boolean => sought === 'labelled-or-named' && feedOfNetworkSet(name) === feedName
      const isListed = ({ name, labels }: HeldNetworkSet): boolean => labels[FEED_UID_LABEL] === uid || isNamed(name)
      return [...objects.values()].filter(isListed).map(({ name, uid: id, resourceVersion, labels, annotations }) => ({ name, uid: id, resourceVersion, labels, annotations }))
    },
    async read(object) {
      return current(object)?.nets ?? null
    },
    async create(object) {
      hooks.beforeWrite?.(object.name)
      if (objects.has(object.name)) return null
      const made = { ...object, uid: `uid-${++version}`, resourceVersion: String(version) }
      objects.set(object.name, made)
      return written(object.name, made)
    },
    async update(held, object) {
      hooks.beforeWrite?.(object.name)
      const stored = current(held)
      if (stored === undefined) return false
      const others = Object.fromEntries(Object.entries(stored.annotations).filter(([key]) => key !== SPAN_ANNOTATION))
      const annotations = { ...others, ...object.annotations }
      objects.set(object.name, { ...object, uid: stored.uid, annotations, resourceVersion: String(++version) })
      return written(object.name, true)
    },
    async remove(object) {
      hooks.beforeWrite?.(object.name)
      if (!objects.has(object.name)) return true
      if (current(object) === undefined) return false
      objects.delete(object.name)
      return written(object.name, true)
    },
  }
}
