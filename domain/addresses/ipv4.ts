/**
 * An IPv4 prefix in one number: the network address times 64 plus the prefix length (0 to 32). Below 2^38, so exact as a double,
 * and eight bytes in a Float64Array.
 */
export type PackedIPv4 = number

export function packIPv4(address: number, length: number): PackedIPv4 {
  return maskIPv4(address, length) * 64 + length
}

/** Network address, as an unsigned 32-bit number. */
export function addressOf(packed: PackedIPv4): number {
  return Math.floor(packed / 64)
}

export function lengthOf(packed: PackedIPv4): number {
  return packed % 64
}

/** Cuts host bits off; the shift by 32 that JavaScript does not do is the length 0. */
export function maskIPv4(address: number, length: number): number {
  return length === 0 ? 0 : (address & (0xffffffff << (32 - length))) >>> 0
}

export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30

/** `255.255.255.255/32`: nothing longer is plain. */
const LONGEST = 18

/**
 * Reads a plain dotted address or prefix, host bits masked off, from ASCII bytes: the bulk of every feed, without a string for each.
 * @returns the prefix, or -1 when it is anything else; `parsePrefix` then judges it and names the reason.
 */
export function readPlainIPv4(bytes: Uint8Array, start: number, end: number): PackedIPv4 | -1 {
  if (end - start > LONGEST) return -1
  let at = start
  let address = 0
  for (let octets = 1; ; octets++) {
    const from = at
    let octet = 0
    for (let digit = digitAt(bytes, at, end); digit >= 0; digit = digitAt(bytes, ++at, end)) octet = octet * 10 + digit
    if (at === from || octet > 255 || (at - from > 1 && bytes[from] === ZERO)) return -1
    address = address * 256 + octet
    if (octets === 4) break
    if (at >= end || bytes[at++] !== DOT) return -1
  }
  if (at === end) return packIPv4(address, 32)
  if (bytes[at++] !== SLASH) return -1
  const from = at
  let length = 0
  for (let digit = digitAt(bytes, at, end); digit >= 0; digit = digitAt(bytes, ++at, end)) length = length * 10 + digit
  if (at === from || at !== end || length > 32 || (at - from > 1 && bytes[from] === ZERO)) return -1
  return packIPv4(address, length)
}

function digitAt(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1
  const digit = (bytes[at] ?? 0) - ZERO
  return digit <= 9 ? digit : -1
}

const scratch = new Uint8Array(LONGEST)

/** The same for a text. */
export function readPlainIPv4Text(text: string): PackedIPv4 | -1 {
  if (text.length > LONGEST) return -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return -1
    scratch[i] = code
  }
  return readPlainIPv4(scratch, 0, text.length)
}

/** Reads a plain dotted address without a length, as logs spell theirs. @returns -1 when it is anything else. */
export function readAddressText(text: string): number {
  let address = 0
  let octet = 0
  let octets = 1
  let digits = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const digit = code - ZERO
    if (digit >= 0 && digit <= 9) {
      if (octet === 0 && digits > 0) return -1
      octet = octet * 10 + digit
      digits++
      if (octet > 255) return -1
    } else {
      if (code !== DOT || digits === 0 || octets === 4) return -1
      address = (address << 8) | octet
      octet = 0
      digits = 0
      octets++
    }
  }
  return octets < 4 || digits === 0 ? -1 : ((address << 8) | octet) >>> 0
}
