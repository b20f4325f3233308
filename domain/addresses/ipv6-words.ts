/** Addresses of 128 bits in a Uint32Array, four words each, the highest first. Places count addresses, not words. */
export const WORDS = 4

const view = new DataView(new ArrayBuffer(16))

export function addressAt(words: Uint32Array, place: number): bigint {
  for (let i = 0; i < WORDS; i++) view.setUint32(i * 4, words[place * WORDS + i] ?? 0)
  return (view.getBigUint64(0) << 64n) | view.getBigUint64(8)
}

export function putAddress(words: Uint32Array, place: number, address: bigint): void {
  view.setBigUint64(0, address >> 64n)
  view.setBigUint64(8, BigInt.asUintN(64, address))
  for (let i = 0; i < WORDS; i++) words[place * WORDS + i] = view.getUint32(i * 4)
}

export function copyAddress(from: Uint32Array, fromPlace: number, to: Uint32Array, toPlace: number): void {
  for (let i = 0; i < WORDS; i++) to[toPlace * WORDS + i] = from[fromPlace * WORDS + i] ?? 0
}

/** Whether one address is above another. */
export function isAbove(a: Uint32Array, aPlace: number, b: Uint32Array, bPlace: number): boolean {
  for (let i = 0; i < WORDS; i++) {
    const difference = (a[aPlace * WORDS + i] ?? 0) - (b[bPlace * WORDS + i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** All ones in a word behind so many bits of an address. */
export function hostBits(word: number, length: number): number {
  const bits = length - word * 32
  return bits >= 32 ? 0 : bits <= 0 ? 0xffffffff : 0xffffffff >>> bits
}
