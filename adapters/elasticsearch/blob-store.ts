import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { sameVersion, type BlobRef, type DocumentVersion } from '../../domain/run/references.ts'
import { blobChunks } from './blob-chunks.ts'
import { manifestDocument, manifestOf, type Manifest, type StoredManifest } from './blob-manifest.ts'
import { measure, packed } from './blob-packing.ts'
import { verified } from './blob-reading.ts'
import { ask } from './client.ts'
import { deleteDocument, readDocument, writeDocument } from './documents.ts'
import type { IndexNames } from './indices.ts'

/** Each lost race is another's progress; ten in a row mean that something else is wrong. */
const RACES = 10
const PROBE = 'probe'

/** What became of a wish for a blob. `made` is the manifest's version where there was none before. */
type Wanted =
  | { readonly outcome: 'touched' | 'absent' }
  | { readonly outcome: 'published'; readonly made: DocumentVersion | null }

/**
 * Blobs in an index of our own: a manifest whose id is the hash, and the chunks of one upload. The manifest is written last, so
 * what a crash leaves is chunks without one. Whoever wants a blob writes its manifest, by compare-and-set: so the collector, and
 * whoever made it, see by the version that someone wants it (docs/architecture.md, "What is left behind"). Memory is one chunk and
 * gzip's window, whatever the blob's size.
 */
export function elasticsearchBlobStore(client: Client, names: Pick<IndexNames, 'blobs'>, now: () => Date = () => new Date()): BlobStore {
  const index = names.blobs
  const chunks = blobChunks(client, index, now)

  async function find(sha256: string, signal: AbortSignal): Promise<StoredManifest | null> {
    const found = await readDocument(client, { index, id: sha256 }, 'look a blob up', signal)
    return found === null ? null : { version: found.version, manifest: manifestOf(found.source) }
  }

  function writeManifest(sha256: string, value: Manifest, over: StoredManifest | null, signal: AbortSignal): Promise<DocumentVersion | null> {
    const document = manifestDocument({ ...value, touchedAt: now() })
    return writeDocument(client, { index, id: sha256 }, document, over?.version ?? null, 'write the manifest of a blob', signal)
  }

  /** Touches the blob that there is. Where there is none, or a broken one, names this upload instead. */
  async function want(sha256: string, uploaded: Manifest | null, signal: AbortSignal): Promise<Wanted> {
    for (let race = 0; race < RACES; race += 1) {
      const stored = await find(sha256, signal)
      const there = stored?.manifest ?? null
      const whole = there !== null && (await chunks.whole(there, signal)) ? there : null
      if (whole !== null) {
        if ((await writeManifest(sha256, whole, stored, signal)) !== null) return { outcome: 'touched' }
        continue
      }
      if (uploaded === null) return { outcome: 'absent' }
      const version = await writeManifest(sha256, uploaded, stored, signal)
      if (version === null) continue
      if (there !== null) await chunks.remove(there, signal)
      // One that was there broken may be named by others, who do not know yet.
      return { outcome: 'published', made: stored === null ? version : null }
    }
    throw new FeedFailure('StoreFailed', 'retry', 'Others kept changing the manifest of a blob')
  }

  const touch = async (sha256: string, signal: AbortSignal) => (await want(sha256, null, signal)).outcome === 'touched'

  async function remove(sha256: string, stored: StoredManifest, signal: AbortSignal): Promise<void> {
    const gone = await deleteDocument(client, { index, id: sha256 }, stored.version, 'remove a blob', signal)
    // Touched or replaced in between: someone wants it.
    if (gone && stored.manifest !== null) await chunks.remove(stored.manifest, signal)
  }

  return {
    async put(bytes, signal) {
      const upload = randomUUID()
      const measured = measure(bytes)
      let sent = 0
      let ref: BlobRef
      const send = async (chunk: Uint8Array): Promise<void> => {
        sent += 1
        await chunks.write(upload, sent - 1, chunk, signal)
      }
      try {
        let last: Uint8Array | null = null
        for await (const chunk of packed(measured.bytes, signal)) {
          if (last !== null) await send(last)
          last = chunk
        }
        ref = measured.ref()
        // What fits one chunk is known by its hash before anything is written.
        if (sent === 0 && (await touch(ref.sha256, signal))) return ref
        if (last !== null) await send(last)
      } catch (error) {
        signal.throwIfAborted()
        // Best effort: what stays behind has no manifest, and its date tells the collector.
        await chunks.remove({ upload, chunks: sent }, signal).catch(() => undefined)
        throw error
      }
      // From here on a failure leaves the chunks: a manifest whose answer was lost may name them, and someone else refer to it.
      const wanted = await want(ref.sha256, { upload, chunks: sent, bytes: ref.bytes, touchedAt: now() }, signal)
      if (wanted.outcome === 'published') return wanted.made === null ? ref : { ...ref, made: wanted.made }
      await chunks.remove({ upload, chunks: sent }, signal)
      return ref
    },

    get: (sha256, signal) =>
      verified({ sha256, chunks, find: () => find(sha256, signal), forget: (stored) => remove(sha256, stored, signal) }, signal),

    touch,

    async removeMade({ sha256, made }, signal) {
      if (made === undefined) return
      const stored = await find(sha256, signal)
      if (stored !== null && sameVersion(stored.version, made)) await remove(sha256, stored, signal)
    },

    async assertWritable(signal) {
      const document = { kind: PROBE, touched_at: now().toISOString() }
      await ask({ what: 'take a write', index }, signal, (aborted) => client.index({ index, id: PROBE, document }, { signal: aborted }))
    },
  }
}
