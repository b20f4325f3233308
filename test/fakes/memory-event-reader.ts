import type { EventReader } from '../../adapters/elasticsearch/event-reader.ts'
import { EVENT_TYPES, type FoundEvent } from '../../domain/events/found-event.ts'

const PAGE = 500

/** Security events in memory. */
export class MemoryEventReader implements EventReader {
  readonly events: FoundEvent[] = []
  /** Runs before each page. */
  beforePage: () => void = () => {}

  add(...events: readonly FoundEvent[]): void {
    this.events.push(...events)
  }

  newest({ feed, since }: { readonly feed: string | null; readonly since: number }, limit: number): Promise<readonly FoundEvent[]> {
    return Promise.resolve(this.#sorted(feed, since).slice(-limit))
  }

  async *pages(
    { feed, since }: { readonly feed: string | null; readonly since: number },
    isWanted: (event: { readonly id: string; readonly foundAt: number }) => boolean,
  ): AsyncGenerator<readonly FoundEvent[]> {
    this.beforePage()
    const snapshot = this.#sorted(feed, since)
    for (let at = 0; at <= snapshot.length; at += PAGE) yield snapshot.slice(at, at + PAGE).filter(isWanted)
  }

  has(feed: string): Promise<boolean> {
    return Promise.resolve(this.#sorted(feed, Number.NEGATIVE_INFINITY).length > 0)
  }

  #sorted(feed: string | null, since: number): readonly FoundEvent[] {
    return this.events
      .filter(({ foundAt, document }) => foundAt >= since && EVENT_TYPES.some((type) => type === document['type']) && (feed === null || isOf(document, feed)))
      .sort((a, b) => a.foundAt - b.foundAt)
  }
}

function isOf({ record }: FoundEvent['document'], feed: string): boolean {
  return typeof record === 'object' && record !== null && 'feeds' in record && Array.isArray(record.feeds) && record.feeds.includes(feed)
}

/** An event that a feed led to. @param at milliseconds since the epoch. */
export function foundEvent(id: string, at: number, feed = 'some-feed', fields: Readonly<Record<string, unknown>> = {}): FoundEvent {
  const time = new Date(at).toISOString()
  const document = { type: 'gtf_suspicious_flow', origin: feed, generated_time: time, time, severity: 80, description: `what ${id} says`, record: { feeds: [feed] }, ...fields }
  return { id, foundAt: at, document }
}
