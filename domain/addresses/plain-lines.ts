import { maskIPv4 } from './ipv4.ts'
import type { PrefixLists } from './prefix-lists.ts'

const NEWLINE = 0x0a
const CR = 0x0d
const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39

/** `1.1.1.1` and its newline. */
const SHORTEST_LINE = 8

/**
 * Reads lines that hold a plain dotted address or prefix and nothing else, LF or CRLF at their end: the bulk of every list, in one pass
 * over the bytes and without a string or an object for any. Host bits are masked off (contract N-01).
 * @param bytes should end with a newline where this is called for many lines of them: what follows the last one is looked through each time.
 * @returns where the first line begins that is anything else, or that these bytes do not end: another reader's to judge.
 */
export function readPlainLines(bytes: Uint8Array, start: number, into: PrefixLists): number {
  // Up to the last newline, no line runs into the end of the bytes: nothing below has to look out for it.
  const end = bytes.lastIndexOf(NEWLINE) + 1
  const hosts = into.roomForHosts(Math.ceil(Math.max(0, end - start) / SHORTEST_LINE))
  let hostCount = 0
  let line = start
  for (let at = start; at < end; line = at) {
    let address = 0
    let octets = 0
    let next = 0
    do {
      let octet = (bytes[at++] ?? 0) - ZERO
      if (octet < 0 || octet > 9) break
      next = bytes[at++] ?? 0
      // Written out, since a loop around at most two digits takes a tenth more time for the whole.
      if (octet > 0 && next >= ZERO && next <= NINE) {
        octet = octet * 10 + next - ZERO
        next = bytes[at++] ?? 0
        if (next >= ZERO && next <= NINE) {
          octet = octet * 10 + next - ZERO
          next = bytes[at++] ?? 0
        }
      }
      if (octet > 255) break
      address = (address << 8) | octet
      octets++
    } while (next === DOT && octets < 4)
    if (octets < 4) break
    let length = 32
    if (next === SLASH) {
      length = (bytes[at++] ?? 0) - ZERO
      if (length < 0 || length > 9) break
      next = bytes[at++] ?? 0
      if (length > 0 && next >= ZERO && next <= NINE) {
        length = length * 10 + next - ZERO
        next = bytes[at++] ?? 0
      }
      if (length > 32) break
    }
    if (next === CR) next = bytes[at++] ?? 0
    if (next !== NEWLINE) break
    if (length === 32) hosts[hostCount++] = address
    else into.add(maskIPv4(address, length), length)
  }
  into.wroteHosts(hostCount)
  return line
}
