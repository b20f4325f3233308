import type { estypes } from '@elastic/elasticsearch'
import type { SearchedField } from '../../domain/search/log.ts'
import { TERMS_PAGE } from '../../domain/search/planner.ts'
import type { Span } from '../../domain/search/window.ts'

type Query = estypes.QueryDslQueryContainer

/** Networks of one request: each is a clause of its own, and clauses are limited to 1,024 on the smallest servers. */
const NETWORKS_PAGE = 1_000
/** Types whose data is an address: seven of eight answers, and never a name. */
const ADDRESS_RECORDS = ['A', 'AAAA']

/** Logs in these spans, by their own sequence numbers; times play no part in what is new. */
export function spansQuery(spans: readonly Span[], notBefore?: string): Query {
  const should = spans.map(({ index, after, upTo }) => ({
    bool: { filter: [{ term: { _index: index } }, { range: { _seq_no: { gt: after, lte: upTo } } }] },
  }))
  const within: Query = { bool: { should, minimum_should_match: 1 } }
  return notBefore === undefined ? within : { bool: { filter: [within, notOlder(notBefore)] } }
}

const TIME_FIELDS = ['generated_time', '@timestamp', 'end_time']

/**
 * By the first present of the fields that tell a log's time; a log that has none is never too old.
 * @param notBefore RFC 3339, or such as `now-1h` by the server's clock
 */
export function notOlder(notBefore: string): Query {
  const missing = (count: number): Query[] => TIME_FIELDS.slice(0, count).map((field) => ({ exists: { field } }))
  const should: Query[] = TIME_FIELDS.map((field, position) => ({
    bool: {
      // Whatever format the field was mapped with (seconds on flow logs), the bound is RFC 3339.
      filter: [{ range: { [field]: { gte: notBefore, format: 'strict_date_optional_time' } } }],
      must_not: missing(position),
    },
  }))
  should.push({ bool: { must_not: missing(TIME_FIELDS.length) } })
  return { bool: { should, minimum_should_match: 1 } }
}

/**
 * Logs in which the field holds one of the values. Answers are looked for both ways, as nested records and as plain objects: a
 * mapping is one of the two, and the other way finds nothing.
 */
export function valuesQuery(field: SearchedField, values: readonly string[]): Query {
  const hosts = values.filter((value) => !isNetwork(field, value))
  // One prefix among bare addresses would turn the whole list into a clause for each: they are kept apart.
  const networks = values.filter((value) => isNetwork(field, value))
  const should: Query[] = networks.map((value) => ({ term: { [field]: { value } } }))
  if (hosts.length > 0) should.push({ terms: { [field]: hosts } })
  const plain: Query = { bool: { should, minimum_should_match: 1 } }
  if (!isNested(field)) return plain
  return { bool: { should: [plain, { nested: { path: 'rrsets', ignore_unmapped: true, query: plain } }], minimum_should_match: 1 } }
}

/** Values in chunks that one query takes. */
export function valueChunks(field: SearchedField, values: readonly string[]): readonly (readonly string[])[] {
  const hosts = values.filter((value) => !isNetwork(field, value))
  const networks = values.filter((value) => isNetwork(field, value))
  return [...chunks(hosts, TERMS_PAGE), ...chunks(networks, NETWORKS_PAGE)]
}

function isNetwork(field: SearchedField, value: string): boolean {
  return (field === 'source_ip' || field === 'dest_ip') && value.includes('/')
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, number) => items.slice(number * size, (number + 1) * size))
}

/** How the distinct values of a field are asked for: by name, each a composite of its own with a place to go on after. */
export type DigestWay = 'plain' | 'nested'
export type AfterKey = Readonly<Record<string, estypes.FieldValue>>

export function digestWays(field: SearchedField): readonly DigestWay[] {
  return isNested(field) ? ['plain', 'nested'] : ['plain']
}

/** @param after for each way still to be asked: null at its start, else where its last page ended. */
export function digestAggregations(
  field: SearchedField,
  after: ReadonlyMap<DigestWay, AfterKey | null>,
  size: number,
): Record<string, estypes.AggregationsAggregationContainer> {
  const aggregations: Record<string, estypes.AggregationsAggregationContainer> = {}
  for (const [way, key] of after) {
    const composite: estypes.AggregationsAggregationContainer = {
      composite: { size, sources: [{ value: { terms: { field } } }], ...(key === null ? {} : { after: { ...key } }) },
    }
    aggregations[way] = way === 'plain' ? composite : inAnswers(field, composite)
  }
  return aggregations
}

function inAnswers(field: SearchedField, values: estypes.AggregationsAggregationContainer): estypes.AggregationsAggregationContainer {
  const filter: Query = field === 'rrsets.rdata' ? { bool: { must_not: [{ terms: { 'rrsets.type': ADDRESS_RECORDS } }] } } : { match_all: {} }
  return { nested: { path: 'rrsets' }, aggs: { records: { filter, aggs: { values } } } }
}

function isNested(field: SearchedField): boolean {
  return field === 'rrsets.name' || field === 'rrsets.rdata'
}
