import type { Client } from '@elastic/elasticsearch'
import type { PullRecord, PullRecords } from '../../activities/ports/blob-store.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument, writeDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'
import { bodyOf, stateDocument, stateId } from './state-document.ts'

const NO_VERSION = { seqNo: Number.MAX_SAFE_INTEGER, primaryTerm: 1 }

/** One record for each life of a feed: the newest body that the store acknowledged (contract P-12). */
export function elasticsearchPullRecords(client: Client, names: Pick<IndexNames, 'state'>, now: () => Date = () => new Date()): PullRecords {
  const index = names.state
  const place = (feed: FeedKey) => ({ index, id: stateId('pull', feed) })
  return {
    async read(feed, signal) {
      const found = await readDocument(client, place(feed), `read the pull record of feed ${feed.name}`, signal)
      return recordOf(bodyOf(found?.source))
    },

    async write(feed, record, signal) {
      // No compare-and-set: one attempt at a time writes it, and a late one only costs that the other's body is pulled again.
      const document = stateDocument('pull', feed, [record.snapshot.sha256], record, now())
      await ask({ what: `write the pull record of feed ${feed.name}`, index }, signal, (aborted) =>
        client.index({ ...place(feed), document }, { signal: aborted }),
      )
    },

    async assertWritable(feed, signal) {
      // A write over a version that there never is: an index that takes none refuses it before it looks for that.
      await writeDocument(client, place(feed), {}, NO_VERSION, `take a pull record of feed ${feed.name}`, signal)
    },

    async remove(feed, signal) {
      await deleteDocument(client, place(feed), null, `remove the pull record of feed ${feed.name}`, signal)
    },
  }
}

/** null for what is no record, or one of another version. */
export function recordOf(body: unknown): PullRecord | null {
  return isRecord(body) ? body : null
}

function isRecord(value: unknown): value is PullRecord {
  if (typeof value !== 'object' || value === null) return false
  if (!('snapshot' in value) || typeof value.snapshot !== 'object' || value.snapshot === null || !('sha256' in value.snapshot)) return false
  return ['pullKey', 'askedAt', 'pullHash', 'host', 'validators', 'content', 'format', 'allowEmpty'].every((field) => field in value)
}
