import type { Client, estypes } from '@elastic/elasticsearch'
import type { LogSelection, Searched } from '../../activities/ports/log-store.ts'
import { READ_FIELDS } from '../../domain/events/log-fields.ts'
import type { LogDocument, SearchedField } from '../../domain/search/log.ts'
import type { Span } from '../../domain/search/window.ts'
import { spansQuery, valueChunks, valuesQuery } from './log-queries.ts'
import { halving, searchShards, shardGroups, ShardsUnreachable, withoutHopeless } from './shard-search.ts'

/** Logs of one page: about 1 kB each of the fields that are read, 1 MB. */
const PAGE = 1_000

interface Page {
  /** What the page was asked of: a group, or the part of it that could be reached. */
  readonly group: readonly Span[]
  readonly hits: readonly estypes.SearchHit<unknown>[]
}

/** Logs of a selection in which a field holds one of these values, page by page (LogStore.find). */
export async function* findLogs(
  client: Client,
  selection: LogSelection,
  field: SearchedField,
  values: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Searched<readonly LogDocument[]>> {
  for (const group of shardGroups(selection.spans)) {
    for (const chunk of valueChunks(field, values)) yield* findInGroup(client, selection, group, valuesQuery(field, chunk), signal)
  }
}

async function* findInGroup(
  client: Client,
  { kind, notBefore }: LogSelection,
  group: readonly Span[],
  values: estypes.QueryDslQueryContainer,
  signal: AbortSignal,
): AsyncGenerator<Searched<readonly LogDocument[]>> {
  const page = async (part: readonly Span[], after: estypes.SortResults | undefined): Promise<Page> => {
    const search: estypes.SearchRequest = {
      size: PAGE,
      _source: [...READ_FIELDS[kind]],
      query: { bool: { filter: [spansQuery(part, notBefore), values] } },
      // Unique within the shards of one number, and steady while new logs come in.
      sort: [{ _index: 'asc' }, { _seq_no: 'asc' }],
      ...(after === undefined ? {} : { search_after: after }),
    }
    return { group: part, hits: (await searchShards(client, part, search, signal)).hits.hits }
  }
  const reached = await halving(client, group, (part) => page(part, undefined), signal)
  if (reached.unreachable.length > 0) yield { found: [], unreachable: reached.unreachable }
  for (const first of reached.found) {
    const part = first.group
    let hits = first.hits
    while (hits.length > 0) {
      yield { found: hits.flatMap(logOf), unreachable: [] }
      if (hits.length < PAGE) break
      try {
        hits = (await page(part, hits.at(-1)?.sort)).hits
      } catch (error) {
        if (!(error instanceof ShardsUnreachable)) throw error
        // Lost between two pages: all of the part is owed; what was found already is found again, and is one event all the same.
        yield { found: [], unreachable: await withoutHopeless(client, part, signal) }
        break
      }
    }
  }
}

function logOf(hit: estypes.SearchHit<unknown>): readonly LogDocument[] {
  const { _index: index, _id: id, _source: source } = hit
  return id === undefined || typeof source !== 'object' || source === null ? [] : [{ index, id, source: { ...source } }]
}
