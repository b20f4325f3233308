/**
 * Why a request of the client was not done: `failed` (tried, and the feed or a server said no), `invalid` (what was asked for cannot be
 * right), `not-found` (no such feed), `unreachable` (a server did not answer in time).
 */
export type ClientErrorCode = 'failed' | 'invalid' | 'not-found' | 'unreachable'

/** An expected failure of the client; its message is for people and holds no url, header value or credential. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
