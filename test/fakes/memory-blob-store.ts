import { createHash } from 'node:crypto'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { sameVersion, type DocumentVersion } from '../../domain/run/references.ts'

export interface MemoryBlobStore extends BlobStore {
  readonly blobs: Map<string, Uint8Array>
  /** Set to make the store refuse writes. */
  readonly refuses: { writes: boolean }
}

/** Blobs in a map; passes the contract of the real store. */
export function memoryBlobStore(): MemoryBlobStore {
  const blobs = new Map<string, Uint8Array>()
  const refuses = { writes: false }
  /** The last write of each blob's manifest. */
  const written = new Map<string, DocumentVersion>()
  let writes = 0
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
      const made = { seqNo: (writes += 1), primaryTerm: 1 }
      const isNew = !blobs.has(sha256)
      blobs.set(sha256, all)
      written.set(sha256, made)
      return { sha256, bytes: all.length, ...(isNew ? { made } : {}) }
    },
    async *get(sha256, signal) {
      signal.throwIfAborted()
      const blob = blobs.get(sha256)
      if (blob === undefined) throw new FeedFailure('BlobMissing', 'wait', 'no such blob')
      yield blob
    },
    async touch(sha256) {
      if (!blobs.has(sha256)) return false
      written.set(sha256, { seqNo: (writes += 1), primaryTerm: 1 })
      return true
    },
    async removeMade({ sha256, made }) {
      if (made !== undefined && sameVersion(made, written.get(sha256) ?? null)) blobs.delete(sha256)
    },
    async assertWritable() {
      refuse()
    },
  }
}
