import { CancelledFailure } from '@temporalio/common'
import type { Logger } from '@temporalio/worker'
import { FeedFailure } from '../domain/failure.ts'

type Step = (input: never) => Promise<unknown>

/**
 * Logs where an error that nobody expected came from, before it is made safe for Temporal's history: its name and the places of its
 * stack. Not its message, which may hold a url, a header or a body (contract T-04).
 */
export function logUnexpected<Steps extends { readonly [K in keyof Steps]: Step }>(steps: Steps, logger: Logger): Steps {
  const wrapped = Object.entries<Step>(steps).map(([name, step]) => [
    name,
    async (input: never) => {
      try {
        return await step(input)
      } catch (error) {
        if (!expected(error)) logger.error(`the step ${name} met an error that nobody expected`, { step: name, ...origin(error) })
        throw error
      }
    },
  ])
  return Object.fromEntries(wrapped) as Steps
}

function expected(error: unknown): boolean {
  if (error instanceof FeedFailure || error instanceof CancelledFailure) return true
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

/** Places in the code, one of V8's lines each: what precedes them repeats the message. */
function origin(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error }
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { error: error.name, at: places.slice(0, 10).map((line) => line.trim()) }
}
