import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { FeedFailure } from '../../domain/failure.ts'
import type { BlobChunks } from './blob-chunks.ts'
import type { StoredManifest } from './blob-manifest.ts'
import { ONE_AT_A_TIME } from './blob-packing.ts'

export interface BlobReading {
  readonly sha256: string
  readonly chunks: BlobChunks
  readonly find: () => Promise<StoredManifest | null>
  /** Removes exactly this manifest, and its chunks. */
  readonly forget: (stored: StoredManifest) => Promise<void>
}

/**
 * Streams a blob and checks it. A blob that is not whole is forgotten, so that the next one who has its bytes writes it anew
 * instead of finding it "there already" for ever.
 * @throws FeedFailure `BlobMissing`
 */
export async function* verified({ sha256, chunks, find, forget }: BlobReading, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stored = await find()
  if (stored === null) throw missing(sha256, 'is not in the store')
  const broken = async (why: string) => {
    await forget(stored)
    return missing(sha256, why)
  }
  if (stored.manifest === null) throw await broken('has a damaged manifest')
  const hash = createHash('sha256')
  let length = 0
  const gunzip = createGunzip()
  const feeding = pipeline(Readable.from(chunks.read(stored.manifest, signal), ONE_AT_A_TIME), gunzip, { signal })
  feeding.catch(() => undefined)
  try {
    for await (const piece of gunzip) {
      const bytes = piece as Uint8Array
      length += bytes.length
      if (length > stored.manifest.bytes) throw await broken('is longer than its manifest says')
      hash.update(bytes)
      yield bytes
    }
    await feeding
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof FeedFailure && error.code !== 'BlobMissing') throw error
    if (error instanceof FeedFailure || isZlibError(error)) throw await broken('has lost a chunk, or one of its bytes')
    throw error
  } finally {
    gunzip.destroy()
  }
  if (hash.digest('hex') !== sha256) throw await broken('does not fit its hash')
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^Z_/.test(error.code)
}

function missing(sha256: string, why: string): FeedFailure {
  return new FeedFailure('BlobMissing', 'wait', `Blob ${sha256.slice(0, 12)} ${why}`)
}
