import { addressOf, lengthOf, type PackedIPv4 } from '../addresses/ipv4.ts'

/**
 * Sets are sorted by the text of their members (contract N-03), and `10.0.0.0/8` stands before `9.0.0.0/8` there. Octets compare as
 * texts whatever follows them, since `.` and `/` come before all digits; so an octet's rank among the texts of all octets, and a
 * length's among those of all lengths, make a number that sorts as the text does. A million members are sorted without a string.
 */
export type TextOrder = number

const OCTETS = ranks(256)
const LENGTHS = ranks(33)

export function textOrderOf(packed: PackedIPv4): TextOrder {
  const address = addressOf(packed)
  const high = rank(OCTETS, address >>> 24) * 256 + rank(OCTETS, (address >>> 16) & 255)
  const low = rank(OCTETS, (address >>> 8) & 255) * 256 + rank(OCTETS, address & 255)
  return (high * 65_536 + low) * 64 + rank(LENGTHS, lengthOf(packed))
}

export function packedOf(order: TextOrder): PackedIPv4 {
  const octets = Math.floor(order / 64)
  const high = Math.floor(octets / 65_536)
  const low = octets % 65_536
  const first = number(OCTETS, high >>> 8) * 256 + number(OCTETS, high & 255)
  const last = number(OCTETS, low >>> 8) * 256 + number(OCTETS, low & 255)
  return (first * 65_536 + last) * 64 + number(LENGTHS, order % 64)
}

interface Ranks {
  readonly rankOf: Uint16Array
  readonly numberAt: Uint16Array
}

function ranks(count: number): Ranks {
  const numberAt = Uint16Array.from(Array.from({ length: count }, (_, i) => String(i)).sort(), Number)
  const rankOf = new Uint16Array(count)
  numberAt.forEach((value, i) => {
    rankOf[value] = i
  })
  return { rankOf, numberAt }
}

function rank(of: Ranks, value: number): number {
  return of.rankOf[value] ?? 0
}

function number(of: Ranks, value: number): number {
  return of.numberAt[value] ?? 0
}
