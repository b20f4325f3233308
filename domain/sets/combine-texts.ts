import type { BuiltText } from './set-builder.ts'

const NEWLINE = 0x0a

/** Which members of two texts go into a third. */
export interface Keep {
  readonly onlyFirst: boolean
  readonly both: boolean
  readonly onlySecond: boolean
}

/** The union of both. */
export const EITHER: Keep = { onlyFirst: true, both: true, onlySecond: true }

/**
 * Merges the canonical texts of two sets of one content. Linear in the texts, and makes no strings. Goes through them twice, first to
 * know how long the third is: together they may be as long as a set may be, and more.
 */
export function combineTexts(a: Uint8Array, b: Uint8Array, keep: Keep): BuiltText {
  let members = 0
  let bytes = 0
  eachKept(a, b, keep, ({ start, end }) => {
    members++
    bytes += end - start
  })
  const text = new Uint8Array(bytes + Math.max(0, members - 1))
  let used = 0
  eachKept(a, b, keep, (member) => {
    if (used > 0) text[used++] = NEWLINE
    for (let i = member.start; i < member.end; i++) text[used++] = member.text[i] ?? 0
  })
  return { text, members }
}

function eachKept(a: Uint8Array, b: Uint8Array, keep: Keep, visit: (member: Cursor) => void): void {
  const first = cursor(a)
  const second = cursor(b)
  while (first.start < first.text.length || second.start < second.text.length) {
    const order = compare(first, second)
    if (order < 0 ? keep.onlyFirst : order > 0 ? keep.onlySecond : keep.both) visit(order > 0 ? second : first)
    if (order <= 0) advance(first)
    if (order >= 0) advance(second)
  }
}

/** A member of a text by its place; at the end `start` lies behind the text. */
interface Cursor {
  readonly text: Uint8Array
  start: number
  end: number
}

function cursor(text: Uint8Array): Cursor {
  return { text, start: 0, end: endOf(text, 0) }
}

function advance(at: Cursor): void {
  at.start = at.end + 1
  at.end = endOf(at.text, at.start)
}

function endOf(text: Uint8Array, start: number): number {
  let end = start
  while (end < text.length && text[end] !== NEWLINE) end++
  return end
}

/** By bytes, which is by code points in UTF-8; what has come to its end sorts behind everything. */
function compare(a: Cursor, b: Cursor): number {
  if (a.start >= a.text.length) return 1
  if (b.start >= b.text.length) return -1
  const shorter = Math.min(a.end - a.start, b.end - b.start)
  for (let i = 0; i < shorter; i++) {
    const difference = (a.text[a.start + i] ?? 0) - (b.text[b.start + i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.end - a.start - (b.end - b.start)
}
