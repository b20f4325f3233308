import { errors, type Client, type estypes } from '@elastic/elasticsearch'
import type { Span } from '../../domain/search/window.ts'
import { statusOf, storeFailure } from './client.ts'
import { numbered } from './log-numbering.ts'
import { refusalOf, type Refusals } from './log-refusals.ts'

/** Elasticsearch takes a request line of 4,096 bytes (`http.max_initial_line_length`); the rest of it is path and parameters. */
const MAX_NAMES_BYTES = 3_000
/** No shard is asked beforehand whether it may hold anything: one that is skipped all the same was not searched. */
const NO_PRE_FILTER = 100_000
/** Clauses of one query, far below any clause limit. */
const MAX_SPANS = 500
/** An answer of one page: a few times what 65,536 names of 60 bytes or 1,000 ordinary logs come to. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024

/** Some shards that a request had to reach did not answer, or not whole: what came is not to be used (contract Q-06). */
export class ShardsUnreachable extends Error {
  override readonly name = 'ShardsUnreachable'
  /** Why those that answered refuse the search; null where they are closed or lost. */
  readonly refusal: string | null

  constructor(refusal: string | null = null) {
    super()
    this.refusal = refusal
  }
}

/** An answer was longer than it may be: nothing of it was kept. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'
}

/** How many entries a page may have, less once an answer was too long: for the pages of one query that follow it. */
export interface PageRoom {
  most: number
}

/**
 * Asks for a page, and for ever smaller ones while the answer is too long. What logs hold is whatever anyone puts into an answer of the
 * DNS, 64 kB of it: 1,000 such logs are more than a worker should hold of one feed, and a page that could never be read would be
 * asked for again for ever (contract Q-10). A page of one entry may be as long as the client takes.
 * @param ask with the size of the page, and the bytes that its answer may have.
 */
export async function pageOf<T>(room: PageRoom, size: number, ask: (size: number, bytes?: number) => Promise<T>): Promise<T> {
  for (let entries = Math.min(size, room.most); entries > 1; entries = room.most) {
    try {
      return await ask(entries, MAX_PAGE_BYTES)
    } catch (error) {
      if (!(error instanceof AnswerTooLong)) throw error
      room.most = Math.max(entries >> 2, 1)
    }
  }
  return await ask(1)
}

/** Spans in groups that one request reaches: `preference=_shards:N` takes the shard of one number of many indices. */
export function shardGroups(spans: readonly Span[]): readonly (readonly Span[])[] {
  const groups: Span[][] = []
  const open = new Map<number, { group: Span[]; bytes: number }>()
  for (const span of spans) {
    const bytes = encodeURIComponent(span.index).length + 3
    let group = open.get(span.shard)
    if (group === undefined || group.bytes + bytes > MAX_NAMES_BYTES || group.group.length >= MAX_SPANS) {
      group = { group: [], bytes: 0 }
      groups.push(group.group)
      open.set(span.shard, group)
    }
    group.group.push(span)
    group.bytes += bytes
  }
  return groups
}

/**
 * One search over the shards of a group, which has reached all of them and each whole, or has failed.
 * @param bytes that the answer may have, if less than the client takes.
 * @throws ShardsUnreachable; AnswerTooLong where bytes are given; FeedFailure `SearchFailed` when it is not about single indices (no
 * connection, overload, privileges).
 */
export async function searchShards<Aggregations>(
  client: Client,
  group: readonly Span[],
  search: estypes.SearchRequest,
  signal: AbortSignal,
  bytes?: number,
): Promise<estypes.SearchResponse<unknown, Aggregations>> {
  const indices = [...new Set(group.map(({ index }) => index))]
  const answer = await attempt(signal, bytes, (aborted) =>
    client.search<unknown, Aggregations>(
      {
        // Counting what matches is for who asks for it; scores are not wanted.
        track_total_hits: false,
        ...search,
        index: indices,
        preference: `_shards:${group[0]?.shard ?? 0}`,
        allow_partial_search_results: false,
        ignore_unavailable: false,
        pre_filter_shard_size: NO_PRE_FILTER,
        request_cache: false,
      },
      { signal: aborted, ...(bytes === undefined ? {} : { maxResponseSize: bytes }) },
    ),
  )
  const { total, successful, failed, skipped = 0 } = answer._shards
  const partial = total !== indices.length || successful !== total || failed > 0 || skipped > 0
  if (partial || answer.timed_out || answer.terminated_early === true) throw new ShardsUnreachable()
  return answer
}

async function attempt<T>(signal: AbortSignal, bytes: number | undefined, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  try {
    return await request(AbortSignal.any([signal]))
  } catch (error) {
    signal.throwIfAborted()
    if (concernsIndices(error)) throw new ShardsUnreachable(refusalOf(error))
    if (bytes !== undefined && error instanceof errors.RequestAbortedError) throw new AnswerTooLong()
    throw storeFailure(error, { what: 'search the logs', code: 'SearchFailed' })
  }
}

/** Missing and closed indices, red shards, a query one index cannot take. Not: 401, 403, 429 and what is no answer at all. */
function concernsIndices(error: unknown): boolean {
  const status = statusOf(error)
  return status === 400 || status === 404 || status === 500 || status === 503
}

export interface Reached<T> {
  readonly found: readonly T[]
  readonly unreachable: readonly Span[]
}

/**
 * Runs a search over a group, and over ever smaller halves where it does not reach everything, so that one lost shard costs itself
 * alone. Spans of an index that was deleted are dropped with their logs.
 * @param refusals are told of an index that refuses the search.
 */
export async function halving<T>(
  client: Client,
  group: readonly Span[],
  run: (group: readonly Span[]) => Promise<T>,
  refusals: Refusals,
  signal: AbortSignal,
): Promise<Reached<T>> {
  try {
    return { found: [await run(group)], unreachable: [] }
  } catch (error) {
    if (!(error instanceof ShardsUnreachable)) throw error
    const [only, ...others] = group
    if (error.refusal !== null && only !== undefined && others.length === 0) refusals.note(only.index, error.refusal)
  }
  if (group.length === 1) return { found: [], unreachable: await withoutHopeless(client, group, signal) }
  const middle = group.length >> 1
  const first = await halving(client, group.slice(0, middle), run, refusals, signal)
  const second = await halving(client, group.slice(middle), run, refusals, signal)
  return { found: [...first.found, ...second.found], unreachable: [...first.unreachable, ...second.unreachable] }
}

/**
 * Leaves out spans that no search will ever reach: their index is gone (the name is unknown, or belongs to an index made later), or its
 * logs have no sequence numbers, which is said (contract Q-11). In doubt they stay.
 */
export async function withoutHopeless(client: Client, spans: readonly Span[], signal: AbortSignal): Promise<readonly Span[]> {
  const kept: Span[] = []
  for (const span of spans) if (!(await isDeleted(client, span, signal)) && !(await isUnnumbered(client, span, signal))) kept.push(span)
  return kept
}

async function isDeleted(client: Client, { index, uuid }: Span, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await client.indices.stats(
      { index, metric: 'refresh', forbid_closed_indices: false, expand_wildcards: 'all', filter_path: ['indices.*.uuid'] },
      { signal: AbortSignal.any([signal]) },
    )
    const found = answer.indices?.[index]?.uuid
    return found !== undefined && found !== uuid
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof errors.ResponseError && error.statusCode === 404 && isIndexNotFound(error.body)
  }
}

async function isUnnumbered(client: Client, { index, uuid }: Span, signal: AbortSignal): Promise<boolean> {
  try {
    return (await numbered(client, index, signal)).get(uuid) === false
  } catch {
    signal.throwIfAborted()
    return false
  }
}

function isIndexNotFound(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'type' in error && error.type === 'index_not_found_exception'
}
