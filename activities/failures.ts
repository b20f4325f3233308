import { Context } from '@temporalio/activity'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { FeedFailure } from '../domain/failure.ts'

/** A message enters history with every failed attempt: long enough for what there is to say, short enough for a thousand of them. */
const MAX_MESSAGE = 1_000

type Step = (input: never) => Promise<unknown>

/**
 * Wraps steps so that all they throw is safe for Temporal's history. The only maker of ApplicationFailures: type is the failure's
 * code, the first detail its fields; only what is classed `retry` is tried again by Temporal, the rest waits on the feed's own timer.
 */
export function withFailures<Steps extends { readonly [K in keyof Steps]: Step }>(steps: Steps): Steps {
  const wrapped = Object.entries<Step>(steps).map(([name, step]) => [name, async (input: never) => step(input).catch(rethrow)])
  return Object.fromEntries(wrapped) as Steps
}

function rethrow(error: unknown): never {
  throw applicationFailure(error, Context.current().cancellationSignal)
}

/** Fresh errors only: clients' own carry urls, headers and bodies, and Temporal serialises the whole chain of causes. */
export function applicationFailure(error: unknown, signal: AbortSignal): Error {
  // Made anew: a cause would go along. A client may have turned the abort into a failure of its own.
  if (error instanceof CancelledFailure || (signal.aborted && (error === signal.reason || error instanceof FeedFailure || isAbort(error)))) {
    return new CancelledFailure('The step was cancelled')
  }
  if (error instanceof FeedFailure) {
    const { code, failureClass, fields, message } = error
    return ApplicationFailure.create({ type: code, message: bounded(message), nonRetryable: failureClass !== 'retry', details: [fields] })
  }
  return ApplicationFailure.create({ type: 'Internal', message: `Unexpected ${classOf(error)}`, nonRetryable: false })
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

/** Name and code of an error nobody expected. Not its message, which may hold anything; the worker's log has the stack. */
function classOf(error: unknown): string {
  if (!(error instanceof Error)) return `value of type ${typeof error}`
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return [error.name, code].filter((part) => /^\w{1,64}$/.test(part)).join(' ') || 'error'
}

function bounded(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message
}
