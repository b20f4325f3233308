/**
 * Sets are sorted by the text of their members (contract N-03), and `10.0.0.0/8` stands before `9.0.0.0/8` there. Octets compare as
 * texts whatever follows them, since `.` and `/` come before all digits. So the ranks of an address's octets among the texts of all
 * octets make a 32-bit number that sorts as the text does, and a million members are sorted without a string.
 */
export type TextOrder = number

/** Octets by rank. */
export const OCTETS = inTextOrder(256)

/** Prefix lengths: `1`, `10` and `19` stand before `2`. */
export const LENGTHS = inTextOrder(33)

const RANKS = new Uint8Array(256)
OCTETS.forEach((octet, rank) => {
  RANKS[octet] = rank
})

/** May come out negative, which is the same 32 bits in a Uint32Array. */
export function textOrderOf(address: number): TextOrder {
  const a = RANKS[address >>> 24] ?? 0
  const b = RANKS[(address >>> 16) & 255] ?? 0
  const c = RANKS[(address >>> 8) & 255] ?? 0
  const d = RANKS[address & 255] ?? 0
  return (a << 24) | (b << 16) | (c << 8) | d
}

function inTextOrder(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => String(i)).sort().map(Number)
}
