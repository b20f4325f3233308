import type { BlobRef, FeedKey } from '../../domain/run/references.ts'
import type { AcknowledgedBody } from '../../domain/run/resume.ts'

/** Bytes by content, compressed, in chunks of at most 1 MiB, in an index of our own. */
export interface BlobStore {
  /**
   * Stores a stream of bytes; the manifest is written last. Storing what is there already only touches it. Whoever stores or touches a
   * blob names it in a document before the step ends (docs/architecture.md, "What is left behind").
   */
  put(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<BlobRef>
  /** Streams a blob. @throws FeedFailure `BlobMissing` when it is absent, incomplete or, at its end, does not fit its hash. */
  get(sha256: string, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Says that a blob is wanted again. @returns false when it is not there, or not whole. */
  touch(sha256: string, signal: AbortSignal): Promise<boolean>
  /** Removes a blob that this very put made and nobody stored or touched since; any other is the collector's. */
  removeMade(ref: BlobRef, signal: AbortSignal): Promise<void>
  /** @throws FeedFailure `StoreFailed` when the store would not take a write now (contract P-12). */
  assertWritable(signal: AbortSignal): Promise<void>
}

/**
 * A body acknowledged in the store under the key of one attempt: neither a worker that takes the attempt over nor the run that comes
 * after a terminated one need ask again (contract P-12, S-07).
 */
export interface PullRecord extends AcknowledgedBody {
  readonly pullKey: string
  readonly host: string
}
export interface PullRecords {
  read(feed: FeedKey, signal: AbortSignal): Promise<PullRecord | null>
  write(feed: FeedKey, record: PullRecord, signal: AbortSignal): Promise<void>
  /** Changes nothing. @throws FeedFailure `StoreFailed` when no record would be taken now (contract P-12). */
  assertWritable(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Absent is fine. */
  remove(feed: FeedKey, signal: AbortSignal): Promise<void>
}
