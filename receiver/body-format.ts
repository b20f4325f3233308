import type { Format, Problem as FieldProblem } from '../domain/feed/feed.ts'
import { Fields } from '../domain/feed/fields.ts'
import { quote } from '../domain/feed/quote.ts'
import { readFormat } from '../domain/feed/read-format.ts'
import { type Fault, Problem } from './problem.ts'

/** How a body is to be read. */
export interface BodyFormat {
  readonly format: Format
  /** An empty list empties the set (contract P-11, S-03). */
  readonly allowEmpty: boolean
}

type Kind = 'text' | 'whole number' | 'true or false'

/** The field of the feed's `format` that a media type stands for, and what the query may say of it (contract V-08 to V-12). */
interface BodyType {
  readonly field: string
  readonly query: Readonly<Record<string, Kind>>
}

const TYPES: ReadonlyMap<string, BodyType> = new Map<string, BodyType>([
  ['text/plain', { field: 'newlineDelimited', query: {} }],
  ['application/json', { field: 'json', query: { path: 'text' } }],
  [
    'text/csv',
    {
      field: 'csv',
      query: {
        fieldName: 'text',
        fieldNum: 'whole number',
        header: 'true or false',
        columnDelimiter: 'text',
        commentDelimiter: 'text',
        recordSize: 'whole number',
        disableRecordSizeValidation: 'true or false',
      },
    },
  ],
])
const OF_ALL = { allowEmpty: 'true or false' } as const satisfies Record<string, Kind>

/**
 * How the body of a request is to be read, by its header Content-Type and its query. The names of the query are those of the resource's
 * `format`, and its rules are theirs; a column's name alone means that the first record is a header.
 * @throws Problem `unsupported-type`, `invalid-query` with all that is wrong
 */
export function bodyFormat(request: Request): BodyFormat {
  const { field, query } = typeOf(request.headers.get('content-type'))
  const faults: Fault[] = []
  const values = readQuery(new URL(request.url).searchParams, { ...query, ...OF_ALL }, faults)
  const { allowEmpty, ...given } = values
  if (allowEmpty !== undefined && typeof allowEmpty !== 'boolean') faults.push({ place: 'query allowEmpty', detail: `must be true or false, found ${quote(String(allowEmpty))}` })
  const column = 'fieldName' in given && !('header' in given) ? { ...given, header: true } : given
  const problems: FieldProblem[] = []
  const format = readFormat(new Fields({ format: { [field]: column } }, '', problems))
  faults.push(...problems.map((problem) => asFault(problem, `format.${field}`)))
  if (format === undefined || faults.length > 0) throw invalid(faults)
  return { format, allowEmpty: allowEmpty === true }
}

function typeOf(header: string | null): BodyType {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase())
  const known = TYPES.get(type)
  const wanted = `${[...TYPES.keys()].join(', ')} is wanted`
  if (known === undefined) {
    const found = header === null ? 'there is no header Content-Type' : `the header Content-Type is ${quote(type)}`
    throw new Problem('unsupported-type', `${found}; one of ${wanted}`, { headers: { accept: [...TYPES.keys()].join(', ') } })
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '')
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return known
  throw new Problem('unsupported-type', `the charset of the header Content-Type is ${quote(charset)}; utf-8 is wanted`)
}

function readQuery(parameters: URLSearchParams, known: Readonly<Record<string, Kind>>, faults: Fault[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const name of new Set(parameters.keys())) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined
    const [text = '', ...more] = parameters.getAll(name)
    if (kind === undefined) faults.push({ place: `query ${quote(name)}`, detail: `is not known here; ${Object.keys(known).join(', ')} may be given` })
    else if (more.length > 0) faults.push({ place: `query ${name}`, detail: `must be given once, found ${more.length + 1} times` })
    else values[name] = valueOf(kind, text)
  }
  return values
}

/** What is not written as its kind stays a text, for the rules of the resource to say so. */
function valueOf(kind: Kind, text: string): unknown {
  if (kind === 'whole number' && /^\d{1,15}$/.test(text)) return Number(text)
  if (kind === 'true or false' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function asFault({ field, message }: FieldProblem, parent: string): Fault {
  const name = field.slice(parent.length + 1)
  return { place: name === '' ? 'query' : `query ${name}`, detail: message }
}

function invalid(faults: readonly Fault[]): Problem {
  return new Problem('invalid-query', faults.map(({ place, detail }) => `${place} ${detail}`).join('; '), { faults })
}
