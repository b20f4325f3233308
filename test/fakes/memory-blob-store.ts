import { createHash } from 'node:crypto'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import { FeedFailure } from '../../domain/failure.ts'

export interface MemoryBlobStore extends BlobStore {
  readonly blobs: Map<string, Uint8Array>
  /** Set to make the store refuse writes. */
  readonly refuses: { writes: boolean }
}

/** Blobs in a map; passes the contract of the real store. */
export function memoryBlobStore(): MemoryBlobStore {
  const blobs = new Map<string, Uint8Array>()
  const refuses = { writes: false }
  const refuse = () => {
    if (refuses.writes) throw new FeedFailure('StoreFailed', 'wait', 'the store takes no writes')
  }
  return {
    blobs,
    refuses,
    async put(bytes, signal) {
      const pieces: Uint8Array[] = []
      for await (const piece of bytes) {
        signal.throwIfAborted()
        pieces.push(piece)
      }
      refuse()
      const all = Buffer.concat(pieces)
      const sha256 = createHash('sha256').update(all).digest('hex')
      blobs.set(sha256, all)
      return { sha256, bytes: all.length }
    },
    async *get(sha256, signal) {
      signal.throwIfAborted()
      const blob = blobs.get(sha256)
      if (blob === undefined) throw new FeedFailure('BlobMissing', 'wait', 'no such blob')
      yield blob
    },
    async touch(sha256) {
      return blobs.has(sha256)
    },
    async remove(sha256) {
      blobs.delete(sha256)
    },
    async assertWritable() {
      refuse()
    },
  }
}
