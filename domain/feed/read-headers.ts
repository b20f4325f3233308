import type { HeaderReference, HeaderSpec, ReferenceKind } from './feed.ts'
import type { Fields } from './fields.ts'
import { headerNameProblem, headerValueProblem } from './header-names.ts'
import { quote } from './quote.ts'

/** More than any feed needs; they bound what the API server's rules cost. */
export const MAX_HEADERS = 64
export const MAX_HEADER_NAME = 256
/** Servers refuse more than 8 kB of headers in all. */
export const MAX_HEADER_VALUE = 8_192
/** Longest name of an object, and of a key in one, that Kubernetes allows. */
const MAX_REFERENCE = 253

/** Reads `headers` (contract V-13 to V-15). Header values are never repeated. */
export function readHeaders(http: Fields, feedName: string): readonly HeaderSpec[] {
  return http.items('headers', MAX_HEADERS).flatMap((item) => readHeader(item, feedName) ?? [])
}

function readHeader(header: Fields, feedName: string): HeaderSpec | undefined {
  const name = readChecked(header, 'name', MAX_HEADER_NAME, headerNameProblem)
  if (!header.has('name')) header.refuse('name', 'is required')
  const value = readChecked(header, 'value', MAX_HEADER_VALUE, headerValueProblem)
  const source = header.child('valueFrom')
  const reference = source && readReference(source, feedName)
  const literal = header.has('value')
  if (literal === header.has('valueFrom')) {
    header.refuseSelf(`must have exactly one of value and valueFrom, found ${literal ? 'both' : 'neither'}`)
  }
  if (!header.sound || name === undefined) return undefined
  return { name, ...(value === undefined ? {} : { value }), ...(reference === undefined ? {} : { reference }) }
}

function readChecked(fields: Fields, key: string, most: number, problemOf: (text: string) => string | null): string | undefined {
  const text = fields.text(key)
  if (text === undefined) return undefined
  const { length } = [...text]
  const problem = length > most ? `must have at most ${most} characters, found ${length}` : problemOf(text)
  if (problem !== null) fields.refuse(key, problem)
  return text
}

const REFERENCES = [
  ['configMapKeyRef', 'ConfigMap'],
  ['secretKeyRef', 'Secret'],
] as const satisfies readonly (readonly [string, ReferenceKind])[]

function readReference(source: Fields, feedName: string): HeaderReference | undefined {
  const given = REFERENCES.filter(([key]) => source.has(key))
  if (given.length !== 1) {
    source.refuseSelf(`must have exactly one of configMapKeyRef and secretKeyRef, found ${given.length === 0 ? 'neither' : 'both'}`)
  }
  const read = REFERENCES.map(([key, kind]) => {
    const ref = source.child(key)
    return ref && readKeyReference(ref, kind, feedName)
  })
  return read.find((one) => one !== undefined)
}

function readKeyReference(ref: Fields, kind: ReferenceKind, feedName: string): HeaderReference {
  const prefix = `globalthreatfeed-${feedName}-`
  const name = readRequired(ref, 'name', (text) => (text.startsWith(prefix) ? null : `must begin with ${prefix}, found ${quote(text)}`))
  const key = readRequired(ref, 'key', () => null)
  return { kind, name, key, optional: ref.flag('optional') }
}

function readRequired(ref: Fields, key: string, problemOf: (text: string) => string | null): string {
  const empty = 'is required and must not be empty'
  if (!ref.has(key)) ref.refuse(key, empty)
  return readChecked(ref, key, MAX_REFERENCE, (text) => (text === '' ? empty : problemOf(text))) ?? ''
}
