import type { Client, estypes } from '@elastic/elasticsearch'
import type { BlobCollection, Page, UntouchedBlob } from '../../activities/ports/blob-collection.ts'
import { chunkId } from './blob-chunks.ts'
import { manifestOf } from './blob-manifest.ts'
import { deleteInBulk, type Deletion } from './bulk-delete.ts'
import { ask } from './client.ts'
import type { IndexNames } from './indices.ts'

/** Manifests or uploads of a page: 200 bytes each, and as many hashes in the question of who names them. */
const PAGE = 500
/** Ids of chunks in one request, 60 bytes each. */
const CHUNKS_AT_ONCE = 1000

/** The blob index for its collector. Needs no scripts and no delete-by-query; `maintenance` for the refresh. */
export function elasticsearchBlobCollection(client: Client, names: Pick<IndexNames, 'blobs'>): BlobCollection {
  const index = names.blobs
  /** What is written and not searchable yet would be missing from a list. */
  const refresh = (what: string, signal: AbortSignal) =>
    ask({ what, index }, signal, (aborted) => client.indices.refresh({ index }, { signal: aborted }))
  const search = (what: string, request: estypes.SearchRequest, signal: AbortSignal) =>
    ask({ what, index }, signal, (aborted) => client.search({ index, allow_partial_search_results: false, ...request }, { signal: aborted }))

  async function named(uploads: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const filter = [{ term: { kind: 'manifest' } }, { terms: { upload: [...uploads] } }]
    const request: estypes.SearchRequest = { size: PAGE, _source: ['upload'], query: { bool: { filter } } }
    const answer = await search('ask which uploads are named', request, signal)
    return new Set(answer.hits.hits.flatMap(({ _source: source }) => (hasUpload(source) ? [source.upload] : [])))
  }

  return {
    async untouched(since, after, signal) {
      if (after === null) await refresh('list blobs', signal)
      const request: estypes.SearchRequest = {
        size: PAGE,
        seq_no_primary_term: true,
        query: { bool: { filter: [{ term: { kind: 'manifest' } }, { range: { touched_at: { lt: since.toISOString() } } }] } },
        sort: [{ touched_at: 'asc' }, { upload: 'asc' }],
        ...(after === null ? {} : { search_after: JSON.parse(after) as estypes.SortResults }),
      }
      const { hits } = (await search('list blobs', request, signal)).hits
      return { items: hits.flatMap(untouchedOf), next: nextOf(hits) }
    },

    async removeBlobs(blobs, signal) {
      const manifests = blobs.map(({ sha256, version }) => ({ id: sha256, version }))
      const gone = await deleteInBulk(client, { what: 'remove blobs', index }, manifests, signal)
      // A crash here leaves chunks that no manifest names, which are found by that.
      const chunks = blobs.filter(({ sha256 }) => gone.has(sha256)).flatMap(chunksOf)
      for (let from = 0; from < chunks.length; from += CHUNKS_AT_ONCE) {
        await deleteInBulk(client, { what: 'remove the chunks of blobs', index }, chunks.slice(from, from + CHUNKS_AT_ONCE), signal)
      }
      return gone.size
    },

    async stray(since, after, signal) {
      if (after === null) await refresh('list uploads', signal)
      const request: estypes.SearchRequest = {
        size: 0,
        query: { bool: { filter: [{ term: { kind: 'chunk' } }, { range: { touched_at: { lt: since.toISOString() } } }] } },
        aggregations: {
          uploads: { composite: { size: PAGE, sources: [{ upload: { terms: { field: 'upload' } } }], ...(after === null ? {} : { after: { upload: after } }) } },
        },
      }
      const uploads = uploadsOf((await search('list uploads', request, signal)).aggregations?.['uploads'])
      const used = uploads.length === 0 ? new Set<string>() : await named(uploads, signal)
      return { items: uploads.filter((upload) => !used.has(upload)), next: uploads.length < PAGE ? null : (uploads.at(-1) ?? null) }
    },

    async removeUploads(uploads, signal) {
      let removed = 0
      if (uploads.length === 0) return removed
      const filter = [{ term: { kind: 'chunk' } }, { terms: { upload: [...uploads] } }]
      const request: estypes.SearchRequest = { size: CHUNKS_AT_ONCE, _source: false, query: { bool: { filter } } }
      for (;;) {
        const { hits } = (await search('list stray chunks', request, signal)).hits
        const ids = hits.flatMap(({ _id: id }) => (id === undefined ? [] : [{ id }]))
        const gone = await deleteInBulk(client, { what: 'remove stray chunks', index }, ids, signal)
        // Another collector is at them.
        if (gone.size === 0) return removed
        removed += gone.size
        await refresh('list stray chunks', signal)
      }
    },
  }
}

function untouchedOf({ _id: sha256, _seq_no: seqNo, _primary_term: primaryTerm, _source: source }: estypes.SearchHit): readonly UntouchedBlob[] {
  const manifest = manifestOf(source)
  if (sha256 === undefined || seqNo === undefined || primaryTerm === undefined || manifest === null) return []
  return [{ sha256, version: { seqNo, primaryTerm }, upload: manifest.upload, chunks: manifest.chunks }]
}

function nextOf(hits: readonly estypes.SearchHit[]): Page<never>['next'] {
  const sort = hits.at(-1)?.sort
  return hits.length < PAGE || sort === undefined ? null : JSON.stringify(sort)
}

function chunksOf({ upload, chunks }: UntouchedBlob): readonly Deletion[] {
  return Array.from({ length: chunks }, (_, number) => ({ id: chunkId(upload, number) }))
}

function uploadsOf(aggregation: unknown): readonly string[] {
  if (typeof aggregation !== 'object' || aggregation === null || !('buckets' in aggregation) || !Array.isArray(aggregation.buckets)) return []
  const buckets: readonly unknown[] = aggregation.buckets
  return buckets.flatMap((bucket) => {
    const key = typeof bucket === 'object' && bucket !== null && 'key' in bucket ? bucket.key : undefined
    return hasUpload(key) ? [key.upload] : []
  })
}

function hasUpload(value: unknown): value is { readonly upload: string } {
  return typeof value === 'object' && value !== null && 'upload' in value && typeof value.upload === 'string'
}
