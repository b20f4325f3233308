import { MAX_NAME } from '../names/limits.ts'
import { answersIn, texts } from './hits.ts'
import type { LogDocument, SearchedField } from './log.ts'
import { rdataNames } from './rdata.ts'

/**
 * Whether a log holds a name in a field of which Elasticsearch left something out (contract Q-11). A limit on length leaves out the
 * longest text first, so that one is looked at: a long TXT record beside short names hides none.
 */
export function hidesName(source: LogDocument['source'], field: SearchedField): boolean {
  const found = candidates(source, field)
  const longest = Math.max(...found.map(({ text }) => text.length))
  return found.some(({ text, names }) => text.length === longest && names.some((name) => name.length <= WITH_ROOT))
}

/** The root's dot may be written. */
const WITH_ROOT = MAX_NAME + 1

interface Candidate {
  readonly text: string
  readonly names: readonly string[]
}

function candidates(source: LogDocument['source'], field: SearchedField): readonly Candidate[] {
  const whole = (text: string): Candidate => ({ text, names: [text] })
  if (field === 'rrsets.name') return answersIn(source).flatMap(({ name }) => texts(name).map(whole))
  if (field !== 'rrsets.rdata') return texts(source[field]).map(whole)
  return answersIn(source).flatMap(({ type, rdata }) => texts(rdata).map((text) => ({ text, names: rdataNames(texts(type)[0] ?? null, text) })))
}
