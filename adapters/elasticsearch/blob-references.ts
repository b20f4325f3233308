import type { Client, estypes } from '@elastic/elasticsearch'
import type { BlobReferences } from '../../activities/ports/blob-collection.ts'
import { resume } from '../../domain/run/resume.ts'
import { deleteInBulk, type Deletion } from './bulk-delete.ts'
import { ask } from './client.ts'
import type { IndexNames } from './indices.ts'
import { recordOf } from './pull-records.ts'
import { bodyOf } from './state-document.ts'
import { stateOf } from './state-store.ts'

/** Pull records of a page, and as many states: a state is 40 kB at most. */
const PAGE = 100
/** Hashes in one question. */
const NAMED_IN_QUERY = 500

/**
 * The documents of the state index say which blobs they name in a field of their own, which this reads and not their bodies: what an
 * older or newer worker names counts whatever its bodies look like.
 */
export function elasticsearchBlobReferences(client: Client, names: Pick<IndexNames, 'state'>): BlobReferences {
  const index = names.state
  const search = (what: string, request: estypes.SearchRequest, signal: AbortSignal) =>
    ask({ what, index }, signal, (aborted) => client.search({ index, allow_partial_search_results: false, ...request }, { signal: aborted }))
  const refresh = (what: string, signal: AbortSignal) =>
    ask({ what, index }, signal, (aborted) => client.indices.refresh({ index }, { signal: aborted }))

  async function givenUp(records: readonly estypes.SearchHit[], signal: AbortSignal): Promise<readonly Deletion[]> {
    const uids = records.flatMap(({ _source: source }) => uidOf(source) ?? [])
    if (uids.length === 0) return []
    const what = 'read the states of pull records'
    const { docs } = await ask({ what, index }, signal, (aborted) => client.mget<unknown>({ index, ids: uids, realtime: true }, { signal: aborted }))
    const states = new Map(docs.flatMap((found) => ('found' in found && found.found ? [[found._id, found._source] as const] : [])))
    return records.flatMap(({ _id: id, _seq_no: seqNo, _primary_term: primaryTerm, _source: source }) => {
      const uid = uidOf(source) ?? ''
      const record = recordOf(bodyOf(source))
      const kept = stateOf(bodyOf(states.get(uid)), uid)
      if (id === undefined || seqNo === undefined || primaryTerm === undefined) return []
      if (record === null || resume(uid, kept, record)?.pending?.snapshot.sha256 === record.snapshot.sha256) return []
      return [{ id, version: { seqNo, primaryTerm } }]
    })
  }

  return {
    async named(blobs, signal) {
      const what = 'ask which blobs are named'
      await refresh(what, signal)
      const found = new Set<string>()
      for (let from = 0; from < blobs.length; from += NAMED_IN_QUERY) {
        const wanted = blobs.slice(from, from + NAMED_IN_QUERY)
        const aggregations = { named: { terms: { field: 'blobs', include: [...wanted], size: NAMED_IN_QUERY } } }
        const answer = await search(what, { size: 0, query: { terms: { blobs: [...wanted] } }, aggregations }, signal)
        for (const sha256 of bucketKeys(answer.aggregations?.['named'])) found.add(sha256)
      }
      return found
    },

    async removeGivenUp(since, signal) {
      const what = 'list pull records'
      await refresh(what, signal)
      let removed = 0
      for (let after: estypes.SortResults | undefined = undefined, more = true; more; ) {
        const request: estypes.SearchRequest = {
          size: PAGE,
          seq_no_primary_term: true,
          query: { bool: { filter: [{ term: { kind: 'pull' } }, { range: { written_at: { lt: since.toISOString() } } }] } },
          sort: [{ written_at: 'asc' }, { uid: 'asc' }],
          ...(after === undefined ? {} : { search_after: after }),
        }
        const hits: readonly estypes.SearchHit[] = (await search(what, request, signal)).hits.hits
        removed += (await deleteInBulk(client, { what: 'remove pull records', index }, await givenUp(hits, signal), signal)).size
        after = hits.at(-1)?.sort
        more = hits.length === PAGE && after !== undefined
      }
      return removed
    },
  }
}

function uidOf(source: unknown): string | null {
  return typeof source === 'object' && source !== null && 'uid' in source && typeof source.uid === 'string' ? source.uid : null
}

function bucketKeys(aggregation: unknown): readonly string[] {
  if (typeof aggregation !== 'object' || aggregation === null || !('buckets' in aggregation) || !Array.isArray(aggregation.buckets)) return []
  const buckets: readonly unknown[] = aggregation.buckets
  return buckets.flatMap((bucket) => (typeof bucket === 'object' && bucket !== null && 'key' in bucket ? [String(bucket.key)] : []))
}
