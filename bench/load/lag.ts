import type { Client } from '@elastic/elasticsearch'
import { EVERYTHING } from './lists.ts'
import type { Written } from './log-stream.ts'

const PAGE = 5_000

/** How late logs were found, in milliseconds from their writing to their event; null where no event was. */
export interface Lag {
  readonly events: number
  /** Listed logs, written within the measure, without an event at the end of it. */
  readonly missing: number
  readonly p50: number | null
  readonly p95: number | null
  /** Of the slowest feed: the greatest of all its logs. */
  readonly slowest: number | null
}

/** What is read of an event. */
export interface FoundEvent {
  readonly generated_time?: string
  readonly origin?: string
  readonly record?: { readonly flow_log_id?: string }
}

/** The logs that are waited for, by their `_id`, and the events that came. One of a feed that does not list the log's address does not count. */
export function lagOf(listed: ReadonlyMap<string, Written>, events: readonly FoundEvent[], feedOf: (feed: number) => string): Lag {
  const waiting = new Map(listed)
  const lags: number[] = []
  for (const { generated_time: found, origin, record } of events) {
    const id = record?.flow_log_id ?? ''
    const log = waiting.get(id)
    if (log === undefined || found === undefined || origin !== feedOf(log.feed)) continue
    waiting.delete(id)
    lags.push(Date.parse(found) - log.at)
  }
  lags.sort((a, b) => a - b)
  const below = (share: number): number | null => lags[Math.max(0, Math.ceil(share * lags.length) - 1)] ?? null
  return { events: lags.length, missing: waiting.size, p50: below(0.5), p95: below(0.95), slowest: below(1) }
}

/** All events but those of the feed that holds everything. */
export async function readEvents(client: Client, index: string): Promise<readonly FoundEvent[]> {
  await client.indices.refresh({ index })
  const events: FoundEvent[] = []
  const pages = client.helpers.scrollDocuments<FoundEvent>({
    index,
    size: PAGE,
    query: { bool: { must_not: [{ term: { origin: EVERYTHING } }] } },
    _source: ['generated_time', 'origin', 'record.flow_log_id'],
  })
  for await (const event of pages) events.push(event)
  return events
}
