import type { LogKind } from '../../domain/feed/content.ts'
import { SEARCHED_FIELDS } from '../../domain/search/log.ts'
import { INDICES } from './load-logs.ts'
import type { Client } from './server.ts'
import type { BenchSet } from './sets.ts'

/** Logs of one index above a sequence number, and up to another. */
export interface Stretch {
  readonly kind: LogKind
  readonly after: number
  readonly upTo: number
}

type Query = Readonly<Record<string, unknown>>

/** More hits than any of these searches has; Elasticsearch gives no more at once. */
const MOST_HITS = 10_000

/** The members of a set as lists of `terms`, 1,024 at a time, for each field: the way that the reference page stores and searches them. */
export async function literal(client: Client, stretch: Stretch, set: BenchSet, spelling: 'prefixes' | 'bare'): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const values = spelling === 'bare' ? set.members.map(bare) : set.members
  for (const field of SEARCHED_FIELDS[stretch.kind]) {
    for (const list of chunks(values, 1_024)) await search(client, stretch, within(field, { terms: { [field]: list } }), found)
  }
  return found
}

/** As large lists as Elasticsearch takes: hosts bare, in both fields at once, networks 1,024 at a time. */
export async function largeTerms(client: Client, stretch: Stretch, set: BenchSet): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const values = set.members.map(bare)
  const lists = [...chunks(values.filter((value) => !value.includes('/')), 65_536), ...chunks(values.filter((value) => value.includes('/')), 1_024)]
  for (const list of lists) {
    const should = SEARCHED_FIELDS[stretch.kind].map((field) => within(field, { terms: { [field]: list } }))
    await search(client, stretch, { bool: { should, minimum_should_match: 1 } }, found)
  }
  return found
}

/** A search that looks at nothing. */
export async function emptySearch(client: Client, { kind }: Stretch): Promise<void> {
  await client.search({ index: INDICES[kind], size: 0, track_total_hits: false, request_cache: false, query: { match_none: {} } })
}

function bare(member: string): string {
  return member.endsWith('/32') ? member.slice(0, -3) : member
}

function within(field: string, query: Query): Query {
  return field.startsWith('rrsets.') ? { nested: { path: 'rrsets', query } } : query
}

async function search(client: Client, { kind, after, upTo }: Stretch, query: Query, found: Set<string>): Promise<void> {
  const answer = await client.search({
    index: INDICES[kind],
    size: MOST_HITS,
    _source: false,
    track_total_hits: false,
    request_cache: false,
    query: { bool: { filter: [{ range: { _seq_no: { gt: after, lte: upTo } } }, query] } },
  })
  if (answer.hits.hits.length === MOST_HITS) throw new Error('more hits than one answer holds: the rivals would have to page')
  for (const { _id: id } of answer.hits.hits) if (id !== undefined) found.add(id)
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, number) => items.slice(number * size, (number + 1) * size))
}
