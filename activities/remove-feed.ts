import type { FeedSteps } from '../domain/run/steps.ts'
import { beating } from './beating.ts'
import type { BlobStore, PullRecords } from './ports/blob-store.ts'
import type { SetStore } from './ports/set-store.ts'
import type { RejectionReports, StateStore } from './ports/state-store.ts'
import { blobsOf } from './set-blobs.ts'

export interface RemoveFeedPorts {
  readonly sets: SetStore
  readonly blobs: BlobStore
  readonly states: StateStore
  readonly pulls: PullRecords
  readonly reports: RejectionReports
}

/**
 * Removes what a feed stored: the document if it is still the one we wrote, then blobs and records, and of a deleted feed its state,
 * which names all the others, last (contract S-05, L-03). A pushed document is its writer's. Running again finds what is left.
 * @throws FeedFailure `StoreFailed`
 */
export function createRemoveFeed({ sets, blobs, states, pulls, reports }: RemoveFeedPorts): FeedSteps['removeFeed'] {
  return ({ feed, state, reason }) =>
    beating(async (signal) => {
      const { version } = state
      if (version !== null && version.pullHash !== null) await sets.remove(version.content, feed.name, version.document, signal)
      const record = await pulls.read(feed, signal)
      // Debts of another content go with it: they are of other logs, which no search of this feed reads any more.
      const named = blobsOf(state)
      if (record !== null) named.add(record.snapshot.sha256)
      // Feeds with equal sets share a blob.
      const shared = await states.namedElsewhere(feed, [...named], signal)
      for (const sha256 of named) if (!shared.has(sha256)) await blobs.remove(sha256, signal)
      await pulls.remove(feed, signal)
      await reports.remove(feed, signal)
      if (reason === 'deleted') await states.remove(feed, signal)
    })
}
