import type { Content } from '../domain/feed/content.ts'
import { FeedFailure } from '../domain/failure.ts'
import { readSet } from '../domain/sets/read-set.ts'
import type { IndicatorSet, SetRef } from '../domain/sets/indicator-set.ts'
import type { BlobStore } from './ports/blob-store.ts'

/** Bytes of one piece handed to the store. */
const PIECE = 1024 * 1024

/** Keeps a set's canonical text as a blob; its SHA-256 is the set's. What is there already is not sent again. */
export async function saveSet(blobs: BlobStore, set: IndicatorSet, signal: AbortSignal): Promise<SetRef> {
  if (!(await blobs.touch(set.sha256, signal))) await blobs.put(pieces(set.text), signal)
  return { sha256: set.sha256, members: set.members }
}

/** @throws FeedFailure `BlobMissing` when the set is absent, damaged, or no set of this content. */
export async function loadSet(blobs: Pick<BlobStore, 'get'>, { sha256 }: SetRef, content: Content, signal: AbortSignal): Promise<IndicatorSet> {
  const read = await readSet(await loadText(blobs, sha256, signal), content)
  if (!read.ok) throw new FeedFailure('BlobMissing', 'wait', `Blob ${sha256.slice(0, 12)} holds no set: ${read.message}`)
  return read.set
}

async function* pieces(text: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < text.length; from += PIECE) yield text.subarray(from, from + PIECE)
}

/** A set's canonical text, verified against its hash by the store. @throws FeedFailure `BlobMissing` */
export async function loadText(blobs: Pick<BlobStore, 'get'>, sha256: string, signal: AbortSignal): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  let length = 0
  for await (const piece of blobs.get(sha256, signal)) {
    all.push(piece)
    length += piece.length
  }
  const text = new Uint8Array(length)
  let at = 0
  for (const piece of all) {
    text.set(piece, at)
    at += piece.length
  }
  return text
}
