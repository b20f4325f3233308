import type { MergedRanges } from '../domain/addresses/merged-ranges.ts'
import { isSame, strays } from '../domain/network-set/compare.ts'
import { furtherName, type HeldNetworkSet } from '../domain/network-set/network-set.ts'
import { contentOf, type NetworkSetChanges, type PlannedObject } from '../domain/network-set/plan.ts'
import type { NetworkSetApi, NetworkSetOwner } from './ports/network-set-api.ts'

export interface WritesInput {
  readonly api: NetworkSetApi
  readonly owner: NetworkSetOwner
  readonly changes: NetworkSetChanges
  /** What the changes were planned for; empty where nothing is kept or made. */
  readonly ranges: MergedRanges
  /** Names that are taken. */
  readonly used: ReadonlySet<string>
  readonly signal: AbortSignal
}

/** How many it made; `lost` when someone else was there first, and the rest is to be planned anew. */
export interface WritesOutcome {
  readonly writes: number
  readonly lost: boolean
}

/** Makes the writes of a plan in its order, one object in memory at a time; looks for a cancellation before each. */
export async function makeWrites(input: WritesInput): Promise<WritesOutcome> {
  const writing = new Writing(input)
  const { creates, keeps, removes } = input.changes
  for (const planned of creates) await writing.create(planned)
  for (const { held, planned } of keeps) await writing.keep(held, planned)
  await writing.moveBack()
  for (const object of removes) await writing.remove(object)
  return { writes: writing.writes, lost: writing.lost }
}

class Writing {
  writes = 0
  lost = false
  readonly #input: WritesInput
  readonly #used: Set<string>
  readonly #strayed: { readonly held: HeldNetworkSet; readonly planned: PlannedObject; readonly copy: HeldNetworkSet }[] = []

  constructor(input: WritesInput) {
    this.#input = input
    this.#used = new Set([...input.used, ...input.changes.creates.map(({ name }) => name)])
  }

  async create(planned: PlannedObject): Promise<HeldNetworkSet | null> {
    const { api, ranges, owner, signal } = this.#input
    if (!this.#goesOn()) return null
    const made = await api.create(contentOf(planned, ranges), owner, signal)
    this.#count(made !== null)
    return made
  }

  /** Writes what differs. What holds addresses of a lower span is written last, after a copy of what it should hold was made. */
  async keep(held: HeldNetworkSet, planned: PlannedObject): Promise<void> {
    const { api, ranges, owner, signal } = this.#input
    if (!this.#goesOn()) return
    const nets = await api.read(held, signal)
    if (nets === null) {
      this.lost = true
      return
    }
    const wanted = contentOf(planned, ranges)
    if (isSame(held, nets, wanted)) return
    if (strays(nets, planned.span, ranges)) {
      const name = furtherName(owner.name, this.#used)
      this.#used.add(name)
      const copy = await this.create({ ...planned, name })
      if (copy !== null) this.#strayed.push({ held, planned, copy })
    } else this.#count(await api.update(held, wanted, owner, signal))
  }

  async moveBack(): Promise<void> {
    const { api, ranges, owner, signal } = this.#input
    for (const { held, planned, copy } of this.#strayed) {
      if (this.#goesOn()) this.#count(await api.update(held, contentOf(planned, ranges), owner, signal))
      await this.remove(copy)
    }
  }

  async remove(object: HeldNetworkSet): Promise<void> {
    const { api, signal } = this.#input
    if (this.#goesOn()) this.#count(await api.remove(object, signal))
  }

  #goesOn(): boolean {
    this.#input.signal.throwIfAborted()
    return !this.lost
  }

  #count(written: boolean): void {
    if (written) this.writes++
    else this.lost = true
  }
}
