import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../../end-to-end/cluster.ts'
import type { Kind } from '../kinds.ts'
import { KINDS } from '../kinds.ts'
import type { Random } from '../random.ts'
import { logDocument } from './log-documents.ts'
import type { LogIndices } from './log-indices.ts'

/** Writers at once of each kind. */
const LANES = 2
const BATCH = 8
const PAUSE_MS = 1500
/** Of a pour: so many at once, and logs of each. */
const POURERS = 8
const POURED = 40

/** Writes logs all the time, as collectors do: whatever becomes of a batch, the next one follows. */
export class LogWriter {
  readonly #cluster: Cluster
  readonly #indices: LogIndices
  readonly #random: Random
  readonly #lanes: readonly Promise<void>[]
  #ended = false
  #count = 0

  constructor(cluster: Cluster, indices: LogIndices, random: Random) {
    this.#cluster = cluster
    this.#indices = indices
    this.#random = random
    this.#lanes = KINDS.flatMap((kind) => Array.from({ length: LANES }, () => this.#write(kind)))
  }

  async pour(kind: Kind, index?: string): Promise<void> {
    await Promise.all(Array.from({ length: POURERS }, () => this.#batch(kind, POURED, index)))
  }

  /** Waits for what is under way. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#lanes)
  }

  async #write(kind: Kind): Promise<void> {
    while (!this.#ended) {
      await this.#batch(kind, 1 + this.#random.below(BATCH))
      await sleep(this.#random.below(PAUSE_MS))
    }
  }

  /** Which logs were taken is asked of Elasticsearch in the end: an answer may be lost with the server. */
  async #batch(kind: Kind, size: number, index = this.#indices.current(kind)): Promise<void> {
    const operations = Array.from({ length: size }).flatMap(() => [{ create: { _index: index, _id: this.#nextId(kind) } }, logDocument(kind, this.#random)])
    await this.#cluster.elasticsearch.bulk({ operations }).catch(() => undefined)
  }

  #nextId(kind: Kind): string {
    this.#count += 1
    return `${kind}-${String(this.#count)}`
  }
}
