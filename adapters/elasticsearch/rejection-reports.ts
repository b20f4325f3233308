import type { Client } from '@elastic/elasticsearch'
import type { MadeSet, RejectionReports } from '../../activities/ports/state-store.ts'
import { CONTENTS } from '../../domain/feed/content.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'
import { bodyOf, stateDocument, stateId } from './state-document.ts'

/** Counts and samples of what a feed's newest body held that is no member, for `describe` (contract F-12), and the set made of it. */
export function elasticsearchRejectionReports(
  client: Client,
  names: Pick<IndexNames, 'state'>,
  now: () => Date = () => new Date(),
): RejectionReports {
  const index = names.state
  const place = (feed: FeedKey) => ({ index, id: stateId('rejections', feed) })
  const body = async (feed: FeedKey, signal: AbortSignal) =>
    bodyOf((await readDocument(client, place(feed), `read the rejections of feed ${feed.name}`, signal))?.source)
  return {
    async read(feed, signal) {
      const report = await body(feed, signal)
      return isRejections(report) ? { counts: report.counts, samples: report.samples } : null
    },

    async made(feed, signal) {
      const report = await body(feed, signal)
      return typeof report === 'object' && report !== null && 'made' in report && isMadeSet(report.made) ? report.made : null
    },

    async write(feed, { rejections, made }, signal) {
      const document = stateDocument('rejections', feed, [made.sha256], { ...rejections, made }, now())
      await ask({ what: `write the rejections of feed ${feed.name}`, index }, signal, (aborted) =>
        client.index({ ...place(feed), document }, { signal: aborted }),
      )
    },

    async remove(feed, signal) {
      await deleteDocument(client, place(feed), null, `remove the rejections of feed ${feed.name}`, signal)
    },
  }
}

function isRejections(value: unknown): value is Rejections {
  return typeof value === 'object' && value !== null && 'counts' in value && typeof value.counts === 'object' && 'samples' in value && Array.isArray(value.samples)
}

function isMadeSet(value: unknown): value is MadeSet {
  if (typeof value !== 'object' || value === null || !('sha256' in value) || !('content' in value)) return false
  return typeof value.sha256 === 'string' && CONTENTS.some((content) => content === value.content) && 'pulled' in value && typeof value.pulled === 'boolean'
}
