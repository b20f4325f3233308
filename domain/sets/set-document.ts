import type { IndicatorSet } from './indicator-set.ts'
import { SET_FIELDS } from './set-from-values.ts'

const NEWLINE = 10
const BETWEEN = new TextEncoder().encode('","')

/**
 * The document of a set as JSON, its members in the one field that counts and other fields after it (contract S-01). Built from the set's
 * own bytes in one buffer of its exact size: an array of 2,000,000 strings beside it would cost some 150 MB. Canonical members hold no
 * character that JSON escapes.
 */
export function setDocument(set: IndicatorSet, others: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const quote = set.members === 0 ? '' : '"'
  const head = encoder.encode(`{"${SET_FIELDS[set.content]}":[${quote}`)
  const rest = Object.entries(others).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
  const tail = encoder.encode(`${quote}]${rest.join('')}}`)
  const separators = Math.max(0, set.members - 1)
  const json = new Uint8Array(head.length + set.text.length + separators * (BETWEEN.length - 1) + tail.length)
  json.set(head)
  let at = head.length
  for (let from = 0; from < set.text.length; ) {
    const end = set.text.indexOf(NEWLINE, from)
    const member = set.text.subarray(from, end === -1 ? set.text.length : end)
    json.set(member, at)
    at += member.length
    from += member.length + 1
    if (end === -1) break
    json.set(BETWEEN, at)
    at += BETWEEN.length
  }
  json.set(tail, at)
  return json
}
