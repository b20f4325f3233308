const ALL_ONES = (1n << 128n) - 1n

/** Cuts host bits off a 128-bit address. */
export function maskIPv6(address: bigint, length: number): bigint {
  return address & (ALL_ONES << BigInt(128 - length)) & ALL_ONES
}

/** `::ffff:0:0/96` (RFC 4291, 2.5.5.2): IPv4 addresses in IPv6 clothes. */
export function isMapped(address: bigint): boolean {
  return address >> 32n === 0xffffn
}

const GROUP = /^[0-9a-f]{1,4}$/i
const ZEROS = '0000'

/** Reads an address of hexadecimal groups, without a dotted part (RFC 4291, 2.2). @returns null when it is none. */
export function readIPv6(text: string): bigint | null {
  const [before = '', after, ...more] = text.split('::')
  if (more.length > 0) return null
  const groups = groupsOf(before)
  const last = after === undefined ? [] : groupsOf(after)
  const missing = 8 - groups.length - last.length
  if (after === undefined ? missing !== 0 : missing < 1) return null
  for (let i = 0; i < missing; i++) groups.push('0')
  groups.push(...last)
  let digits = '0x'
  for (const group of groups) {
    if (!GROUP.test(group)) return null
    digits += ZEROS.slice(group.length) + group
  }
  return BigInt(digits)
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

/** Compressed, lower case (RFC 5952); never with an embedded dotted part, so that one address has one text. */
export function ipv6Text(address: bigint): string {
  const digits = address.toString(16).padStart(32, '0')
  const groups = [0, 4, 8, 12, 16, 20, 24, 28].map((at) => Number.parseInt(digits.slice(at, at + 4), 16).toString(16))
  return compressed(groups)
}

/** The longest run of two or more zero groups gives way to `::`, of several as long the first (RFC 5952, 4.2). */
function compressed(groups: readonly string[]): string {
  let longest = 1
  let start = -1
  for (let from = 0; from < groups.length; from++) {
    let zeros = 0
    while (groups[from + zeros] === '0') zeros++
    if (zeros > longest) {
      longest = zeros
      start = from
    }
    from += zeros
  }
  if (start < 0) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`
}
