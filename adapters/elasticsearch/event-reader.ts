import type { Client, estypes } from '@elastic/elasticsearch'
import { EVENT_TYPES, type FoundEvent } from '../../domain/events/found-event.ts'
import { ask, statusOf } from './client.ts'
import type { IndexNames } from './indices.ts'

/** Events of one page: about 2 kB each, 1 MB. */
const PAGE = 500
/** How long a snapshot outlives the last page that was asked of it: whoever takes pages writes them to a terminal. */
const KEEP_ALIVE = '1m'
const ASKING = { what: 'read the security events', code: 'SearchFailed' } as const

/** Which events: of one feed or, with null, of all. */
export interface EventSelection {
  readonly feed: string | null
  /** Milliseconds since the epoch: those found since then. */
  readonly since: number
}

/** An event before it is fetched. */
export type EventPlace = Pick<FoundEvent, 'id' | 'foundAt'>

/**
 * Reads security events, in the order in which they were found. Needs `read` on the alias or index. What does not exist holds no events.
 * All fail with FeedFailure `SearchFailed`; an answer that lacks a shard is a failure.
 */
export interface EventReader {
  /** The newest, oldest of them first. */
  newest(selection: EventSelection, limit: number, signal: AbortSignal): Promise<readonly FoundEvent[]>
  /**
   * All, oldest first, in pages: one snapshot, in which none is missing and none is twice whatever is written meanwhile.
   * @param isWanted asked of each once: others are left out, and not fetched.
   */
  pages(selection: EventSelection, isWanted: (event: EventPlace) => boolean, signal: AbortSignal): AsyncIterable<readonly FoundEvent[]>
  /** Whether a feed ever led to an event that is still there. */
  has(feed: string, signal: AbortSignal): Promise<boolean>
}

export function elasticsearchEventReader(client: Client, { events: index }: Pick<IndexNames, 'events'>): EventReader {
  const search = (request: estypes.SearchRequest, signal: AbortSignal): Promise<estypes.SearchResponse<Readonly<Record<string, unknown>>>> =>
    ask({ ...ASKING, index }, signal, (aborted) => client.search({ ...request, allow_partial_search_results: false, track_total_hits: false }, { signal: aborted }))

  /** Ids and places, page by page, of one snapshot; `fetch` reads events of a page from it. */
  async function* walk(selection: EventSelection, order: 'asc' | 'desc', signal: AbortSignal): AsyncGenerator<Walked> {
    const pit = await openSnapshot(client, index, signal)
    if (pit === null) return
    try {
      const fetch = async (ids: readonly string[]): Promise<ReadonlyMap<string, Document>> => {
        const { hits } = await search({ pit: { id: pit, keep_alive: KEEP_ALIVE }, size: PAGE, query: { ids: { values: [...ids] } } }, signal)
        return new Map(hits.hits.flatMap(({ _id: id, _source: source }) => (id === undefined || source === undefined ? [] : [[id, source] as const])))
      }
      let after: estypes.SortResults | undefined
      for (;;) {
        const { hits } = await search(
          {
            pit: { id: pit, keep_alive: KEEP_ALIVE },
            size: PAGE,
            _source: false,
            query: { bool: { filter: filters(selection) } },
            // A snapshot adds the place in its shards, by which those of one moment are told apart.
            sort: [{ generated_time: { order, unmapped_type: 'date' } }],
            ...(after === undefined ? {} : { search_after: after }),
          },
          signal,
        )
        yield { found: hits.hits.flatMap(placed), fetch }
        if (hits.hits.length < PAGE) return
        after = hits.hits.at(-1)?.sort
      }
    } finally {
      // One that cannot be closed ends by itself in a minute; where the walk was broken off, its signal is of no use any more.
      await client.closePointInTime({ id: pit }, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    }
  }

  return {
    async newest(selection, limit, signal) {
      const found: FoundEvent[] = []
      for await (const page of walk(selection, 'desc', signal)) {
        found.push(...(await events(page, page.found.slice(0, limit - found.length))))
        if (found.length >= limit) break
      }
      return found.reverse()
    },

    async *pages(selection, isWanted, signal) {
      for await (const page of walk(selection, 'asc', signal)) yield await events(page, page.found.filter(isWanted))
    },

    async has(feed, signal) {
      const { hits } = await search({ index, ignore_unavailable: true, size: 1, _source: false, query: { bool: { filter: [OURS, ofFeed(feed)] } } }, signal)
      return hits.hits.length > 0
    },
  }
}

type Document = Readonly<Record<string, unknown>>
interface Walked {
  readonly found: readonly EventPlace[]
  readonly fetch: (ids: readonly string[]) => Promise<ReadonlyMap<string, Document>>
}

async function events({ fetch }: Walked, places: readonly EventPlace[]): Promise<readonly FoundEvent[]> {
  if (places.length === 0) return []
  const documents = await fetch(places.map(({ id }) => id))
  return places.flatMap(({ id, foundAt }) => {
    const document = documents.get(id)
    return document === undefined ? [] : [{ id, foundAt, document }]
  })
}

/** A snapshot of the events, or null where there is no index. */
function openSnapshot(client: Client, index: string, signal: AbortSignal): Promise<string | null> {
  return ask({ ...ASKING, index }, signal, async (aborted) => {
    try {
      return (await client.openPointInTime({ index, keep_alive: KEEP_ALIVE }, { signal: aborted })).id
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  })
}

const OURS: estypes.QueryDslQueryContainer = { terms: { type: [...EVENT_TYPES] } }

function filters({ feed, since }: EventSelection): estypes.QueryDslQueryContainer[] {
  const found = { range: { generated_time: { gte: new Date(since).toISOString(), format: 'strict_date_optional_time' } } }
  return [OURS, found, ...(feed === null ? [] : [ofFeed(feed)])]
}

/** An index that someone else made may have found its mapping by itself: texts, with the whole as `keyword` beside it. */
function ofFeed(feed: string): estypes.QueryDslQueryContainer {
  return { bool: { should: [{ term: { 'record.feeds': feed } }, { term: { 'record.feeds.keyword': feed } }], minimum_should_match: 1 } }
}

function placed({ _id: id, sort }: estypes.SearchHit): readonly EventPlace[] {
  const at = Number(sort?.[0])
  return id === undefined || Number.isNaN(at) ? [] : [{ id, foundAt: at }]
}
