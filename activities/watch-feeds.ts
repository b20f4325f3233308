import { Context } from '@temporalio/activity'
import type { FeedKey } from '../domain/run/references.ts'
import type { ControllerSteps } from '../domain/run/steps.ts'
import { FeedRoster, type Summons } from './feed-roster.ts'
import type { FeedChange, FeedWatch } from './ports/feed-api.ts'
import type { BlobCollector } from './collect-blobs.ts'
import type { PullRecords } from './ports/blob-store.ts'
import type { FeedRuns } from './ports/feed-runs.ts'
import type { NetworkSetOwners } from './ports/network-set-owners.ts'
import type { RejectionReports, StateStore } from './ports/state-store.ts'

export interface WatchFeedsPorts {
  readonly watch: FeedWatch
  readonly runs: FeedRuns
  readonly states: StateStore
  readonly pulls: PullRecords
  readonly reports: RejectionReports
  readonly networkSets: NetworkSetOwners
  readonly collector: Pick<BlobCollector, 'round'>
  /** Milliseconds between two comparisons with the runs there are. @default 20000 */
  readonly compareMs?: number
  /** Milliseconds until the first round of the collector. @default 300000 */
  readonly firstCollectMs?: number
  /** Milliseconds between two of its rounds. @default 3600000 */
  readonly collectMs?: number
}

/** A terminated run is replaced within a minute (contract L-06): the list of runs may be some seconds behind, and one may fail. */
const COMPARE_MS = 20_000
/** A third of the heartbeat timeout of 15 s, so that one lost heartbeat costs nothing. */
const HEARTBEAT_MS = 5_000
/** What nothing refers to goes within a day and an hour or two; a round over 1,000 feeds is some ten small requests. */
const COLLECT_MS = 3_600_000
/** A worker that starts has its runs to see to first; one that is started anew every quarter of an hour still collects. */
const FIRST_COLLECT_MS = 5 * 60_000
/** Before the step's own limit of a day: it begins anew in a fresh run of the controller. */
const LIFE_MS = 23 * 3_600_000
/** Messages in flight: a thousand feeds are told in seconds; with four watches and the other calls they stay below the ten listeners Node warns of. */
const AT_ONCE = 4
/** A document of a former life that three sweeps in a row have met, a quarter of an hour, has no run that would remove it. */
const FORMER_SWEEPS = 3

/**
 * Watches the feeds of a cluster and what they depend on, and tells their runs: a change, a deletion, a run that is missing, a run or
 * a document without a feed. Collects blobs that nothing refers to. Never cancels a run. Ends by cancellation, or after 23 hours.
 */
export function createWatchFeeds(ports: WatchFeedsPorts): ControllerSteps['watchFeeds'] {
  return async ({ cluster }) => {
    const context = Context.current()
    const ended = new AbortController()
    const signal = AbortSignal.any([context.cancellationSignal, ended.signal])
    const heartbeats = setInterval(() => {
      context.heartbeat()
    }, HEARTBEAT_MS)
    const life = setTimeout(() => {
      ended.abort()
    }, LIFE_MS)
    const controller = new Controller(ports, cluster, context)
    const work = [
      ports.watch.run((change) => controller.take(change, signal), signal),
      controller.compareForEver(signal),
      controller.collectForEver(signal),
    ]
    try {
      await Promise.race([context.cancelled, ...work])
    } catch (error) {
      if (!ended.signal.aborted) throw error
    } finally {
      clearInterval(heartbeats)
      clearTimeout(life)
      ended.abort()
      await Promise.allSettled(work)
    }
  }
}

class Controller {
  readonly #ports: WatchFeedsPorts
  readonly #cluster: string
  readonly #context: Context
  readonly #roster: FeedRoster
  /** How many sweeps in a row have met a document of a former life. */
  #former = new Map<string, number>()
  /** A run that may have left something has ended since the last sweep. */
  #sweepDue = false

  constructor(ports: WatchFeedsPorts, cluster: string, context: Context) {
    this.#ports = ports
    this.#cluster = cluster
    // Changes come from the watch's own callbacks, which need not run in the activity's async context.
    this.#context = context
    this.#roster = new FeedRoster(cluster)
  }

  async take(change: FeedChange, signal: AbortSignal): Promise<void> {
    await this.#send(this.#roster.take(change), signal)
    // Runs just started are not in the server's list yet: comparing waits for its own turn.
    if (change.kind !== 'listed') return
    await this.#attempt('sweep the state documents', signal, () => this.#sweep(signal))
    await this.#attempt('sweep the network sets', signal, () => this.#sweepNetworkSets(signal))
  }

  async compareForEver(signal: AbortSignal): Promise<void> {
    const compareMs = this.#ports.compareMs ?? COMPARE_MS
    for (;;) {
      await pause(compareMs, signal)
      await this.#attempt('compare with the runs', signal, () => this.#compare(signal))
    }
  }

  /** Beside the watch and never in its way: a page at a time, and a store that does not answer holds this up alone. */
  async collectForEver(signal: AbortSignal): Promise<void> {
    const { firstCollectMs = FIRST_COLLECT_MS, collectMs = COLLECT_MS } = this.#ports
    for (let waitMs = firstCollectMs; ; waitMs = collectMs) {
      await pause(waitMs, signal)
      await this.#attempt('collect what nothing refers to', signal, () => this.#collect(signal))
    }
  }

  async #collect(signal: AbortSignal): Promise<void> {
    const { blobs, strayChunks, pullRecords } = await this.#ports.collector.round(signal)
    if (blobs + strayChunks + pullRecords > 0) this.#context.log.info('collected what nothing refers to', { blobs, strayChunks, pullRecords })
  }

  async #compare(signal: AbortSignal): Promise<void> {
    const { summons, ended } = this.#roster.compare(await this.#ports.runs.running(this.#cluster, signal))
    await this.#send(summons, signal)
    this.#sweepDue ||= ended
    if (!this.#sweepDue) return
    await this.#sweepStates(signal)
    await this.#sweepNetworkSets(signal)
    this.#sweepDue = false
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    const former = await this.#sweepStates(signal)
    const met = new Map(former.map((feed) => [feed.uid, (this.#former.get(feed.uid) ?? 0) + 1]))
    this.#former = met
    for (const feed of former.filter(({ uid }) => (met.get(uid) ?? 0) >= FORMER_SWEEPS)) await this.#forget(feed, signal)
  }

  /** @returns the former lives of feeds that live. */
  async #sweepStates(signal: AbortSignal): Promise<readonly FeedKey[]> {
    const { summons, former } = this.#roster.sweep(await this.#ports.states.list({ cluster: this.#cluster }, signal))
    await this.#send(summons, signal)
    return former
  }

  /** Those of a feed that lives are its run's. Those of a feed that is gone may be all that is left of it, its state too (contract S-05). */
  async #sweepNetworkSets(signal: AbortSignal): Promise<void> {
    const owners = await this.#ports.networkSets.list(signal)
    const lives = new Map(owners.map(({ name, uid }) => [`${name}/${uid}`, { cluster: this.#cluster, name, uid }]))
    await this.#send(this.#roster.sweep([...lives.values()]).summons, signal)
  }

  async #forget(feed: FeedKey, signal: AbortSignal): Promise<void> {
    const { states, pulls, reports } = this.#ports
    await pulls.remove(feed, signal)
    await reports.remove(feed, signal)
    await states.remove(feed, signal)
    this.#context.log.info('removed the state of a former life of a feed', { feed: feed.name, uid: feed.uid })
  }

  /** Sends with bounded concurrency. One that fails stops no other; the roster keeps it due. */
  async #send(summons: readonly Summons[], signal: AbortSignal): Promise<void> {
    const waiting = summons.values()
    const worker = async (): Promise<void> => {
      for (const one of waiting) {
        await this.#attempt(`tell the run of ${one.feed.name}`, signal, async () => {
          await this.#ports.runs[one.kind](one.feed, signal)
          this.#roster.sent(one)
        })
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, summons.length) }, worker))
  }

  async #attempt(what: string, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      signal.throwIfAborted()
      this.#context.log.warn(`could not ${what}; tried again later`, { reason: error instanceof Error ? error.message : '' })
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
