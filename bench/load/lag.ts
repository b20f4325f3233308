import type { Client } from '@elastic/elasticsearch'
import type { LogStream } from './log-stream.ts'

const PAGE = 5_000

/** How late logs were found, in milliseconds from their writing to their event. */
export interface Lag {
  readonly events: number
  /** Listed logs, written within the measure, without an event at the end of it. */
  readonly missing: number
  readonly p50: number
  readonly p95: number
  /** Of the slowest feed: the greatest of all its logs. */
  readonly slowest: number
}

interface FoundEvent {
  readonly generated_time?: string
  readonly origin?: string
  readonly record?: { readonly flow_log_id?: string }
}

/** @param span logs written in it count. */
export async function measureLag(client: Client, events: string, logs: LogStream, span: { readonly from: number; readonly to: number }, feedOf: (feed: number) => string): Promise<Lag> {
  await client.indices.refresh({ index: events })
  const waiting = new Map([...logs.listed].filter(([, { at }]) => at >= span.from && at < span.to))
  const lags: number[] = []
  const search = client.helpers.scrollDocuments<FoundEvent>({
    index: events,
    size: PAGE,
    query: { bool: { must_not: [{ term: { origin: 'everything' } }] } },
    _source: ['generated_time', 'origin', 'record.flow_log_id'],
  })
  for await (const { generated_time: found, origin, record } of search) {
    const log = waiting.get(record?.flow_log_id ?? '')
    if (log === undefined || found === undefined || origin !== feedOf(log.feed)) continue
    waiting.delete(record?.flow_log_id ?? '')
    lags.push(Date.parse(found) - log.at)
  }
  lags.sort((a, b) => a - b)
  const at = (share: number): number => lags[Math.min(lags.length - 1, Math.floor(share * lags.length))] ?? Number.NaN
  return { events: lags.length, missing: waiting.size, p50: at(0.5), p95: at(0.95), slowest: at(1) }
}
