import type { IPv6List } from './ipv6-list.ts'
import { hostBits, WORDS } from './ipv6-words.ts'

const SLASH = 0x2f
const COLON = 0x3a
const ZERO = 0x30
const GROUPS = 8

/** What a hexadecimal digit is worth; 16 for any other byte. */
const DIGITS = new Uint8Array(256).fill(16)
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16)
  for (const code of [text.charCodeAt(0), text.toUpperCase().charCodeAt(0)]) DIGITS[code] = digit
}

const groups = new Uint16Array(GROUPS)

/**
 * Reads an IPv6 prefix as sets write them, of hexadecimal groups and with its length: without a string or a number of 128 bits for any.
 * @returns whether it was one, and is in the list now. An address in another's clothes, one with host bits and anything else is `parsePrefix`'s to judge.
 */
export function readPlainIPv6(bytes: Uint8Array, start: number, end: number, into: IPv6List): boolean {
  let count = 0
  /** Before which group zeros were left out. */
  let gap = -1
  let at = start
  if (bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON) return false
    gap = 0
    at += 2
  }
  while (bytes[at] !== SLASH) {
    const from = at
    let group = 0
    for (let digit = digitAt(bytes, at); digit < 16; digit = digitAt(bytes, ++at)) group = group * 16 + digit
    if (at === from || at - from > 4 || count === GROUPS) return false
    groups[count++] = group
    if (bytes[at] === SLASH) break
    if (bytes[at++] !== COLON) return false
    if (bytes[at] === SLASH) return false
    if (bytes[at] === COLON) {
      if (gap >= 0) return false
      gap = count
      at++
    }
  }
  const length = lengthFrom(bytes, at + 1, end)
  if (length > 128 || (gap < 0 ? count !== GROUPS : count === GROUPS)) return false
  return put(into, count, gap < 0 ? count : gap, length)
}

function digitAt(bytes: Uint8Array, at: number): number {
  return DIGITS[bytes[at] ?? 0] ?? 16
}

/** More than any length for what is none. */
function lengthFrom(bytes: Uint8Array, start: number, end: number): number {
  const digits = end - start
  if (digits < 1 || digits > 3 || (digits > 1 && bytes[start] === ZERO)) return Number.POSITIVE_INFINITY
  let length = 0
  for (let at = start; at < end; at++) {
    const digit = digitAt(bytes, at)
    if (digit > 9) return Number.POSITIVE_INFINITY
    length = length * 10 + digit
  }
  return length
}

/** Those from `gap` on are the last of the address. */
function put(into: IPv6List, count: number, gap: number, length: number): boolean {
  const words = into.room()
  const place = into.size * WORDS
  const left = GROUPS - count
  let isMapped = true
  for (let word = 0; word < WORDS; word++) {
    const value = ((groupAt(word * 2, gap, left) << 16) | groupAt(word * 2 + 1, gap, left)) >>> 0
    if ((value & hostBits(word, length)) !== 0) return false
    if (word < 3 && value !== (word === 2 ? 0xffff : 0)) isMapped = false
    words[place + word] = value
  }
  if (isMapped) return false
  into.wrote(length)
  return true
}

function groupAt(position: number, gap: number, left: number): number {
  if (position < gap) return groups[position] ?? 0
  return position < gap + left ? 0 : (groups[position - left] ?? 0)
}
