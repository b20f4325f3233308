import type { Client } from '@elastic/elasticsearch'
import type { LogSelection, Searched, TakeValues } from '../../activities/ports/log-store.ts'
import { EVERY_ADDRESS, addressText, firstPage, nextPage, type AddressPage } from '../../domain/search/address-pages.ts'
import { SEARCHED_FIELDS, type FieldValues, type SearchedField } from '../../domain/search/log.ts'
import { DIGEST_PAGE, distinctIn } from '../../domain/search/planner.ts'
import { logsIn } from '../../domain/search/spans.ts'
import type { Span } from '../../domain/search/window.ts'
import { digestAggregations, digestParts, pageQuery, partName, spansQuery, type AfterKey, type DigestPart } from './log-queries.ts'
import type { Refusals } from './log-refusals.ts'
import { halving, pageOf, searchShards, shardGroups, type PageRoom } from './shard-search.ts'

/** A page of a composite: 60 bytes a value, 3 MB; fewer values where they are long. */
interface Composite {
  readonly after_key?: AfterKey
  readonly buckets: readonly { readonly key: { readonly value: unknown } }[]
}
type Answer = Readonly<Record<string, Composite | { readonly records: { readonly values: Composite } }>>

/** What one composite of a request brought, and where to go on; null when that was all. */
interface PartPage {
  readonly part: DigestPart
  readonly values: readonly string[]
  readonly after: AfterKey | null
}

/** Distinct raw values of each searched field of a selection (LogStore.digest). */
export async function digestLogs(
  client: Client,
  { kind, spans, notBefore }: LogSelection,
  refusals: Refusals,
  signal: AbortSignal,
  take?: TakeValues,
): Promise<Searched<readonly FieldValues[]>> {
  const fields: readonly SearchedField[] = SEARCHED_FIELDS[kind]
  const values = new Map<SearchedField, Set<string>>(fields.map((field) => [field, new Set<string>()]))
  const unreachable: Span[] = []
  for (const group of shardGroups(spans)) {
    const reached = await halving(
      client,
      group,
      async (part) => {
        const kept: FieldValues[] = []
        const room: PageRoom = { most: DIGEST_PAGE }
        const digest: GroupDigest = {
          page: (parts, size, page) => pageOf(room, size, (fewer, bytes) => digestPage(client, parts, fewer, part, notBefore, page, signal, bytes)),
          take: take === undefined ? async (found) => void kept.push(found) : (found) => take(found, part),
        }
        await digestGroup(digest, fields, logsIn(part))
        return kept
      },
      refusals,
      signal,
    )
    // Kept once all fields of these shards are read: half a digest of a shard is none.
    for (const pages of reached.found) for (const { field, values: found } of pages) for (const value of found) values.get(field)?.add(value)
    unreachable.push(...reached.unreachable)
  }
  return { found: [...values].map(([field, found]) => ({ field, values: [...found] })), unreachable }
}

/** One group of shards: how it is asked, and where its values go. */
interface GroupDigest {
  page(parts: readonly DigestPart[], size: number, page?: AddressPage): Promise<readonly PartPage[]>
  take(found: FieldValues): Promise<void>
}

/** Few logs are asked for all fields at once. What is too much for one answer is asked for field by field. */
async function digestGroup(digest: GroupDigest, fields: readonly SearchedField[], logs: number): Promise<void> {
  const parts = fields.flatMap(digestParts)
  const size = Math.floor(DIGEST_PAGE / parts.length)
  const first = distinctIn(logs) > size ? null : await digest.page(parts, size)
  for (const { part, values } of first ?? []) if (values.length > 0) await digest.take({ field: part.field, values })
  await Promise.all(
    fields.map(async (field) => {
      const pages = first?.filter(({ part }) => part.field === field)
      const left = pages?.flatMap(({ part, after }) => (after === null ? [] : [{ ...part, after }])) ?? digestParts(field)
      if (left.length === 0) return
      if (field === 'source_ip' || field === 'dest_ip') await digestAddresses(digest, field, distinctIn(logs))
      else await digestNames(digest, field, left)
    }),
  )
}

async function digestAddresses(digest: GroupDigest, field: SearchedField, expected: number): Promise<void> {
  for (let page: AddressPage | null = firstPage(expected, DIGEST_PAGE); page !== null; ) {
    // What a log holds besides an address of the page is skipped where it is below.
    const after = page.from > EVERY_ADDRESS.from ? { value: addressText(page.from - 1n) } : null
    const [found] = await digest.page([{ field, way: 'plain', after }], DIGEST_PAGE, page)
    const values = found?.values ?? []
    if (values.length > 0) await digest.take({ field, values })
    page = nextPage(page, { count: values.length, last: found?.after == null ? null : (values.at(-1) ?? null) }, DIGEST_PAGE)
  }
}

async function digestNames(digest: GroupDigest, field: SearchedField, parts: readonly DigestPart[]): Promise<void> {
  for (let left = parts; left.length > 0; ) {
    const pages = await digest.page(left, Math.floor(DIGEST_PAGE / left.length))
    for (const { values } of pages) if (values.length > 0) await digest.take({ field, values })
    left = pages.flatMap(({ part, after }) => (after === null ? [] : [{ ...part, after }]))
  }
}

async function digestPage(
  client: Client,
  parts: readonly DigestPart[],
  size: number,
  group: readonly Span[],
  notBefore: string | undefined,
  page: AddressPage | undefined,
  signal: AbortSignal,
  bytes?: number,
): Promise<readonly PartPage[]> {
  const [first] = parts
  const within = page === undefined || page === EVERY_ADDRESS || first === undefined ? [] : [pageQuery(first.field, page)]
  const query = { bool: { filter: [spansQuery(group, notBefore), ...within] } }
  const { aggregations } = await searchShards<Answer>(client, group, { size: 0, query, aggregations: digestAggregations(parts, size) }, signal, bytes)
  return parts.map((part) => {
    const answer = aggregations?.[partName(part)]
    const found = answer === undefined || 'buckets' in answer ? answer : answer.records.values
    const values = (found?.buckets ?? []).map(({ key }) => String(key.value))
    return { part, values, after: found?.after_key !== undefined && values.length === size ? found.after_key : null }
  })
}
