import type { DocumentVersion } from '../../domain/run/references.ts'

/** One page of a list; `next` is where the page after it begins, null after the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** A blob as its collector sees it. */
export interface UntouchedBlob {
  readonly sha256: string
  /** Another one by now: somebody wants it. */
  readonly version: DocumentVersion
  readonly upload: string
  readonly chunks: number
}

/** The blobs that there are, by pages of at most 500. Failures are FeedFailure `StoreFailed`. */
export interface BlobCollection {
  /** Blobs that nobody stored or touched since, the longest untouched first. */
  untouched(since: Date, after: string | null, signal: AbortSignal): Promise<Page<UntouchedBlob>>
  /** Removes manifests, each if it is still the version listed, and then the chunks of those that went. @returns how many went. */
  removeBlobs(blobs: readonly UntouchedBlob[], signal: AbortSignal): Promise<number>
  /** Uploads older than this, whole or in part, that no manifest names: a crash left them. */
  stray(since: Date, after: string | null, signal: AbortSignal): Promise<Page<string>>
  /** @returns how many chunks went. */
  removeUploads(uploads: readonly string[], signal: AbortSignal): Promise<number>
}

/** What of the blobs is referred to. Failures are FeedFailure `StoreFailed`: what cannot be told is never taken for unreferred. */
export interface BlobReferences {
  /** Those of these blobs (by SHA-256, at most 500) that any document names, of whatever kind, life and version of the worker. */
  named(blobs: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Removes pull records older than this whose body was adopted or given up by their runs. @returns how many went. */
  removeGivenUp(since: Date, signal: AbortSignal): Promise<number>
}
