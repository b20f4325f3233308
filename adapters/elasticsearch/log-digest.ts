import type { Client, estypes } from '@elastic/elasticsearch'
import type { LogSelection, Searched } from '../../activities/ports/log-store.ts'
import { SEARCHED_FIELDS, type FieldValues, type SearchedField } from '../../domain/search/log.ts'
import { DIGEST_PAGE } from '../../domain/search/planner.ts'
import type { Span } from '../../domain/search/window.ts'
import { digestAggregations, digestWays, spansQuery, type AfterKey, type DigestWay } from './log-queries.ts'
import { halving, searchShards, shardGroups } from './shard-search.ts'

/** A page of a composite: 60 bytes a value, 3 MB. */
interface Composite {
  readonly after_key?: AfterKey
  readonly buckets: readonly { readonly key: { readonly value: unknown } }[]
}
type Answer = Readonly<Record<string, Composite | { readonly records: { readonly values: Composite } }>>

/** Distinct raw values of each searched field of a selection (LogStore.digest). */
export async function digestLogs(client: Client, selection: LogSelection, signal: AbortSignal): Promise<Searched<readonly FieldValues[]>> {
  const { kind, spans, notBefore } = selection
  const values = new Map<SearchedField, Set<string>>(SEARCHED_FIELDS[kind].map((field) => [field, new Set<string>()]))
  const unreachable: Span[] = []
  for (const group of shardGroups(spans)) {
    // A field's values are kept once all fields of these shards are read: half a digest of a shard is none.
    const reached = await halving(client, group, (part) => digestGroup(client, [...values.keys()], part, notBefore, signal), signal)
    for (const fields of reached.found) for (const [field, found] of fields) for (const value of found) values.get(field)?.add(value)
    unreachable.push(...reached.unreachable)
  }
  return { found: [...values].map(([field, found]) => ({ field, values: [...found] })), unreachable }
}

async function digestGroup(
  client: Client,
  fields: readonly SearchedField[],
  group: readonly Span[],
  notBefore: string | undefined,
  signal: AbortSignal,
): Promise<readonly (readonly [SearchedField, readonly string[]])[]> {
  return Promise.all(fields.map(async (field) => [field, await digestField(client, field, group, notBefore, signal)] as const))
}

async function digestField(
  client: Client,
  field: SearchedField,
  group: readonly Span[],
  notBefore: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const values: string[] = []
  // `search.max_buckets` (65,536) counts all ways of one request.
  const size = Math.floor(DIGEST_PAGE / digestWays(field).length)
  let left = new Map<DigestWay, AfterKey | null>(digestWays(field).map((way) => [way, null]))
  while (left.size > 0) {
    const search: estypes.SearchRequest = { size: 0, query: { bool: { filter: [spansQuery(group, notBefore)] } }, aggregations: digestAggregations(field, left, size) }
    const { aggregations } = await searchShards<Answer>(client, group, search, signal)
    const next = new Map<DigestWay, AfterKey | null>()
    for (const way of left.keys()) {
      const answer = aggregations?.[way]
      const page = answer === undefined || 'buckets' in answer ? answer : answer.records.values
      for (const { key } of page?.buckets ?? []) values.push(String(key.value))
      if (page?.after_key !== undefined && page.buckets.length === size) next.set(way, page.after_key)
    }
    left = next
  }
  return values
}
