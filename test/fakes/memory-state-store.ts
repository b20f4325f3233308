import type { PullRecord, PullRecords } from '../../activities/ports/blob-store.ts'
import type { MadeSet, RejectionReports, StateStore } from '../../activities/ports/state-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { blobsOf } from '../../domain/run/blobs-of.ts'
import { sameVersion, type DocumentVersion, type FeedKey } from '../../domain/run/references.ts'
import type { FeedState } from '../../domain/run/state.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'

interface Held<Body> {
  readonly feed: FeedKey
  readonly body: Body
  /** Blobs that the document names, by SHA-256. */
  readonly named: ReadonlySet<string>
}

/** What the stores of one state index share; two stores over it are two processes. */
export interface MemoryStateIndex {
  readonly states: Map<string, Held<FeedState> & { readonly version: DocumentVersion }>
  readonly pulls: Map<string, Held<PullRecord>>
  readonly rejections: Map<string, Held<{ readonly rejections: Rejections; readonly made: MadeSet }>>
}

export function memoryStateIndex(): MemoryStateIndex {
  return { states: new Map(), pulls: new Map(), rejections: new Map() }
}

/** Of all stores, as two of them may be over one index. */
let writes = 0

/** State documents in a map, written by compare-and-set; passes the contract of the real store. */
export function memoryStateStore({ states, pulls, rejections }: MemoryStateIndex = memoryStateIndex()): StateStore {
  const versionOf = ({ uid }: FeedKey): DocumentVersion | null => states.get(uid)?.version ?? null
  return {
    async read({ uid }) {
      return states.get(uid)?.body ?? null
    },
    async version(feed) {
      return versionOf(feed)
    },
    async write(feed, body, over, _signal, stillNamed = new Set()) {
      if (!sameVersion(versionOf(feed), over)) throw new FeedFailure('StoreFailed', 'retry', 'another writer was first')
      states.set(feed.uid, { feed, body, version: { seqNo: (writes += 1), primaryTerm: 1 }, named: new Set([...blobsOf(body), ...stillNamed]) })
    },
    async remove({ uid }) {
      states.delete(uid)
    },
    async list({ cluster, name }) {
      const isSought = ({ feed }: Held<unknown>): boolean => feed.cluster === cluster && (name === undefined || feed.name === name)
      const held = [...states.values(), ...pulls.values(), ...rejections.values()].filter(isSought)
      return [...new Map(held.map(({ feed }) => [feed.uid, feed])).values()]
    },
  }
}

export function memoryPullRecords({ pulls }: MemoryStateIndex = memoryStateIndex()): PullRecords {
  return {
    async read(feed) {
      return pulls.get(feed.uid)?.body ?? null
    },
    async write(feed, body) {
      pulls.set(feed.uid, { feed, body, named: new Set([body.snapshot.sha256]) })
    },
    assertWritable: () => Promise.resolve(),
    async remove(feed) {
      pulls.delete(feed.uid)
    },
  }
}

export function memoryRejectionReports({ rejections }: MemoryStateIndex = memoryStateIndex()): RejectionReports {
  return {
    async read(feed) {
      return rejections.get(feed.uid)?.body.rejections ?? null
    },
    async made(feed) {
      return rejections.get(feed.uid)?.body.made ?? null
    },
    async write(feed, body) {
      rejections.set(feed.uid, { feed, body, named: new Set([body.made.sha256]) })
    },
    async remove(feed) {
      rejections.delete(feed.uid)
    },
  }
}
