import type { Client } from '@elastic/elasticsearch'
import { FeedFailure } from '../../domain/failure.ts'
import type { Manifest } from './blob-manifest.ts'
import { ask } from './client.ts'
import { readDocument } from './documents.ts'

/** Base64 turns 3 bytes into 4: 768 KiB are 1 MiB in the document, the most a chunk may be (docs/architecture.md). */
export const CHUNK_BYTES = 768 * 1024
/** Ids in one request; 512 MiB that gzip cannot shrink are 683 chunks. */
const IDS_IN_REQUEST = 500

/** The chunks of uploads, each a document `<upload>-<n>` that is not indexed. */
export interface BlobChunks {
  write(upload: string, number: number, bytes: Uint8Array, signal: AbortSignal): Promise<void>
  /** Whether every chunk is there, without reading them. */
  whole(manifest: Manifest, signal: AbortSignal): Promise<boolean>
  /** @throws FeedFailure `BlobMissing` */
  read(manifest: Manifest, signal: AbortSignal): AsyncGenerator<Uint8Array>
  remove(manifest: Pick<Manifest, 'upload' | 'chunks'>, signal: AbortSignal): Promise<void>
}

export function blobChunks(client: Client, index: string, now: () => Date): BlobChunks {
  return {
    async write(upload, number, bytes, signal) {
      const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
      const document = { kind: 'chunk', upload, touched_at: now().toISOString(), data }
      await ask({ what: 'write a chunk of a blob', index }, signal, (aborted) =>
        client.index({ index, id: chunkId(upload, number), document }, { signal: aborted }),
      )
    },

    async whole(manifest, signal) {
      for (const ids of batchesOfIds(manifest)) {
        const answer = await ask({ what: 'look for the chunks of a blob', index }, signal, (aborted) =>
          client.mget({ index, ids, _source: false, realtime: true }, { signal: aborted }),
        )
        if (!answer.docs.every((found) => 'found' in found && found.found)) return false
      }
      return true
    },

    async *read(manifest, signal) {
      for (let number = 0; number < manifest.chunks; number += 1) {
        const found = await readDocument(client, { index, id: chunkId(manifest.upload, number) }, 'read a chunk of a blob', signal)
        const source = found?.source
        const data = typeof source === 'object' && source !== null && 'data' in source ? source.data : undefined
        if (typeof data !== 'string') throw new FeedFailure('BlobMissing', 'wait', 'A chunk is missing')
        yield Buffer.from(data, 'base64')
      }
    },

    async remove(manifest, signal) {
      for (const ids of batchesOfIds(manifest)) {
        // An item that is gone already answers 404 within a 200: nothing to do about it.
        await ask({ what: 'remove the chunks of a blob', index }, signal, (aborted) =>
          client.bulk({ index, operations: ids.map((id) => ({ delete: { _id: id } })) }, { signal: aborted }),
        )
      }
    },
  }
}

export function chunkId(upload: string, number: number): string {
  return `${upload}-${number}`
}

function* batchesOfIds({ upload, chunks }: Pick<Manifest, 'upload' | 'chunks'>): Generator<string[]> {
  for (let from = 0; from < chunks; from += IDS_IN_REQUEST) {
    const length = Math.min(IDS_IN_REQUEST, chunks - from)
    yield Array.from({ length }, (_, at) => chunkId(upload, from + at))
  }
}
