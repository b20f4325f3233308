import type { PrefixLists } from '../addresses/prefix-lists.ts'
import { LENGTHS, OCTETS, textOrderOf, type TextOrder } from './ipv4-order.ts'

const NEWLINE = 0x0a
const DOT = 0x2e
const SLASH = 0x2f

/** Puts the lists into the order of canonical texts, each member once; the numbers in them are no addresses any more. */
export function toTextOrder(prefixes: PrefixLists): void {
  for (const length of LENGTHS) {
    const numbers = prefixes.ofLength(length)
    for (let i = 0; i < numbers.length; i++) numbers[i] = textOrderOf(numbers[i] ?? 0)
  }
  prefixes.sortUnique()
}

/** Bytes that the members take, without newlines. */
export function bytesInTextOrder(prefixes: PrefixLists): number {
  let bytes = 0
  for (const length of LENGTHS) {
    const orders = prefixes.ofLength(length)
    for (let i = 0; i < orders.length; i++) {
      const order = orders[i] ?? 0
      bytes += digitsAt(order >>> 24) + digitsAt((order >>> 16) & 255) + digitsAt((order >>> 8) & 255) + digitsAt(order & 255)
    }
    // Three dots, the slash, and the length.
    bytes += orders.length * (4 + String(length).length)
  }
  return bytes
}

/** Writes canonical members, sorted by code point (contract N-03), into a text of exactly their size. */
export function writeAddresses(prefixes: PrefixLists, text: Uint8Array): void {
  let at = 0
  prefixes.each(LENGTHS, (orders, start, end, length) => {
    let to = at
    for (let i = start; i < end; i++) {
      if (to > 0) text[to++] = NEWLINE
      to = writeIPv4(text, to, orders[i] ?? 0, length)
    }
    at = to
  })
}

const encoder = new TextEncoder()

/** The texts of octets by rank: up to three characters from the lowest byte up, and in the highest byte how many. */
const TEXTS = Uint32Array.from(OCTETS, (octet) => {
  const [a = 0, b = 0, c = 0] = encoder.encode(String(octet))
  return a | (b << 8) | (c << 16) | (String(octet).length << 24)
})

function digitsAt(rank: number): number {
  return (TEXTS[rank] ?? 0) >>> 24
}

function writeIPv4(text: Uint8Array, start: number, order: TextOrder, length: number): number {
  let at = writeOctet(text, start, order >>> 24)
  text[at++] = DOT
  at = writeOctet(text, at, (order >>> 16) & 255)
  text[at++] = DOT
  at = writeOctet(text, at, (order >>> 8) & 255)
  text[at++] = DOT
  at = writeOctet(text, at, order & 255)
  text[at++] = SLASH
  if (length >= 10) text[at++] = 0x30 + Math.floor(length / 10)
  text[at++] = 0x30 + (length % 10)
  return at
}

/** Three bytes, however many the octet has: what follows overwrites those that are too many. */
function writeOctet(text: Uint8Array, at: number, rank: number): number {
  const packed = TEXTS[rank] ?? 0
  text[at] = packed
  text[at + 1] = packed >>> 8
  text[at + 2] = packed >>> 16
  return at + (packed >>> 24)
}
