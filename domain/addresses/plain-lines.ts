import { maskIPv4 } from './ipv4.ts'
import type { PrefixLists } from './prefix-lists.ts'

const NEWLINE = 0x0a
const CR = 0x0d
const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39

/**
 * Reads lines that hold a plain dotted address or prefix and nothing else, LF or CRLF at their end: the bulk of every list, in one pass
 * over the bytes and without a string or an object for any. Host bits are masked off (contract N-01).
 * @returns where the first line begins that is anything else, or that these bytes do not end: another reader's to judge.
 */
export function readPlainLines(bytes: Uint8Array, start: number, into: PrefixLists): number {
  let line = start
  let address = 0
  let octets = 0
  let part = 0
  let digits = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= ZERO && byte <= NINE) {
      if (part === 0 && digits > 0) return line
      part = part * 10 + byte - ZERO
      digits++
      continue
    }
    if (byte === CR && bytes[at + 1] === NEWLINE) continue
    if (digits === 0 || part > 255) return line
    if (octets === 4) {
      if (byte !== NEWLINE || part > 32) return line
      into.add(maskIPv4(address, part), part)
    } else {
      address = (address << 8) | part
      octets++
      part = 0
      digits = 0
      if (byte === (octets === 4 ? SLASH : DOT)) continue
      if (byte !== NEWLINE || octets < 4) return line
      into.add(address, 32)
    }
    line = at + 1
    address = 0
    octets = 0
    part = 0
    digits = 0
  }
  return line
}
