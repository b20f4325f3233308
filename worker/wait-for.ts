import type { Logger } from '@temporalio/worker'
import { FeedFailure } from '../domain/failure.ts'
import { pause } from './pause.ts'

export interface Waiting {
  /** What is waited for, in words and with its address: `Temporal at temporal:7233`. */
  readonly what: string
  /** Milliseconds until it is given up. */
  readonly patienceMs: number
  /** Milliseconds between two tries. */
  readonly everyMs: number
}

/** A minute's worth of a server's start, five times: Elasticsearch in a new cluster takes two. */
export const PATIENCE_MS = 5 * 60_000
/** Often enough that nobody notices, seldom enough for a log that people read. */
export const EVERY_MS = 3_000

/**
 * Tries until it works: a worker may be started before its servers, and one that waits says more than one that crashes in a loop.
 * @throws the last failure when its time is over, at once one that a person must mend (class `user`), and the signal's reason.
 */
export async function waitFor<T>(waiting: Waiting, logger: Logger, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + waiting.patienceMs
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted()
    try {
      const result = await attempt()
      if (tries > 1) logger.info(`reached ${waiting.what}`, { tries })
      return result
    } catch (error) {
      signal.throwIfAborted()
      const lasting = error instanceof FeedFailure && error.failureClass === 'user'
      if (lasting || Date.now() + waiting.everyMs > giveUpAt) throw error
      logger.warn(`waiting for ${waiting.what}`, { tries, reason: reasonOf(error) })
      await pause(waiting.everyMs, signal)
    }
  }
}

/** Our own sentences, and of others' errors the name alone: their messages may hold what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof FeedFailure) return error.message
  return error instanceof Error ? error.name : 'unknown'
}
