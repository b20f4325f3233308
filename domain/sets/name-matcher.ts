import { logName } from '../names/canonical-name.ts'
import type { IndicatorSet } from './indicator-set.ts'
import type { Matcher } from './matcher.ts'
import { eachMember } from './members.ts'

/**
 * Matches names of DNS logs against a DomainNameSet: whole names, both sides canonical (contract Q-03), or in mode `subdomains` also
 * a name below a member, on label boundaries (contract Q-04). Holds the set's own text and four bytes a member.
 */
export function nameMatcher(set: IndicatorSet, mode: 'exact' | 'subdomains'): Matcher {
  if (set.content !== 'DomainNameSet') throw new TypeError(`names do not match an ${set.content}`)
  const { text } = set
  const starts = new Uint32Array(set.members)
  let count = 0
  eachMember(text, (start) => {
    starts[count++] = start
  })
  const encoder = new TextEncoder()

  function includes(name: string): boolean {
    const wanted = encoder.encode(name)
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compare(text, starts[middle] ?? 0, wanted)
      if (order === 0) return true
      if (order < 0) low = middle + 1
      else high = middle
    }
    return false
  }

  return {
    bytes: text.byteLength + starts.byteLength,
    match(value) {
      for (let name = logName(value); name !== ''; name = parentOf(name)) {
        if (includes(name)) return name
        if (mode === 'exact') return null
      }
      return null
    },
  }
}

const NEWLINE = 0x0a

/** The member that begins at `start` against a name. */
function compare(text: Uint8Array, start: number, name: Uint8Array): number {
  for (let i = 0; ; i++) {
    const byte = text[start + i]
    const ended = byte === undefined || byte === NEWLINE
    if (i === name.length) return ended ? 0 : 1
    if (ended) return -1
    const difference = byte - (name[i] ?? 0)
    if (difference !== 0) return difference
  }
}

/** The name without its first label; empty at the end. */
function parentOf(name: string): string {
  const dot = name.indexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1)
}
