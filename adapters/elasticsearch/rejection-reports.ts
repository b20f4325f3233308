import type { Client } from '@elastic/elasticsearch'
import type { RejectionReports } from '../../activities/ports/state-store.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import type { Rejections } from '../../domain/sets/indicator-set.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'
import { bodyOf, stateDocument, stateId } from './state-document.ts'

/** Counts and samples of what a feed's newest body held that is no member, for `describe` (contract F-12). */
export function elasticsearchRejectionReports(
  client: Client,
  names: Pick<IndexNames, 'state'>,
  now: () => Date = () => new Date(),
): RejectionReports {
  const index = names.state
  const place = (feed: FeedKey) => ({ index, id: stateId('rejections', feed) })
  return {
    async read(feed, signal) {
      const found = await readDocument(client, place(feed), `read the rejections of feed ${feed.name}`, signal)
      const rejections = bodyOf(found?.source)
      return isRejections(rejections) ? rejections : null
    },

    async write(feed, rejections, signal) {
      const document = stateDocument('rejections', feed, [], rejections, now())
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
