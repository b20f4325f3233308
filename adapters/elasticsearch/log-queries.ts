import type { estypes } from '@elastic/elasticsearch'
import { addressText, type AddressPage } from '../../domain/search/address-pages.ts'
import type { SearchedField } from '../../domain/search/log.ts'
import { RANGES_PAGE, TERMS_PAGE } from '../../domain/search/planner.ts'
import type { Span } from '../../domain/search/window.ts'

type Query = estypes.QueryDslQueryContainer

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
  const hosts = values.filter((value) => !isRange(field, value))
  // One prefix among bare addresses would turn the whole list into a clause for each: they are kept apart.
  const should: Query[] = values.filter((value) => isRange(field, value)).map((value) => rangeQuery(field, value))
  if (hosts.length > 0) should.push({ terms: { [field]: hosts } })
  const plain: Query = { bool: { should, minimum_should_match: 1 } }
  if (!isNested(field)) return plain
  return { bool: { should: [plain, { nested: { path: 'rrsets', ignore_unmapped: true, query: plain } }], minimum_should_match: 1 } }
}

/** Values in chunks that one query takes. */
export function valueChunks(field: SearchedField, values: readonly string[]): readonly (readonly string[])[] {
  const hosts = values.filter((value) => !isRange(field, value))
  const ranges = values.filter((value) => isRange(field, value))
  return [...chunks(hosts, TERMS_PAGE), ...chunks(ranges, RANGES_PAGE)]
}

/** `192.0.2.0-192.0.2.255`: no address holds a dash, names may. */
function isRange(field: SearchedField, value: string): boolean {
  return (field === 'source_ip' || field === 'dest_ip') && value.includes('-')
}

function rangeQuery(field: SearchedField, value: string): Query {
  const [gte = '', lte = ''] = value.split('-')
  return { range: { [field]: { gte, lte } } }
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, number) => items.slice(number * size, (number + 1) * size))
}

/** How the distinct values of a field are asked for, each a composite of its own. */
export type DigestWay = 'plain' | 'nested'
export type AfterKey = Readonly<Record<string, estypes.FieldValue>>
/** One composite of a request: a field, a way, and where to go on; null at its start. */
export interface DigestPart {
  readonly field: SearchedField
  readonly way: DigestWay
  readonly after: AfterKey | null
}

/** @returns all ways to a field's values, at their start. */
export function digestParts(field: SearchedField): readonly DigestPart[] {
  const ways: readonly DigestWay[] = isNested(field) ? ['plain', 'nested'] : ['plain']
  return ways.map((way) => ({ field, way, after: null }))
}

export function partName({ field, way }: DigestPart): string {
  return `${field} ${way}`
}

/** @param size values of a page; `search.max_buckets` (65,536) counts those of all parts of a request. */
export function digestAggregations(parts: readonly DigestPart[], size: number): Record<string, estypes.AggregationsAggregationContainer> {
  return Object.fromEntries(
    parts.map((part) => {
      const { field, way, after } = part
      const composite: estypes.AggregationsAggregationContainer = {
        composite: { size, sources: [{ value: { terms: { field } } }], ...(after === null ? {} : { after: { ...after } }) },
      }
      return [partName(part), way === 'plain' ? composite : inAnswers(field, composite)]
    }),
  )
}

function inAnswers(field: SearchedField, values: estypes.AggregationsAggregationContainer): estypes.AggregationsAggregationContainer {
  const filter: Query = field === 'rrsets.rdata' ? { bool: { must_not: [{ terms: { 'rrsets.type': ADDRESS_RECORDS } }] } } : { match_all: {} }
  return { nested: { path: 'rrsets' }, aggs: { records: { filter, aggs: { values } } } }
}

function isNested(field: SearchedField): boolean {
  return field === 'rrsets.name' || field === 'rrsets.rdata'
}

/** Logs with an address of the page in this field. */
export function pageQuery(field: SearchedField, { from, to }: AddressPage): Query {
  return { range: { [field]: { gte: addressText(from), lte: addressText(to) } } }
}
