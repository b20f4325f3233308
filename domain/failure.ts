import type { ConditionType } from './run/state.ts'

/**
 * Every failure that is expected, by its stable code: the type of an error condition on the resource (contract T-02), or what says how
 * a run itself goes on.
 */
export type FailureCode = ConditionType | 'SpecChanged' | 'BlobMissing' | 'ApiUnavailable'

/**
 * Who has to act: `user` must change something, `wait` for a dependency to come back on the feed's own timer,
 * `retry` at once because a worker or a connection broke in the middle.
 */
export type FailureClass = 'user' | 'wait' | 'retry'

export interface FailureFields {
  /** Seconds after which the other side asked to be asked again (contract P-06). */
  readonly retryAfterS?: number
  /** HTTP status of a feed host's answer; 404 of a Kubernetes API server that never served a kind. */
  readonly status?: number
  /** The pull is one that waits from ten minutes on (4xx that are not transient, contract P-06). */
  readonly slow?: boolean
  /** The pull failed before the host was asked, over something that a Secret or ConfigMap lacks: trying again asks nobody (contract P-04). */
  readonly unasked?: boolean
  /** The store failed a pull whose host had been asked already: the host waits as after a failure of its own (contract P-06). */
  readonly asked?: boolean
}

/**
 * An expected failure. Its message is shown to people and enters Temporal's history, so it holds no header value, no url beyond
 * the host's name, no query string and no body (contract T-04), and it never carries a `cause`.
 */
export class FeedFailure extends Error {
  override readonly name = 'FeedFailure'
  readonly code: FailureCode
  readonly failureClass: FailureClass
  readonly fields: FailureFields

  constructor(code: FailureCode, failureClass: FailureClass, message: string, fields: FailureFields = {}) {
    super(message)
    this.code = code
    this.failureClass = failureClass
    this.fields = fields
  }
}
