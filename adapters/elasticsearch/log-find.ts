import type { Client, estypes } from '@elastic/elasticsearch'
import type { FoundLogs, LogSelection } from '../../activities/ports/log-store.ts'
import { READ_FIELDS } from '../../domain/events/log-fields.ts'
import type { FieldValues, LogDocument } from '../../domain/search/log.ts'
import { logsIn } from '../../domain/search/spans.ts'
import type { Span } from '../../domain/search/window.ts'
import type { Refusals } from './log-refusals.ts'
import { spansQuery, valueChunks, valuesQuery } from './log-queries.ts'
import { halving, pageOf, searchShards, shardGroups, ShardsUnreachable, withoutHopeless, type PageRoom } from './shard-search.ts'

/** Logs of one page: about 1 kB each of the fields that are read, 1 MB; fewer where they are so long that it were over 16 MiB. */
const PAGE = 1_000

interface Page {
  /** What the page was asked of: a group, or the part of it that could be reached. */
  readonly group: readonly Span[]
  readonly hits: readonly estypes.SearchHit<unknown>[]
  /** Of all pages together; told with the first one. */
  readonly matching: number
  readonly isLast: boolean
}

/** Logs of a selection in which a field holds one of these values, or all of it, page by page (LogStore.find). */
export async function* findLogs(client: Client, selection: LogSelection, by: FieldValues | null, refusals: Refusals, signal: AbortSignal): AsyncGenerator<FoundLogs> {
  const queries = by === null ? [null] : valueChunks(by.field, by.values).map((chunk) => valuesQuery(by.field, chunk))
  for (const group of shardGroups(selection.spans)) {
    for (const query of queries) yield* findInGroup(client, selection, group, query, refusals, signal)
  }
}

async function* findInGroup(
  client: Client,
  { kind, notBefore }: LogSelection,
  group: readonly Span[],
  values: estypes.QueryDslQueryContainer | null,
  refusals: Refusals,
  signal: AbortSignal,
): AsyncGenerator<FoundLogs> {
  const room: PageRoom = { most: PAGE }
  const page = (part: readonly Span[], after: estypes.SortResults | undefined): Promise<Page> => pageOf(room, PAGE, async (size, bytes) => {
    const search: estypes.SearchRequest = {
      size,
      _source: [...READ_FIELDS[kind]],
      query: { bool: { filter: [spansQuery(part, notBefore), ...(values === null ? [] : [values])] } },
      // Unique within the shards of one number, and steady while new logs come in.
      sort: [{ _index: 'asc' }, { _seq_no: 'asc' }],
      ...(after === undefined ? { track_total_hits: true } : { search_after: after }),
    }
    const { hits, total = 0 } = (await searchShards(client, part, search, signal, bytes)).hits
    return { group: part, hits, matching: typeof total === 'number' ? total : total.value, isLast: hits.length < size }
  })
  const reached = await halving(client, group, (part) => page(part, undefined), refusals, signal)
  if (reached.unreachable.length > 0) yield { found: [], unreachable: reached.unreachable, among: 0, matching: 0 }
  for (const first of reached.found) {
    const { group: part, matching } = first
    const among = logsIn(part)
    let { hits, isLast } = first
    while (hits.length > 0) {
      yield { found: hits.flatMap(logOf), unreachable: [], among, matching }
      if (isLast) break
      try {
        ;({ hits, isLast } = await page(part, hits.at(-1)?.sort))
      } catch (error) {
        if (!(error instanceof ShardsUnreachable)) throw error
        // Lost between two pages: all of the part is owed; what was found already is found again, and is one event all the same.
        yield { found: [], unreachable: await withoutHopeless(client, part, signal), among, matching }
        break
      }
    }
  }
}

function logOf(hit: estypes.SearchHit<unknown>): readonly LogDocument[] {
  const { _index: index, _id: id, _source: source, _ignored: unindexed } = hit
  if (id === undefined || typeof source !== 'object' || source === null) return []
  return [{ index, id, source: { ...source }, ...(unindexed === undefined ? {} : { unindexed }) }]
}
