import { FeedFailure } from '../domain/failure.ts'
import { parseBody } from '../domain/formats/parse-body.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import { beating } from './beating.ts'
import { givingWay } from './giving-way.ts'
import { writeNewestReport, type NewestReportPorts } from './newest-report.ts'
import type { BlobStore } from './ports/blob-store.ts'
import { saveSet } from './set-blobs.ts'

export interface ParseFeedPorts extends NewestReportPorts {
  readonly blobs: BlobStore
}

/**
 * A body to a set, blob to blob. What was rejected is counted here and sampled in the state index (contract F-12),
 * whose report names the set from then on.
 * @throws FeedFailure `PullFailed` when the body is not what its format says, `BlobMissing`, `StoreFailed`,
 * `SpecChanged` and `ApiUnavailable` where the body before was of another content
 */
export function createParseFeed(ports: ParseFeedPorts): FeedSteps['parseFeed'] {
  const { blobs } = ports
  return ({ feed, snapshot, content, format, allowEmpty }) =>
    beating(async (signal) => {
      const result = await parseBody(blobs.get(snapshot.sha256, signal), { content, format, allowEmpty, giveWay: givingWay(signal) })
      if (!result.ok) throw new FeedFailure('PullFailed', 'user', result.message)
      const { set, rejections, entries } = result.parsed
      const ref = await saveSet(blobs, set, signal)
      await writeNewestReport(ports, feed, { rejections, made: { sha256: ref.sha256, content, pulled: true } }, signal)
      return { set: ref, entries, rejected: rejections.counts }
    })
}
