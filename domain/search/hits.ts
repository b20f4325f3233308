import type { LogKind } from '../feed/content.ts'
import { SEARCHED_FIELDS, type FieldValues, type Hit, type LogDocument, type SearchedField } from './log.ts'
import type { Matcher } from '../sets/matcher.ts'
import { rdataNames } from './rdata.ts'

/** The raw values of a digest that match, to fetch their logs by. */
export function matchingValues({ field, values }: FieldValues, matcher: Pick<Matcher, 'match'>): readonly string[] {
  return values.filter((value) => namesIn(field, null, value).some((name) => matcher.match(name) !== null))
}

/** Every match in a log, by field in the order of SEARCHED_FIELDS, one for each field and member. A null address matches nothing (contract Q-05). */
export function hitsIn(log: LogDocument, kind: LogKind, matcher: Pick<Matcher, 'match'>): readonly Hit[] {
  const hits: Hit[] = []
  for (const field of SEARCHED_FIELDS[kind]) {
    const members = new Set<string>()
    for (const spelled of rawValues(log, field)) {
      const member = matcher.match(spelled.value)
      if (member === null || members.has(member)) continue
      members.add(member)
      hits.push({ log, field, ...spelled, member })
    }
  }
  return hits
}

/** Raw values of one field of a log, with the record that holds them; of answers' data the names in it. */
function rawValues({ source }: LogDocument, field: SearchedField): readonly Pick<Hit, 'value' | 'record'>[] {
  if (field === 'source_ip' || field === 'dest_ip' || field === 'qname') return texts(source[field]).map((value) => ({ value }))
  return answersIn(source).flatMap((rrset) => {
    const [name] = texts(rrset['name'])
    const [type] = texts(rrset['type'])
    const record = { ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { type }) }
    const values = field === 'rrsets.name' ? texts(rrset['name']) : texts(rrset['rdata']).flatMap((text) => namesIn(field, type ?? null, text))
    return values.map((value) => ({ value, record }))
  })
}

function namesIn(field: SearchedField, type: string | null, value: string): readonly string[] {
  if (field !== 'rrsets.rdata') return [value]
  // A digest does not say of which type a record is: its text as a whole counts too, and the log itself decides.
  return type === null ? [value, ...rdataNames(null, value)] : rdataNames(type, value)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

/** The answers of a DNS log, one record or several. */
export function answersIn(source: LogDocument['source']): readonly Readonly<Record<string, unknown>>[] {
  return list(source['rrsets']).filter(isRecord)
}

/** The texts of a field that may hold one, several or something else. */
export function texts(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
