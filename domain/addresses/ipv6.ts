import ipaddr from 'ipaddr.js'

const ALL_ONES = (1n << 128n) - 1n

/** Cuts host bits off a 128-bit address. */
export function maskIPv6(address: bigint, length: number): bigint {
  return address & (ALL_ONES << BigInt(128 - length)) & ALL_ONES
}

/** The eight groups of an address as one 128-bit number. */
export function ipv6FromGroups(groups: readonly number[]): bigint {
  let address = 0n
  for (const group of groups) address = (address << 16n) | BigInt(group)
  return address
}

/** Compressed, lower case (RFC 5952); never with an embedded dotted part, so that one address has one text. */
export function ipv6Text(address: bigint): string {
  const groups: number[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address >> shift) & 0xffffn))
  return new ipaddr.IPv6(groups).toRFC5952String()
}

/** `::ffff:0:0/96` (RFC 4291, 2.5.5.2): IPv4 addresses in IPv6 clothes. */
export function isMapped(address: bigint): boolean {
  return address >> 32n === 0xffffn
}
