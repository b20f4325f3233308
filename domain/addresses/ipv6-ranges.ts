import type { InStretches } from '../formats/give-way.ts'
import type { IPv6List } from './ipv6-list.ts'
import { copyAddress, hostBits, isAbove, WORDS } from './ipv6-words.ts'

/** IPv6 ranges without an object for any: the first and the last address of each, four words each. */
export interface IPv6Ranges {
  /** First address of each range, four words of 32 bits, the highest first; ranges ascend. */
  readonly firsts: Uint32Array
  /** Last address of each, included, in the same order. */
  readonly lasts: Uint32Array
}

/** So many prefixes at a time take about a millisecond. */
const STRETCH = 16_384

/** The fewest ranges that cover the same addresses: sorted, none touching another (contract G-03). Sorts the list. */
export function* mergeIPv6(list: IPv6List): InStretches<IPv6Ranges> {
  yield* list.sort()
  const { words, size } = list
  const firsts = new Uint32Array(size * WORDS)
  const lasts = new Uint32Array(size * WORDS)
  const last = new Uint32Array(WORDS)
  /** Where a range would begin that touches the one before. */
  const next = new Uint32Array(WORDS)
  let count = 0
  for (let i = 0; i < size; i++) {
    if (i % STRETCH === 0) yield
    for (let word = 0; word < WORDS; word++) last[word] = (words[i * WORDS + word] ?? 0) | hostBits(word, list.lengthAt(i))
    if (count === 0 || isAbove(words, i, next, 0)) copyAddress(words, i, firsts, count++)
    else if (!isAbove(last, 0, lasts, count - 1)) continue
    copyAddress(last, 0, lasts, count - 1)
    putNext(last, next)
  }
  return { firsts: firsts.subarray(0, count * WORDS), lasts: lasts.subarray(0, count * WORDS) }
}

/** The address after one; after the last of all that itself, above which there is none. */
function putNext(last: Uint32Array, next: Uint32Array): void {
  next.set(last)
  for (let word = WORDS - 1; word >= 0; word--) {
    const value = ((last[word] ?? 0) + 1) >>> 0
    next[word] = value
    if (value !== 0) return
  }
  next.fill(0xffffffff)
}
