import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import { found } from '../../domain/feed/quote.ts'
import { readFeed } from '../../domain/feed/read-feed.ts'
import { API_VERSIONS, MAX_BYTES } from '../manifest.ts'
import { nearest } from './nearest.ts'
import { pathOf, type Place, placeOf } from './places.ts'
import { syntaxProblems } from './syntax.ts'
import { fieldText, type PlacedProblem, unknownFields } from './unknown-fields.ts'

/** One thing wrong with a file; it repeats no url and no header value (contract V-18). */
export interface ValidationProblem extends Place {
  /** Path of the field; empty where the problem is the whole document's. */
  readonly field: string
  /** Completes the sentence that begins with the field. */
  readonly message: string
}

export interface ValidatedDocument {
  /** From 1. */
  readonly document: number
  readonly line: number
  readonly kind: string
  readonly name: string
  readonly problems: readonly ValidationProblem[]
}

/** What `threatfeed validate --output json` prints. */
export interface ValidationResult {
  readonly valid: boolean
  readonly feeds: readonly ValidatedDocument[]
  /** Documents of other kinds, such as a Secret beside its feed: nothing is said of them. */
  readonly others: readonly { readonly document: number; readonly kind: string }[]
}

const KIND = 'GlobalThreatFeed'

/** Every problem of every feed in a YAML or JSON text, with its line (contract V-01 to V-16, V-21). */
export function validate(text: string): ValidationResult {
  if (text.length > MAX_BYTES) return refusedFile(`is too large: ${text.length} characters, where an object has at most ${MAX_BYTES}`)
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const feeds: ValidatedDocument[] = []
  const others: { document: number; kind: string }[] = []
  for (const [at, document] of ('empty' in parsed ? [] : parsed).entries()) {
    if (document.errors.length === 0 && document.contents === null) continue
    const read = readDocument(document, at + 1, lines)
    if ('problems' in read) feeds.push(read)
    else others.push(read)
  }
  if (feeds.length === 0) return { ...refusedFile(`holds no ${KIND}`), others }
  return { valid: feeds.every(({ problems }) => problems.length === 0), feeds, others }
}

function refusedFile(message: string): ValidationResult {
  return { valid: false, feeds: [{ document: 1, line: 1, kind: '', name: '', problems: [{ line: 1, column: 1, field: '', message }] }], others: [] }
}

function readDocument(document: Document.Parsed, at: number, lines: LineCounter): ValidatedDocument | { document: number; kind: string } {
  const start = placeOf(document, [], lines)
  const syntax = syntaxProblems(document, lines)
  if (syntax.length > 0) return { document: at, line: start.line, kind: '', name: '', problems: syntax }
  const value = plainValue(document)
  if (value === null) {
    return { document: at, line: start.line, kind: '', name: '', problems: [{ ...start, field: '', message: 'must be an object with apiVersion, kind, metadata and spec' }] }
  }
  const kind = typeof value['kind'] === 'string' ? value['kind'] : ''
  if (isOfAnotherKind(kind)) return { document: at, kind }
  const { feed, problems } = readFeed(value)
  const all: readonly PlacedProblem[] = [
    ...frameProblems(value, kind),
    ...unknownFields(value),
    ...problems.map(({ field, message }) => ({ path: pathOf(field), message })),
  ]
  const placed = all.map(({ path, message }) => ({ ...placeOf(document, path, lines), field: fieldText(path), message }))
  return { document: at, line: start.line, kind, name: feed.name, problems: placed.sort((a, b) => a.line - b.line || a.column - b.column) }
}

/** A Secret in the same file is its writer's business; a kind that was meant to be ours is not. */
function isOfAnotherKind(kind: string): boolean {
  return kind !== '' && kind !== KIND && nearest(kind, [KIND]) === null
}

function plainValue(document: Document.Parsed): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    // Aliases that multiply: nothing a feed has use for.
    return null
  }
}

/** What stands around a spec, and what Kubernetes wants of labels and annotations. */
function frameProblems(value: Readonly<Record<string, unknown>>, kind: string): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const { apiVersion, metadata } = value
  if (kind !== KIND) problems.push({ path: ['kind'], message: kind === '' ? `is required: ${KIND}` : `must be ${KIND}, found ${found(kind)}` })
  if (typeof apiVersion !== 'string' || !API_VERSIONS.includes(apiVersion)) {
    problems.push({ path: ['apiVersion'], message: `must be ${API_VERSIONS.join(' or ')}, found ${found(apiVersion)}` })
  }
  for (const map of ['labels', 'annotations'] as const) {
    const entries = typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>)[map] : undefined
    if (typeof entries !== 'object' || entries === null) continue
    for (const [key, entry] of Object.entries(entries)) {
      if (typeof entry !== 'string') problems.push({ path: ['metadata', map, key], message: 'must be a text: put it in quotes' })
    }
  }
  return problems
}
