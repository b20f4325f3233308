import { FeedFailure } from '../domain/failure.ts'
import { parseBody } from '../domain/formats/parse-body.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import { beating } from './beating.ts'
import { givingWay } from './giving-way.ts'
import type { BlobStore } from './ports/blob-store.ts'
import type { RejectionReports } from './ports/state-store.ts'
import { saveSet } from './set-blobs.ts'

export interface ParseFeedPorts {
  readonly blobs: BlobStore
  readonly reports: RejectionReports
}

/**
 * A body to a set, blob to blob. What was rejected is counted here and sampled in the state index (contract F-12),
 * whose report names the set from then on.
 * @throws FeedFailure `PullFailed` when the body is not what its format says, `BlobMissing`, `StoreFailed`
 */
export function createParseFeed({ blobs, reports }: ParseFeedPorts): FeedSteps['parseFeed'] {
  return ({ feed, snapshot, content, format, allowEmpty }) =>
    beating(async (signal) => {
      const result = await parseBody(blobs.get(snapshot.sha256, signal), { content, format, allowEmpty, giveWay: givingWay(signal) })
      if (!result.ok) throw new FeedFailure('PullFailed', 'user', result.message)
      const { set, rejections, entries } = result.parsed
      const ref = await saveSet(blobs, set, signal)
      await reports.write(feed, { rejections, made: { sha256: ref.sha256, content, pulled: true } }, signal)
      return { set: ref, entries, rejected: rejections.counts }
    })
}
