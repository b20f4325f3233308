import { MAX_LABEL, MAX_NAME } from './limits.ts'
import { PLAIN } from './plain-characters.ts'

const { DOT, HYPHEN, N, WRITTEN_AS, X } = PLAIN
const ZERO = 0x30
const NINE = 0x39

/**
 * The fast path of `canonicalName`, and almost all of every feed: a name that needs no mapping but lower case, straight from the bytes
 * of a body to what a set is sorted from. Plain are two labels or more, each 1 to 63 letters, digits, `-` or `_`, none in ACE, the last
 * not all digits; 253 bytes at most (contract N-04, N-05).
 *
 * @param to has room for 64 words from `at`: the name is packed there as `sortTexts` takes it. What lies there is overwritten in any case.
 * @returns the length of the name, which ends before the first byte that is none of a plain name's, or at `end`; 0 when what stands
 * there is not plain: to be rejected, or to be mapped.
 */
export function copyPlainName(from: Uint8Array, start: number, end: number, to: Uint32Array, at: number): number {
  const longest = Math.min(end, start + MAX_NAME + 1)
  let label = start
  let place = start
  let next = at
  // Its characters so far are the lower bytes of a word that is full after four.
  let word = 0
  for (; place < longest; place++) {
    const byte = WRITTEN_AS[from[place] ?? 0] ?? 0
    if (byte === 0) break
    word = (word << 8) | byte
    if (((place - start) & 3) === 3) to[next++] = word
    if (byte !== DOT) continue
    if (!isPlainLabel(from, label, place)) return 0
    label = place + 1
  }
  const length = place - start
  to[next] = (length & 3) === 0 ? 0 : word << (32 - (length & 3) * 8)
  const isName = length <= MAX_NAME && label > start && isPlainLabel(from, label, place) && !isNumber(from, label, place)
  return isName ? length : 0
}

function isPlainLabel(name: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  return length > 0 && length <= MAX_LABEL && !(length >= 4 && name[start + 3] === HYPHEN && isAcePrefix(name, start))
}

function isAcePrefix(name: Uint8Array, start: number): boolean {
  return WRITTEN_AS[name[start] ?? 0] === X && WRITTEN_AS[name[start + 1] ?? 0] === N && name[start + 2] === HYPHEN
}

function isNumber(name: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((name[i] ?? 0) < ZERO || (name[i] ?? 0) > NINE) return false
  return true
}
