import { createHash } from 'node:crypto'
import type { FeedChange, FeedWatch } from '../../activities/ports/feed-api.ts'
import type { FeedFailure } from '../../domain/failure.ts'
import { FEED_UID_LABEL, feedOfNetworkSet } from '../../domain/network-set/network-set.ts'
import { identityOf, record, text } from './answer.ts'
import type { ApiServer } from './api-server.ts'
import { follow, type Follower, type FollowOptions, type Source, takeMetadata } from './follow.ts'
import { Gathered } from './gathered.ts'
import { DEFAULT_NAMESPACE, REFERENCE_PREFIX } from './header-source.ts'
import { FEED_PAGE, GATHER_MOST_MS, GATHER_QUIET_MS, METADATA_PAGE } from './limits.ts'
import type { ResourceGroups } from './resource-groups.ts'

export interface FeedWatchOptions extends FollowOptions {
  /** Where referenced Secrets and ConfigMaps lie. @default {@link DEFAULT_NAMESPACE} */
  readonly namespace?: string
  /** Milliseconds without a change of a feed's network sets before it is told of those there were. @default {@link GATHER_QUIET_MS} */
  readonly quietMs?: number
  /** Told of each list or watch that failed and is started again. */
  readonly onFailure?: (resource: string, failure: FeedFailure) => void
}

interface SeenFeed {
  readonly name: string
  readonly uid: string
  /** Hash of the parts a user writes. Status writes, ours above all, change none of them. */
  readonly written: string
}

/**
 * Feeds, and what they depend on: owned network sets, referenced Secrets and ConfigMaps, these as metadata alone. A change of a
 * dependency is a change of its feed; those of its network sets, which mostly are its own run's many writes, are gathered into one. Nothing of what is read is kept but names and hashes.
 */
export class KubernetesFeedWatch implements FeedWatch {
  readonly #server: ApiServer
  readonly #groups: ResourceGroups
  readonly #options: FeedWatchOptions

  constructor(server: ApiServer, groups: ResourceGroups, options: FeedWatchOptions = {}) {
    this.#server = server
    this.#groups = groups
    this.#options = options
  }

  async run(report: (change: FeedChange) => Promise<void>, signal: AbortSignal): Promise<void> {
    const feeds = new Map<string, SeenFeed>()
    let last: Promise<void> = Promise.resolve()
    // Several watches report; each waits until its own change is taken, so no more changes wait than there are watches.
    const inOrder = (change: FeedChange): Promise<void> => {
      const taken = last.then(() => report(change))
      last = taken.catch(() => undefined)
      return taken
    }
    const touched = async (names: readonly string[]): Promise<void> => {
      for (const name of names) {
        const feed = feeds.get(name)
        if (feed !== undefined) await inOrder({ kind: 'changed', name, uid: feed.uid })
      }
    }
    // One that ends takes the others with it.
    const ending = new AbortController()
    const bound = AbortSignal.any([signal, ending.signal])
    const { namespace = DEFAULT_NAMESPACE, onFailure, quietMs = GATHER_QUIET_MS } = this.#options
    const gathered = new Gathered({ quietMs, mostMs: GATHER_MOST_MS })
    const start = async <T>(source: Source, follower: Omit<Follower<T>, 'failed'>, begun?: () => void): Promise<void> => {
      const failed = (failure: FeedFailure): void => {
        begun?.()
        onFailure?.(source.title, failure)
      }
      const listed = async (objects: readonly T[]): Promise<void> => {
        begun?.()
        await follower.listed(objects)
      }
      try {
        await follow(this.#server, source, { ...follower, listed, failed }, bound, this.#options)
      } finally {
        begun?.()
        ending.abort(signal.reason)
      }
    }
    // Feeds look when they are listed first. What they depend on is listed, or has failed to be, before: no change falls in between.
    const first = { networkSets: gate(), secrets: gate(), configmaps: gate() }
    const feedsAfter = async (source: Source): Promise<void> => {
      await Promise.all(Object.values(first).map(({ opened }) => opened))
      await start(source, feedFollower(feeds, inOrder))
    }
    const references = (resource: 'secrets' | 'configmaps') =>
      start(
        { title: resource, path: () => Promise.resolve(`/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}`), pageSize: METADATA_PAGE, metadataOnly: true },
        dependency(({ name }) => feedsReferring(name, feeds), touched),
        first[resource].open,
      )
    const ended = await Promise.allSettled([
      feedsAfter({ title: 'feeds', path: (s) => this.#groups.pathOf('globalthreatfeeds', s), pageSize: FEED_PAGE, metadataOnly: false }),
      start(
        {
          title: 'network sets',
          path: (s) => this.#groups.pathOf('globalnetworksets', s),
          query: { labelSelector: FEED_UID_LABEL },
          pageSize: METADATA_PAGE,
          metadataOnly: true,
        },
        dependency(({ name, labels }) => feedsOwning(name, labels, feeds), async (names) => gathered.add(names)),
        first.networkSets.open,
      ),
      gathered.tellForEver((name) => touched([name]), bound).finally(() => ending.abort(signal.reason)),
      references('secrets'),
      references('configmaps'),
    ])
    signal.throwIfAborted()
    for (const { reason } of ended.filter((end) => end.status === 'rejected')) if (reason !== ending.signal.reason) throw reason
  }
}

function feedFollower(feeds: Map<string, SeenFeed>, report: (change: FeedChange) => Promise<void>): Omit<Follower<SeenFeed>, 'failed'> {
  let complete = false
  const changed = async (feed: SeenFeed): Promise<void> => {
    const before = feeds.get(feed.name)
    feeds.set(feed.name, feed)
    if (before?.uid !== feed.uid || before.written !== feed.written) await report({ kind: 'changed', name: feed.name, uid: feed.uid })
  }
  return {
    take(object) {
      const { name, uid } = identityOf(object)
      const { annotations, generation } = record(record(object)['metadata'])
      const written = createHash('sha256').update(JSON.stringify([generation, record(object)['spec'], annotations])).digest('base64')
      return { name, uid, written }
    },
    async listed(objects) {
      const names = new Set(objects.map(({ name }) => name))
      for (const name of feeds.keys()) if (!names.has(name)) feeds.delete(name)
      const before = new Map(feeds)
      for (const feed of objects) feeds.set(feed.name, feed)
      await report({ kind: 'listed', feeds: objects.map(({ name, uid }) => ({ name, uid })) })
      // The first list says all there is; from then on what changed unseen is told one by one.
      if (complete) {
        for (const { name, uid, written } of objects) {
          const old = before.get(name)
          if (old?.uid !== uid || old.written !== written) await report({ kind: 'changed', name, uid })
        }
      }
      complete = true
    },
    changed,
    async deleted({ name, uid }) {
      if (feeds.get(name)?.uid === uid) feeds.delete(name)
      await report({ kind: 'deleted', name, uid })
    },
  }
}

type Metadata = ReturnType<typeof takeMetadata>

interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

function gate(): Gate {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Something feeds depend on: whatever happens to it makes those that are known look again. */
function dependency(feedsOf: (object: Metadata) => readonly string[], touched: (names: readonly string[]) => Promise<void>): Omit<Follower<Metadata>, 'failed'> {
  let known = new Map<string, Metadata>()
  return {
    take: takeMetadata,
    async listed(objects) {
      const before = known
      known = new Map(objects.filter(({ name }) => mayMatter(name)).map((object) => [object.name, object]))
      for (const [name, object] of known) if (before.get(name)?.resourceVersion !== object.resourceVersion) await touched(feedsOf(object))
      for (const [name, object] of before) if (!known.has(name)) await touched(feedsOf(object))
    },
    async changed(object) {
      if (mayMatter(object.name)) known.set(object.name, object)
      await touched(feedsOf(object))
    },
    async deleted(object) {
      known.delete(object.name)
      await touched(feedsOf(object))
    },
  }
}

/** A namespace may be full of other objects: none of them is kept. */
function mayMatter(name: string): boolean {
  return name.startsWith(REFERENCE_PREFIX) || feedOfNetworkSet(name) !== null
}

/** `globalthreatfeed-a-b-x` may belong to the feeds `a` and `a-b`: every known one that it can be cut for. */
function feedsReferring(name: string, feeds: ReadonlyMap<string, unknown>): readonly string[] {
  if (!name.startsWith(REFERENCE_PREFIX)) return []
  const rest = name.slice(REFERENCE_PREFIX.length)
  return [...rest.matchAll(/-/g)].map(({ index }) => rest.slice(0, index)).filter((feed) => feeds.has(feed))
}

/** By its name, and by its label where someone gave it another name. */
function feedsOwning(name: string, labels: Metadata['labels'], feeds: ReadonlyMap<string, SeenFeed>): readonly string[] {
  const named = feedOfNetworkSet(name)
  const uid = text(labels[FEED_UID_LABEL])
  const labelled = [...feeds.values()].filter((feed) => feed.uid === uid).map((feed) => feed.name)
  return [...new Set([...(named !== null && feeds.has(named) ? [named] : []), ...labelled])]
}
