import { FeedFailure } from '../domain/failure.ts'
import type { FoundEvent } from '../domain/events/found-event.ts'
import type { EventPlace, EventReader } from '../adapters/elasticsearch/event-reader.ts'

/** How often new events are asked for: Elasticsearch shows what was written after a second at best. */
const POLL_MS = 2_000
/**
 * How much later than it was found an event may come into sight: a full queue is waited for up to 16 s and each request up to a minute,
 * an index may be refreshed once a minute, and the clocks of workers may differ by two.
 */
export const LATEST_MS = 300_000
/** How long Elasticsearch may be away in the middle: a restart takes half of it. */
const PATIENCE_MS = 60_000

export interface FollowOptions {
  readonly feed: string | null
  /** Milliseconds since the epoch: begin with those found since then. null: only with those that come into sight from now on. */
  readonly since: number | null
}

export interface FollowTools {
  readonly events: EventReader
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Ends early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Security events as they come into sight, each once, in pages, until the signal is aborted. When one was found is the clock of its worker,
 * and when it can be seen hangs on bulks and refreshes, so that a later one may be seen first: each round looks again at the last five
 * minutes before the newest one, and leaves out those that it has seen.
 * @throws FeedFailure when Elasticsearch refuses, does not answer at the start, or then for a minute.
 */
export async function* followEvents({ feed, since }: FollowOptions, { events, now, pause }: FollowTools, signal: AbortSignal): AsyncGenerator<readonly FoundEvent[]> {
  const floor = since ?? now() - LATEST_MS
  const seen = new Map<string, number>()
  let newest = floor
  let answered: number | null = null
  while (!signal.aborted) {
    // What is in sight before the first round is over is not new: it is remembered, and neither fetched nor shown.
    const quiet = since === null && answered === null
    const isWanted = ({ id, foundAt }: EventPlace): boolean => {
      if (quiet) seen.set(id, foundAt)
      return !seen.has(id)
    }
    try {
      for await (const page of events.pages({ feed, since: Math.max(floor, newest - LATEST_MS) }, isWanted, signal)) {
        for (const { id, foundAt } of page) seen.set(id, foundAt)
        if (page.length > 0) yield page
      }
      // A worker whose clock is ahead must not hide what the others find meanwhile.
      for (const foundAt of seen.values()) if (foundAt > newest && foundAt <= now()) newest = foundAt
      for (const [id, foundAt] of seen) if (foundAt < newest - LATEST_MS) seen.delete(id)
      answered = now()
    } catch (error) {
      if (signal.aborted) return
      const waits = error instanceof FeedFailure && error.failureClass !== 'user' && answered !== null && now() - answered < PATIENCE_MS
      if (!waits) throw error
    }
    await pause(POLL_MS, signal)
  }
}
