import type { Validators } from '../../domain/run/references.ts'

export interface FeedRequest {
  readonly url: string
  /** Sent in this order, the same name twice as often (contract V-14). */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly validators: Validators | null
  /** Milliseconds for the whole attempt (contract P-07). */
  readonly timeoutMs: number
  /** Bytes, unpacked, that the body may have. */
  readonly maxBytes: number
}
export type FeedAnswer =
  | { readonly kind: 'not-modified' }
  /** The body is a stream, unpacked; reading it throws a FeedFailure when it breaks or passes a limit. */
  | { readonly kind: 'body'; readonly body: AsyncIterable<Uint8Array>; readonly contentType: string | null; readonly validators: Validators | null }

/** A feed's web server. */
export interface FeedHost {
  /**
   * One GET, redirects followed by hand, every address checked before it is connected to (contract P-07 to P-10).
   * @throws FeedFailure `PullFailed` with the class and fields of contract P-06.
   */
  get(request: FeedRequest, signal: AbortSignal): Promise<FeedAnswer>
}
