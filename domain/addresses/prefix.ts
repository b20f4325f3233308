import type { RejectionReason } from '../sets/indicator-set.ts'
import { addressOf, ipv4Text, lengthOf, maskIPv4, readPlainIPv4Text } from './ipv4.ts'
import { ipv6Text, isMapped, maskIPv6, readIPv6 } from './ipv6.ts'

/** A network by its first address and its length; a single address has the full length (contract N-03). */
export type Prefix =
  | { readonly family: 4; readonly address: number; readonly length: number }
  | { readonly family: 6; readonly address: bigint; readonly length: number }

/** Longer than any address with its length: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128` has 49 characters. */
const LONGEST = 64

/**
 * Reads an address or prefix as feeds write them, and canonicalises it (contract N-01): host bits masked off, an IPv4-mapped value
 * longer than /96 as IPv4. Anything laxer is rejected with its reason (contract N-02). The tests hold it to what `ipaddr.js` finds.
 */
export function parsePrefix(entry: string): Prefix | RejectionReason {
  const plain = readPlainIPv4Text(entry)
  if (plain >= 0) return { family: 4, address: addressOf(plain), length: lengthOf(plain) }
  const text = entry.trim()
  if (text === '') return 'empty'
  if (text.length > LONGEST) return 'not-an-address'
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const malformed = malformedAddress(address, text)
  if (malformed !== null) return malformed
  const length = slash < 0 ? null : text.slice(slash + 1)
  if (length !== null && length.includes('.')) return 'netmask'
  if (length !== null && !PLAIN_NUMBER.test(length)) return 'prefix-length'
  return address.includes(':') ? ipv6Prefix(address, length) : ipv4Prefix(address, length)
}

/** As it stands in a set: always with its length, since an `ip_range` field refuses a bare address (contract N-03). */
export function prefixText(prefix: Prefix): string {
  return `${prefix.family === 4 ? ipv4Text(prefix.address) : ipv6Text(prefix.address)}/${prefix.length}`
}

const PLAIN_NUMBER = /^(?:0|[1-9]\d{0,2})$/
const DOTTED_QUAD = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/
const HEX_GROUPS = /^[0-9a-f:]*$/i

const PART = '(?:0x[0-9a-f]*|\\d+)'
const FEW_PARTS = new RegExp(`^${PART}(?:\\.${PART}){0,2}$`, 'i')
const FOUR_PARTS = new RegExp(`^${PART}(?:\\.${PART}){3}$`, 'i')
const RANGE = /^[0-9a-f:.]*[0-9][0-9a-f:.]*(?:\/\d+)?\s*-\s*[0-9a-f:.]+(?:\/\d+)?$/i
const PORT = /^(?:\d+(?:\.\d+){3}:\d+|\[[0-9a-f:.]+\]:\d+)$/i
const ZONE = /^[0-9a-f:.]+%/i
const SPACED_MASK = /^\d+(?:\.\d+){3}\s+\d+(?:\.\d+){3}$/

/** Why an address is not written in one of the two forms we take; null when it is. */
function malformedAddress(address: string, whole: string): RejectionReason | null {
  // Without the look for a dash the pattern is tried at length on each IPv6 address.
  if (whole.includes('-') && RANGE.test(whole)) return 'range'
  if (PORT.test(address)) return 'port'
  if (SPACED_MASK.test(address)) return 'netmask'
  if (ZONE.test(address)) return 'zone'
  if (address.includes(':')) return malformedIPv6(address)
  if (DOTTED_QUAD.test(address)) return null
  if (/^\d+$/.test(address)) return 'bare-integer'
  if (FEW_PARTS.test(address)) return 'short-or-hex-form'
  if (FOUR_PARTS.test(address)) return /0x/i.test(address) ? 'short-or-hex-form' : badOctets(address.split('.'))
  return 'not-an-address'
}

function malformedIPv6(address: string): RejectionReason | null {
  const colon = address.lastIndexOf(':')
  const last = address.slice(colon + 1)
  if (!last.includes('.')) return HEX_GROUPS.test(address) ? null : 'not-an-address'
  if (!HEX_GROUPS.test(address.slice(0, colon))) return 'not-an-address'
  if (DOTTED_QUAD.test(last)) return null
  return FOUR_PARTS.test(last) && !/0x/i.test(last) ? badOctets(last.split('.')) : 'not-an-address'
}

function badOctets(octets: readonly string[]): RejectionReason {
  return octets.some((octet) => octet.length > 1 && octet.startsWith('0')) ? 'leading-zero' : 'not-an-address'
}

function ipv4Prefix(address: string, length: string | null): Prefix | RejectionReason {
  const plain = readPlainIPv4Text(address)
  if (plain < 0) return 'not-an-address'
  const bits = length === null ? 32 : Number(length)
  if (bits > 32) return 'prefix-length'
  return { family: 4, address: maskIPv4(addressOf(plain), bits), length: bits }
}

function ipv6Prefix(written: string, length: string | null): Prefix | RejectionReason {
  const value = readIPv6(inHexadecimal(written))
  if (value === null) return 'not-an-address'
  const bits = length === null ? 128 : Number(length)
  if (bits > 128) return 'prefix-length'
  if (!isMapped(value)) return { family: 6, address: maskIPv6(value, bits), length: bits }
  if (bits <= 96) return 'mapped-prefix-too-wide'
  return { family: 4, address: maskIPv4(Number(value & 0xffffffffn), bits - 96), length: bits - 96 }
}

/** Writes an embedded dotted part (RFC 4291, 2.2) as two groups. */
function inHexadecimal(address: string): string {
  const colon = address.lastIndexOf(':')
  const embedded = readPlainIPv4Text(address.slice(colon + 1))
  if (embedded < 0) return address
  const value = addressOf(embedded)
  return `${address.slice(0, colon)}:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`
}
