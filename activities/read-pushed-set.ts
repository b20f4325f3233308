import { FeedFailure } from '../domain/failure.ts'
import { sameVersion } from '../domain/run/references.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import { setFromValues } from '../domain/sets/set-from-values.ts'
import { beating } from './beating.ts'
import { givingWay } from './giving-way.ts'
import { writeNewestReport, type NewestReportPorts } from './newest-report.ts'
import type { BlobStore } from './ports/blob-store.ts'
import { saveSet } from './set-blobs.ts'

export interface ReadPushedSetPorts extends NewestReportPorts {
  readonly blobs: BlobStore
}

/**
 * Reads the document that someone else writes, if it is another than last time, and normalises it; the document itself stays as it
 * is (contract S-02, S-03).
 * @throws FeedFailure `PushInvalid` naming the field, `StoreFailed`, `SpecChanged` and `ApiUnavailable` where the set before was of another content
 */
export function createReadPushedSet(ports: ReadPushedSetPorts): FeedSteps['readPushedSet'] {
  const { sets, blobs } = ports
  return ({ feed, content, document }) =>
    beating(async (signal) => {
      const version = await sets.version(content, feed.name, signal)
      if (version === null) return { outcome: 'absent' }
      if (sameVersion(version, document)) return { outcome: 'unchanged' }
      const stored = await sets.read(content, feed.name, signal)
      if (stored === null) return { outcome: 'absent' }
      const result = await setFromValues(stored.members, content, givingWay(signal))
      if (!result.ok) throw new FeedFailure('PushInvalid', 'user', result.message)
      const { set, rejections, entries } = result.parsed
      const ref = await saveSet(blobs, set, signal)
      await writeNewestReport(ports, feed, { rejections, made: { sha256: ref.sha256, content, pulled: false } }, signal)
      return { outcome: 'read', document: stored.version, set: ref, entries, rejected: rejections.counts }
    })
}
