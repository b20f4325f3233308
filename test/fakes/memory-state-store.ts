import type { PullRecord, PullRecords } from '../../activities/ports/blob-store.ts'
import type { RejectionReports, StateStore } from '../../activities/ports/state-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import type { FeedState } from '../../domain/run/state.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'

interface Held<Body> {
  readonly feed: FeedKey
  readonly body: Body
}

/** What the stores of one state index share; two stores over it are two processes. */
export interface MemoryStateIndex {
  readonly states: Map<string, Held<FeedState> & { readonly version: number }>
  readonly pulls: Map<string, Held<PullRecord>>
  readonly rejections: Map<string, Rejections>
}

export function memoryStateIndex(): MemoryStateIndex {
  return { states: new Map(), pulls: new Map(), rejections: new Map() }
}

/** State documents in a map, written by compare-and-set; passes the contract of the real store. */
export function memoryStateStore({ states, pulls }: MemoryStateIndex = memoryStateIndex()): StateStore {
  const seen = new Map<string, number>()
  return {
    async read(feed) {
      const found = states.get(feed.uid)
      if (found === undefined) seen.delete(feed.uid)
      else seen.set(feed.uid, found.version)
      return found?.body ?? null
    },
    async write(feed, body) {
      const stored = states.get(feed.uid)?.version ?? 0
      if ((seen.get(feed.uid) ?? stored) !== stored) {
        seen.delete(feed.uid)
        throw new FeedFailure('StoreFailed', 'retry', 'another writer was first')
      }
      states.set(feed.uid, { feed, body, version: stored + 1 })
      seen.set(feed.uid, stored + 1)
    },
    async remove(feed) {
      states.delete(feed.uid)
      seen.delete(feed.uid)
    },
    async list(cluster) {
      return [...states.values()].map(({ feed }) => feed).filter((feed) => feed.cluster === cluster)
    },
    async namedElsewhere(feed, blobs) {
      const others = [...states.values(), ...pulls.values()].filter((held) => held.feed.uid !== feed.uid)
      const text = JSON.stringify(others.map(({ body }) => body))
      return new Set(blobs.filter((sha256) => text.includes(`"${sha256}"`)))
    },
  }
}

export function memoryPullRecords({ pulls }: MemoryStateIndex = memoryStateIndex()): PullRecords {
  return {
    async read(feed) {
      return pulls.get(feed.uid)?.body ?? null
    },
    async write(feed, body) {
      pulls.set(feed.uid, { feed, body })
    },
    async remove(feed) {
      pulls.delete(feed.uid)
    },
  }
}

export function memoryRejectionReports({ rejections }: MemoryStateIndex = memoryStateIndex()): RejectionReports {
  return {
    async read(feed) {
      return rejections.get(feed.uid) ?? null
    },
    async write(feed, report) {
      rejections.set(feed.uid, report)
    },
    async remove(feed) {
      rejections.delete(feed.uid)
    },
  }
}
