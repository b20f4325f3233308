/** One choice among the children of a node. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start: number | null; readonly end: number | null; readonly step: number }
  | { readonly kind: 'all' }

/** One step of a path: what it takes of a node's children, or with `descend` of the node's and all its descendants' children. */
export interface PathPart {
  readonly descend: boolean
  readonly selectors: readonly Selector[]
}

/** A path in its parts (none for the root), or one sentence that says what is wrong with it. */
export type JsonPath = { readonly ok: true; readonly parts: readonly PathPart[] } | { readonly ok: false; readonly message: string }

/** Far above any path a person writes; they bound the work of admission and of an evaluation. */
const MAX_LENGTH = 1024
const MAX_PARTS = 32
const MAX_SELECTORS = 64

const DOTTED_NAME = /[\p{L}\p{M}\p{N}_$-]+/uy
const INTEGER = /-?(?:0|[1-9]\d{0,14})/y
const LOOKS_LIKE_TYPE = /^@[a-z]+\(/i

/**
 * Reads the path of a json feed (contract F-07, F-08). Pure and small, so that admission and the parser judge by the same grammar:
 *
 *     path     = "$" [ "." ] | "$" part *part
 *     part     = [ ".." ] "[" selector *( "," selector ) "]" | ( "." | ".." ) ( name | "*" )
 *     selector = '"' any characters, JSON escapes '"' | integer | [integer] ":" [integer] [ ":" [integer] ] | "*"
 *
 * Filters, expressions in parentheses, single quotes, `^`, `~` and `@type()` are refused, and nothing is ever evaluated as code.
 * At most 1,024 characters, 32 parts, 64 selectors in one pair of brackets.
 */
export function parseJsonPath(text: string): JsonPath {
  const path = text.trim()
  if ([...path].length > MAX_LENGTH) return { ok: false, message: `the path is longer than ${MAX_LENGTH} characters` }
  if (!path.startsWith('$')) return { ok: false, message: 'a path begins with $, the root of the document' }
  if (path === '$' || path === '$.') return { ok: true, parts: [] }
  const reader: Reader = { path, at: 1 }
  const parts: PathPart[] = []
  while (reader.at < path.length) {
    const part = readPart(reader)
    if (typeof part === 'string') return { ok: false, message: part }
    parts.push(part)
    if (parts.length > MAX_PARTS) return { ok: false, message: `the path has more than ${MAX_PARTS} parts` }
  }
  return { ok: true, parts }
}

interface Reader {
  readonly path: string
  at: number
}

/** A part, or what is wrong at this place. */
function readPart(reader: Reader): PathPart | string {
  const descend = take(reader, '..')
  if (take(reader, '[')) {
    const selectors = readBracket(reader)
    return typeof selectors === 'string' ? selectors : { descend, selectors }
  }
  if (!descend && !take(reader, '.')) return unexpected(reader)
  if (take(reader, '*')) return { descend, selectors: [{ kind: 'all' }] }
  const name = match(reader, DOTTED_NAME)
  return name === null ? unexpected(reader) : { descend, selectors: [{ kind: 'name', name }] }
}

function readBracket(reader: Reader): readonly Selector[] | string {
  const selectors: Selector[] = []
  for (;;) {
    skipSpace(reader)
    const selector = readSelector(reader)
    if (typeof selector === 'string') return selector
    selectors.push(selector)
    if (selectors.length > MAX_SELECTORS) return `the path has more than ${MAX_SELECTORS} choices in one pair of brackets`
    skipSpace(reader)
    if (take(reader, ']')) return selectors
    if (!take(reader, ',')) return unexpected(reader)
  }
}

function readSelector(reader: Reader): Selector | string {
  if (take(reader, '*')) return { kind: 'all' }
  if (reader.path[reader.at] === '"') return readQuoted(reader)
  const start = match(reader, INTEGER)
  skipSpace(reader)
  if (!take(reader, ':')) return start === null ? unexpected(reader) : { kind: 'index', index: toInteger(start) }
  skipSpace(reader)
  const end = match(reader, INTEGER)
  skipSpace(reader)
  let step: string | null = null
  if (take(reader, ':')) {
    skipSpace(reader)
    step = match(reader, INTEGER)
  }
  if (step !== null && toInteger(step) === 0) return `the step of a slice cannot be 0 (character ${reader.at} of the path)`
  return {
    kind: 'slice',
    start: start === null ? null : toInteger(start),
    end: end === null ? null : toInteger(end),
    step: step === null ? 1 : toInteger(step),
  }
}

function readQuoted(reader: Reader): Selector | string {
  const opened = reader.at
  let at = opened + 1
  while (at < reader.path.length && reader.path[at] !== '"') at += reader.path[at] === '\\' ? 2 : 1
  if (at >= reader.path.length) return `the double quote at character ${opened + 1} of the path is not closed`
  reader.at = at + 1
  // JSON allows no control characters between quotes; a path may hold them as they are.
  const literal = reader.path.slice(opened, at + 1).replace(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  try {
    return { kind: 'name', name: JSON.parse(literal) as string }
  } catch {
    return `a backslash escape in the name at character ${opened + 1} of the path is not one of JSON's`
  }
}

/** Says what is refused on purpose by its name, and anything else by its place. */
function unexpected({ path, at }: Reader): string {
  const rest = path.slice(at)
  const place = `(character ${at + 1} of the path)`
  if (rest === '') return 'the path ends where a name, * or [ is wanted'
  if (rest.startsWith('?')) return `filters are not supported ${place}`
  if (rest.startsWith('(')) return `expressions in parentheses are not supported ${place}`
  if (rest.startsWith("'")) return `names in brackets take double quotes ${place}`
  if (rest.startsWith('^') || rest.startsWith('~') || LOOKS_LIKE_TYPE.test(rest)) {
    return `parents (^), property names (~) and types (@type()) are not supported ${place}`
  }
  return `the path is not understood from character ${at + 1} on; a name with other characters than letters, digits, - and _ is written as ["name"]`
}

function take(reader: Reader, token: string): boolean {
  if (!reader.path.startsWith(token, reader.at)) return false
  reader.at += token.length
  return true
}

function match(reader: Reader, pattern: RegExp): string | null {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.path)?.[0] ?? null
  if (found !== null) reader.at += found.length
  return found
}

function skipSpace(reader: Reader): void {
  while (reader.path[reader.at] === ' ' || reader.path[reader.at] === '\t') reader.at++
}

/** Adding 0 makes of -0 the 0 that it means. */
function toInteger(digits: string): number {
  return Number(digits) + 0
}
