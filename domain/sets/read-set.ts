import type { Content } from '../feed/content.ts'
import type { IndicatorSet } from './indicator-set.ts'
import { excess } from './limits.ts'
import { makeSet } from './make-set.ts'

const NEWLINE = 0x0a

/** A set, or one sentence why the text is none. */
export type ReadSet = { readonly ok: true; readonly set: IndicatorSet } | { readonly ok: false; readonly message: string }

/** The characters of canonical members, and the newline between them. */
const ALPHABETS: Record<Content, Uint8Array> = {
  IPSet: alphabet('0123456789abcdef.:/\n'),
  DomainNameSet: alphabet('abcdefghijklmnopqrstuvwxyz0123456789-_.\n'),
}

/**
 * Takes the text of a set back as the set it was, verifying its form: only characters of canonical members, each member once and in
 * order, within the limits of contract N-06. That the text is the one that was written, the caller sees by its hash.
 */
export async function readSet(text: Uint8Array, content: Content): Promise<ReadSet> {
  const known = ALPHABETS[content]
  let members = 0
  let previous = 0
  for (let start = 0; start < text.length || (start > 0 && start === text.length); ) {
    let end = start
    while (end < text.length && text[end] !== NEWLINE) {
      if (known[text[end] ?? 0] !== 1) return { ok: false, message: `the text of the set is not canonical at byte ${end}` }
      end++
    }
    if (end === start) return { ok: false, message: `the text of the set has an empty member at byte ${start}` }
    if (members > 0 && !ascends(text, previous, start, end)) {
      return { ok: false, message: `the text of the set is not in order at byte ${start}` }
    }
    members++
    previous = start
    start = end + 1
  }
  const tooLarge = excess(members, text.length - Math.max(0, members - 1))
  return tooLarge === null ? { ok: true, set: await makeSet(content, text, members) } : { ok: false, message: tooLarge }
}

/** Whether a text holds only characters of canonical members of this content, and newlines. */
export function isWrittenAs(content: Content, text: Uint8Array): boolean {
  const known = ALPHABETS[content]
  for (const byte of text) if (known[byte] !== 1) return false
  return true
}

/** Whether the member before `start` sorts strictly before the one from `start` to `end`. */
function ascends(text: Uint8Array, previous: number, start: number, end: number): boolean {
  for (let i = 0; ; i++) {
    if (start + i === end) return false
    if (previous + i === start - 1) return true
    const difference = (text[previous + i] ?? 0) - (text[start + i] ?? 0)
    if (difference !== 0) return difference < 0
  }
}

function alphabet(characters: string): Uint8Array {
  const known = new Uint8Array(256)
  for (const character of characters) known[character.charCodeAt(0)] = 1
  return known
}
