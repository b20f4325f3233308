import { OPTION_ANNOTATIONS } from '../../domain/feed/annotations.ts'
import { ANNOTATION_PREFIX } from '../../domain/feed/feed.ts'
import { quote } from '../../domain/feed/quote.ts'
import { FEED_FIELDS, type KnownFields } from './known-fields.ts'
import { nearest } from './nearest.ts'

/** A place in a document, and one sentence on what is wrong there that begins with its verb. */
export interface PlacedProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Fields that the kind does not have, and mistyped annotations of ours: both would be dropped or do nothing, without a word. */
export function unknownFields(document: Readonly<Record<string, unknown>>): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = []
  walk(document, FEED_FIELDS, [], problems)
  const { annotations } = record(document['metadata'])
  for (const key of Object.keys(record(annotations))) {
    const option = key.startsWith(ANNOTATION_PREFIX) ? key.slice(ANNOTATION_PREFIX.length) : null
    if (option === null || OPTION_ANNOTATIONS.some((known) => known === option)) continue
    // A newer version may read what this one does not (contract V-21): only a slip of the pen is one.
    const slip = nearest(option, OPTION_ANNOTATIONS)
    if (slip !== null) problems.push({ path: ['metadata', 'annotations', key], message: `is not an annotation that is read: did you mean ${slip}?` })
  }
  return problems
}

function walk(value: unknown, known: KnownFields, path: readonly (string | number)[], problems: PlacedProblem[]): void {
  for (const [key, child] of Object.entries(record(value))) {
    const place = [...path, key]
    const fields = Object.hasOwn(known, key) ? known[key] : undefined
    if (fields === undefined) problems.push({ path: place, message: unknown(key, known, path.length === 0) })
    else if (isList(fields)) {
      for (const [at, item] of (Array.isArray(child) ? (child as unknown[]) : []).entries()) walk(item, fields[0], [...place, at], problems)
    } else if (fields !== 'any') walk(child, fields, place, problems)
  }
}

function unknown(key: string, known: KnownFields, root: boolean): string {
  const { spec } = FEED_FIELDS
  if (root && typeof spec === 'object' && !isList(spec) && Object.hasOwn(spec, key)) return 'is a field of spec: indent it below spec'
  return `is not a field of a GlobalThreatFeed${meant(key, Object.keys(known))}`
}

function meant(typed: string, names: readonly string[]): string {
  const name = nearest(typed, names)
  if (name !== null) return `: did you mean ${name}?`
  return names.length === 0 ? '' : `; here it has ${names.slice(0, 12).join(', ')}`
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function isList(fields: KnownFields | 'any' | readonly [KnownFields]): fields is readonly [KnownFields] {
  return Array.isArray(fields)
}

/** A path as problems of a feed name it: `spec.pull.http.headers[0].name`; a user's own words bounded and printable. */
export function fieldText(path: readonly (string | number)[]): string {
  return path
    .map((part, at) => {
      if (typeof part === 'number') return `[${part}]`
      if (/^[A-Za-z][\w-]{0,62}$/.test(part)) return at === 0 ? part : `.${part}`
      return `[${/^[\w./-]{1,128}$/.test(part) ? part : quote(part)}]`
    })
    .join('')
}
