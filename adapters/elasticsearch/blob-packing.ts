import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { BlobRef } from '../../domain/run/references.ts'
import { CHUNK_BYTES } from './blob-chunks.ts'

/** Left to itself a stream of objects reads 16 ahead, which are 12 MiB of chunks. */
export const ONE_AT_A_TIME = { highWaterMark: 1 }

/** Counts and hashes what passes. */
export function measure(source: AsyncIterable<Uint8Array>): { readonly bytes: AsyncIterable<Uint8Array>; ref(): BlobRef } {
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

/** Packs a stream into chunks of full size, but for the last. */
export function packed(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  return inChunks(gzipped(bytes, signal))
}

async function* gzipped(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const gzip = createGzip()
  const feeding = pipeline(Readable.from(bytes, ONE_AT_A_TIME), gzip, { signal })
  // Its error is the one that reading gzip throws, too.
  feeding.catch(() => undefined)
  for await (const piece of gzip) yield piece as Uint8Array
  await feeding
}

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
