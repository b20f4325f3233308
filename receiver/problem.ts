/** Every error that the receiver answers with, by its stable code: the end of its `type` (docs/receiver.md lists them). */
const PROBLEMS = {
  'not-found': { status: 404, title: 'There is nothing at this path' },
  'method-not-allowed': { status: 405, title: 'This path takes another method' },
  unauthorized: { status: 401, title: 'The request does not show that it may do this' },
  'invalid-query': { status: 400, title: 'The query cannot be used' },
  'invalid-key': { status: 400, title: 'The idempotency key cannot be used' },
  'key-reused': { status: 422, title: 'The idempotency key came with another body before' },
  'unsupported-type': { status: 415, title: 'The body is of a type that is not read' },
  'unsupported-encoding': { status: 415, title: 'The body is packed in a way that is not read' },
  'broken-body': { status: 400, title: 'The body did not come whole' },
  'too-large': { status: 413, title: 'The body is too large' },
  'too-slow': { status: 408, title: 'The body came too slowly' },
  refused: { status: 422, title: 'The body gives no set' },
  conflict: { status: 409, title: 'Others kept writing the set' },
  busy: { status: 503, title: 'Too many bodies are being received' },
  'store-refused': { status: 502, title: 'The store refused the set' },
  'store-unavailable': { status: 503, title: 'The store does not answer' },
  'no-feed': { status: 404, title: 'There is no such feed' },
  'temporal-unavailable': { status: 503, title: 'Temporal does not do what it is asked' },
  misconfigured: { status: 500, title: 'The settings of the receiver are wrong' },
  unexpected: { status: 500, title: 'The receiver failed' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** One thing that is wrong, where there may be several. */
export interface Fault {
  /** Such as `query fieldNum`. */
  readonly place: string
  readonly detail: string
}

export interface ProblemOptions {
  readonly faults?: readonly Fault[]
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Ends a request with an error that says the place, what was found and what would be right. It holds no token, no url and no text of a
 * body but what contract F-12 and T-04 let through.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.code = code
    this.options = options
  }

  /** As `application/problem+json` (RFC 9457). */
  response(): Response {
    const { status, title } = PROBLEMS[this.code]
    const { faults, headers } = this.options
    const body = { type: `urn:threatfeed:problem:${this.code}`, title, status, detail: this.message, ...(faults === undefined ? {} : { errors: faults }) }
    return new Response(`${JSON.stringify(body)}\n`, { status, headers: { ...headers, 'content-type': 'application/problem+json' } })
  }
}
