import type { Cluster } from '../../end-to-end/cluster.ts'
import type { Kind } from '../kinds.ts'
import type { IndexSettings } from '../plan.ts'

/** The indices of a cluster's logs: one of each kind is written to, and those before it stay. */
export class LogIndices {
  readonly #cluster: Cluster
  readonly #made: Record<Kind, string[]> = { flow: [], dns: [] }
  readonly #closed: Record<Kind, string[]> = { flow: [], dns: [] }

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  pattern(kind: Kind): string {
    return `tigera_secure_ee_${kind === 'flow' ? 'flows' : 'dns'}.${this.#cluster.name}.*`
  }

  /** The one that takes logs. */
  current(kind: Kind): string {
    return this.#made[kind].at(-1) ?? ''
  }

  async rollOver(kind: Kind, { shards, refresh, durability }: IndexSettings): Promise<void> {
    const index = this.pattern(kind).replace('*', String(this.#made[kind].length + 1).padStart(6, '0'))
    const settings = { number_of_shards: shards, number_of_replicas: 0, refresh_interval: refresh, translog: { durability } }
    await this.#cluster.elasticsearch.indices.create({ index, settings })
    this.#made[kind].push(index)
  }

  /** The newest before the one that takes logs. */
  former(kind: Kind): string {
    const index = this.#made[kind].at(-2)
    if (index === undefined) throw new Error(`there is but one index of ${kind} logs`)
    return index
  }

  /** @returns what was closed: the former one. */
  async close(kind: Kind): Promise<string> {
    const index = this.former(kind)
    await this.#cluster.elasticsearch.indices.close({ index })
    this.#closed[kind].push(index)
    return index
  }

  /** Logs of an index with `durability: async` have arrived, for a window, once they are synced: within five seconds, or now. */
  async sync(kind: Kind): Promise<void> {
    await this.#cluster.elasticsearch.indices.flush({ index: this.pattern(kind) })
  }

  async open(kind: Kind): Promise<void> {
    for (const index of this.#closed[kind].splice(0)) await this.#cluster.elasticsearch.indices.open({ index, wait_for_active_shards: 'all' })
  }
}
