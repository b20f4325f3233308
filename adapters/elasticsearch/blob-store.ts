import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Client } from '@elastic/elasticsearch'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { BlobRef } from '../../domain/run/references.ts'
import { blobChunks, CHUNK_BYTES, type BlobChunks } from './blob-chunks.ts'
import { manifestDocument, manifestOf, type Manifest, type StoredManifest } from './blob-manifest.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument, writeDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'

/** A blob that the collector may take is a day old (docs/architecture.md), so one touched within the hour need not be touched again. */
const TOUCH_AFTER_MS = 60 * 60 * 1000
/** Each lost race is another writer's progress; five in a row mean that something else is wrong. */
const RACES = 5
const PROBE = 'probe'
/** Left to itself a stream of objects reads 16 ahead, which are 12 MiB of chunks. */
const ONE_AT_A_TIME = { highWaterMark: 1 }

/**
 * Blobs in an index of our own: a manifest whose id is the hash, and the chunks of one upload. The manifest is written last, so
 * what a crash leaves is chunks without one. Memory is one chunk and gzip's window, whatever the blob's size.
 */
export function elasticsearchBlobStore(client: Client, names: Pick<IndexNames, 'blobs'>, now: () => Date = () => new Date()): BlobStore {
  const index = names.blobs
  const chunks = blobChunks(client, index, now)

  async function manifest(sha256: string, signal: AbortSignal): Promise<StoredManifest | null> {
    const found = await readDocument(client, { index, id: sha256 }, 'look a blob up', signal)
    return found === null ? null : { version: found.version, manifest: manifestOf(found.source) }
  }

  async function writeManifest(sha256: string, value: Manifest, over: StoredManifest | null, signal: AbortSignal): Promise<boolean> {
    const document = manifestDocument({ ...value, touchedAt: now() })
    return (await writeDocument(client, { index, id: sha256 }, document, over?.version ?? null, 'write the manifest of a blob', signal)) !== null
  }

  async function touch(sha256: string, signal: AbortSignal): Promise<boolean> {
    for (let race = 0; race < RACES; race += 1) {
      const stored = await manifest(sha256, signal)
      if (stored?.manifest == null || !(await chunks.whole(stored.manifest, signal))) return false
      if (now().getTime() - stored.manifest.touchedAt.getTime() < TOUCH_AFTER_MS) return true
      if (await writeManifest(sha256, stored.manifest, stored, signal)) return true
    }
    return false
  }

  /** Names the upload in the manifest, unless the blob is there by now. @returns whether it did. */
  async function publish(sha256: string, uploaded: Manifest, signal: AbortSignal): Promise<boolean> {
    for (let race = 0; race < RACES; race += 1) {
      if (await touch(sha256, signal)) return false
      const broken = await manifest(sha256, signal)
      if (!(await writeManifest(sha256, uploaded, broken, signal))) continue
      if (broken?.manifest != null) await chunks.remove(broken.manifest, signal)
      return true
    }
    throw new FeedFailure('StoreFailed', 'retry', 'Others kept changing the manifest of a blob')
  }

  async function remove(sha256: string, stored: StoredManifest | null, signal: AbortSignal): Promise<void> {
    if (stored === null) return
    const gone = await deleteDocument(client, { index, id: sha256 }, stored.version, 'remove a blob', signal)
    // Touched or replaced in between: someone wants it.
    if (gone && stored.manifest !== null) await chunks.remove(stored.manifest, signal)
  }

  return {
    async put(bytes, signal) {
      const upload = randomUUID()
      const measured = measure(bytes)
      let uploaded: Manifest = { upload, chunks: 0, bytes: 0, touchedAt: now() }
      try {
        let last: Uint8Array | null = null
        for await (const chunk of inChunks(gzipped(measured.bytes, signal))) {
          if (last !== null) {
            await chunks.write(upload, uploaded.chunks, last, signal)
            uploaded = { ...uploaded, chunks: uploaded.chunks + 1 }
          }
          last = chunk
        }
        const ref = measured.ref()
        // What fits one chunk is known by its hash before anything is written.
        if (uploaded.chunks === 0 && (await touch(ref.sha256, signal))) return ref
        if (last !== null) {
          await chunks.write(upload, uploaded.chunks, last, signal)
          uploaded = { ...uploaded, chunks: uploaded.chunks + 1 }
        }
        uploaded = { ...uploaded, bytes: ref.bytes }
        if (!(await publish(ref.sha256, uploaded, signal))) await chunks.remove(uploaded, signal)
        return ref
      } catch (error) {
        signal.throwIfAborted()
        // Best effort: what stays behind has no manifest, and its date tells the collector.
        await chunks.remove(uploaded, signal).catch(() => undefined)
        throw error
      }
    },

    get: (sha256, signal) =>
      verified(sha256, () => manifest(sha256, signal), chunks, (stored) => remove(sha256, stored, signal), signal),

    touch,

    remove: async (sha256, signal) => remove(sha256, await manifest(sha256, signal), signal),

    async assertWritable(signal) {
      const document = { kind: PROBE, touched_at: now().toISOString() }
      await ask({ what: 'take a write', index }, signal, (aborted) => client.index({ index, id: PROBE, document }, { signal: aborted }))
    },
  }
}

/** Counts and hashes what passes. */
function measure(source: AsyncIterable<Uint8Array>): { readonly bytes: AsyncIterable<Uint8Array>; ref(): BlobRef } {
  const hash = createHash('sha256')
  let length = 0
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      hash.update(piece)
      length += piece.length
      yield piece
    }
  }
  return { bytes: passing(), ref: () => ({ sha256: hash.digest('hex'), bytes: length }) }
}

async function* gzipped(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const gzip = createGzip()
  const feeding = pipeline(Readable.from(bytes, ONE_AT_A_TIME), gzip, { signal })
  // Its error is the one that reading gzip throws, too.
  feeding.catch(() => undefined)
  for await (const piece of gzip) yield piece as Uint8Array
  await feeding
}

/** Cuts a stream into chunks of full size, but for the last. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES)
  let filled = 0
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const taken = Math.min(CHUNK_BYTES - filled, piece.length - from)
      chunk.set(piece.subarray(from, from + taken), filled)
      filled += taken
      from += taken
      if (filled < CHUNK_BYTES) continue
      yield chunk
      chunk = new Uint8Array(CHUNK_BYTES)
      filled = 0
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}

/**
 * Streams a blob and checks it. A blob that is not whole is forgotten, so that the next one who has its bytes writes it anew
 * instead of finding it "there already" for ever.
 */
async function* verified(
  sha256: string,
  find: () => Promise<StoredManifest | null>,
  chunks: BlobChunks,
  forget: (stored: StoredManifest) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
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
