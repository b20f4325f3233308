import { type MergedRanges, NO_RANGES } from '../domain/addresses/merged-ranges.ts'
import { FeedFailure } from '../domain/failure.ts'
import { bitByBit } from '../domain/formats/give-way.ts'
import { readFeed } from '../domain/feed/read-feed.ts'
import type { NetworkSetLimits } from '../domain/network-set/limits.ts'
import type { HeldNetworkSet } from '../domain/network-set/network-set.ts'
import { isWhole } from '../domain/network-set/is-whole.ts'
import { type NetworkSetWish, planNetworkSet } from '../domain/network-set/plan.ts'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedSteps, SyncNetworkSetOutput } from '../domain/run/steps.ts'
import { rangesOf } from '../domain/sets/prefixes.ts'
import { beating } from './beating.ts'
import { givingWay } from './giving-way.ts'
import { makeWrites } from './network-set-writes.ts'
import type { BlobStore } from './ports/blob-store.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { NetworkSetApi } from './ports/network-set-api.ts'
import { loadText } from './set-blobs.ts'

export interface SyncNetworkSetPorts {
  readonly feeds: FeedApi
  readonly networkSets: NetworkSetApi
  readonly blobs: BlobStore
  /** Of one object. @default 20,000 prefixes and 700 kB */
  readonly limits?: NetworkSetLimits
}

/** Someone who writes the same objects as often as we do within a second is no race but a quarrel: it is said. */
const TRIES = 5

const NOTHING = { objects: 0, prefixes: 0 }

/**
 * Makes the feed's network set equal to a set, or removes what is the feed's own (contract G-01 to G-06). Labels and adoption are read
 * from the resource as it is now; one that has no such stanza any more, or another uid, is `SpecChanged`.
 */
export function createSyncNetworkSet(ports: SyncNetworkSetPorts): FeedSteps['syncNetworkSet'] {
  return ({ feed, set, touched = true }) =>
    beating(async (signal) => {
      const text = set === null ? null : await loadText(ports.blobs, set.sha256, signal)
      const ranges = text === null ? null : await bitByBit(rangesOf({ text }), givingWay(signal))
      const sync = new Sync(ports, feed, ranges, touched, signal)
      return sync.run()
    })
}

class Sync {
  readonly #ports: SyncNetworkSetPorts
  readonly #feed: FeedKey
  readonly #ranges: MergedRanges | null
  readonly #signal: AbortSignal
  /** Others may have made objects under the feed's names, or taken our label off. */
  #touched: boolean
  #writes = 0

  constructor(ports: SyncNetworkSetPorts, feed: FeedKey, ranges: MergedRanges | null, touched: boolean, signal: AbortSignal) {
    this.#ports = ports
    this.#feed = feed
    this.#ranges = ranges
    this.#touched = touched
    this.#signal = signal
  }

  /** Plans and writes until nobody else comes in between. */
  async run(): Promise<SyncNetworkSetOutput> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const done = await this.#attempt()
      if (done !== null) return { ...done, writes: this.#writes }
      this.#touched = true
    }
    throw new FeedFailure('GlobalNetworkSetSyncFailed', 'wait', `the GlobalNetworkSet was changed by others at each of ${TRIES} tries to write it`)
  }

  /**
   * The objects are listed before the resource is looked at: if that still has this uid, whatever was listed was made in this life of
   * the feed or in a former one, and never in a later one (contract L-05).
   * @returns null when someone else wrote one of the objects first: to be planned again.
   */
  async #attempt(): Promise<Omit<SyncNetworkSetOutput, 'writes'> | null> {
    const { networkSets: api, limits } = this.#ports
    const existing = await this.#said(() => this.#existing())
    if (existing === null) return NOTHING
    const plan = planNetworkSet(await this.#wish(), existing, limits)
    if (plan.kind === 'refused') throw new FeedFailure('GlobalNetworkSetSyncFailed', 'user', plan.message)
    const used = new Set(existing.map(({ name }) => name))
    const ranges = this.#ranges ?? NO_RANGES
    const done = await this.#said(() => makeWrites({ api, owner: this.#feed, changes: plan, ranges, used, signal: this.#signal }))
    this.#writes += done?.writes ?? 0
    return done?.lost === true ? null : { objects: plan.objects, prefixes: plan.prefixes }
  }

  /**
   * Mostly those with our label are all there are. Where one is missing among them, or is there twice, somebody has had a hand in it, or a
   * crash: then those too that have a name of ours.
   */
  async #existing(): Promise<readonly HeldNetworkSet[]> {
    const { networkSets: api } = this.#ports
    if (!this.#touched && this.#ranges !== null) {
      const labelled = await api.list(this.#feed, 'labelled', this.#signal)
      if (isWhole(labelled, this.#feed.name)) return labelled
    }
    return api.list(this.#feed, 'labelled-or-named', this.#signal)
  }

  async #wish(): Promise<NetworkSetWish> {
    const { name: feedName, uid } = this.#feed
    const found = await this.#ports.feeds.read(feedName, this.#signal)
    const live = found?.uid === uid
    if (this.#ranges === null) return { feedName, uid, live, labels: {}, adopt: false, ranges: null }
    if (found === null || !live) throw new FeedFailure('SpecChanged', 'wait', 'the resource is not the one that this set was made for')
    const { networkSet, options, enabled } = readFeed(found.object).feed
    if (networkSet === undefined || !enabled) throw new FeedFailure('SpecChanged', 'wait', 'the resource does not ask for a network set now')
    return { feedName, uid, live, labels: networkSet.labels, adopt: options.adopt, ranges: this.#ranges }
  }

  /**
   * The API server answers for feeds: that it does not for network sets is this network set's failure (contract G-06), and must be seen
   * on the resource. @returns null where the kind was never served and there is nothing to remove.
   */
  async #said<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof FeedFailure) || error.code !== 'ApiUnavailable') throw error
      if (this.#ranges === null && error.fields.status === 404) return null
      throw new FeedFailure('GlobalNetworkSetSyncFailed', error.failureClass, error.message)
    }
  }
}
