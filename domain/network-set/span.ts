import { ipv4Text, readAddressText } from '../addresses/ipv4.ts'
import { ipv6Text, readIPv6 } from '../addresses/ipv6.ts'
import type { Prefix } from '../addresses/prefix.ts'
import { rangeOf } from '../addresses/range.ts'

/** The place of an address in the one order of all: IPv4 by its value, IPv6 behind it. */
export type Position = bigint

/** Addresses from `first` to `last`, both included, IPv4 and IPv6 alike. */
export interface Span {
  /** The lowest. */
  readonly first: Position
  /** The highest. */
  readonly last: Position
}

export const IPV6_FROM: Position = 1n << 32n
export const EVERY_ADDRESS: Span = { first: 0n, last: IPV6_FROM + (1n << 128n) - 1n }

export function spanOf(prefix: Prefix): Span {
  const range = rangeOf(prefix)
  if (range.family === 4) return { first: BigInt(range.first), last: BigInt(range.last) }
  return { first: IPV6_FROM + range.first, last: IPV6_FROM + range.last }
}

/** As it is written on an object: `203.0.113.0-2001:db8::ff`. */
export function spanText({ first, last }: Span): string {
  return `${positionText(first)}-${positionText(last)}`
}

/** Reads what `spanText` writes. @returns null for any other text. */
export function readSpan(text: string): Span | null {
  const [first, last] = text.split('-', 2).map(readPosition)
  if (first === undefined || last === undefined || first < 0n || last < first) return null
  const span = { first, last }
  return spanText(span) === text ? span : null
}

function positionText(position: Position): string {
  return position < IPV6_FROM ? ipv4Text(Number(position)) : ipv6Text(position - IPV6_FROM)
}

/** -1 for what is no address. */
function readPosition(text: string): Position {
  if (!text.includes(':')) return BigInt(readAddressText(text))
  const address = readIPv6(text)
  return address === null ? -1n : IPV6_FROM + address
}
