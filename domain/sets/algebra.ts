import type { IndicatorSet } from './indicator-set.ts'
import { makeSet } from './make-set.ts'

const NEWLINE = 0x0a

/** Which members of two sets go into a third. */
interface Keep {
  readonly onlyFirst: boolean
  readonly both: boolean
  readonly onlySecond: boolean
}

/** Members of either. All of these are linear in the sets' texts and make no strings. */
export function union(a: IndicatorSet, b: IndicatorSet): Promise<IndicatorSet> {
  return combine(a, b, { onlyFirst: true, both: true, onlySecond: true })
}

export function intersect(a: IndicatorSet, b: IndicatorSet): Promise<IndicatorSet> {
  return combine(a, b, { onlyFirst: false, both: true, onlySecond: false })
}

/** Members of `a` that are not in `b`. */
export function subtract(a: IndicatorSet, b: IndicatorSet): Promise<IndicatorSet> {
  return combine(a, b, { onlyFirst: true, both: false, onlySecond: false })
}

/** What a new version adds and removes. */
export async function delta(
  previous: IndicatorSet,
  next: IndicatorSet,
): Promise<{ readonly added: IndicatorSet; readonly removed: IndicatorSet }> {
  return { added: await subtract(next, previous), removed: await subtract(previous, next) }
}

/**
 * What is owed to the backward search once `next` is adopted (contract Q-07): `(owed ∪ (next \ previous)) ∩ next`.
 */
export async function owedAfter(owed: IndicatorSet, previous: IndicatorSet, next: IndicatorSet): Promise<IndicatorSet> {
  return intersect(await union(owed, await subtract(next, previous)), next)
}

function combine(a: IndicatorSet, b: IndicatorSet, keep: Keep): Promise<IndicatorSet> {
  if (a.content !== b.content) throw new TypeError(`sets of ${a.content} and ${b.content} cannot be combined`)
  const first = cursor(a.text)
  const second = cursor(b.text)
  // One byte more than both texts: the newline between them.
  const largest = (keep.onlyFirst || keep.both ? a.text.length : 0) + (keep.onlySecond ? b.text.length + 1 : 0)
  const out: Output = { text: new Uint8Array(largest), used: 0, members: 0 }
  while (first.start < first.text.length || second.start < second.text.length) {
    const order = compare(first, second)
    if (order < 0 ? keep.onlyFirst : order > 0 ? keep.onlySecond : keep.both) append(out, order > 0 ? second : first)
    if (order <= 0) advance(first)
    if (order >= 0) advance(second)
  }
  return makeSet(a.content, out.text.slice(0, out.used), out.members)
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

interface Output {
  readonly text: Uint8Array
  used: number
  members: number
}

function append(out: Output, member: Cursor): void {
  if (out.members > 0) out.text[out.used++] = NEWLINE
  for (let i = member.start; i < member.end; i++) out.text[out.used++] = member.text[i] ?? 0
  out.members++
}
