/**
 * How names are hashed: from the last character to the first, so that on the way to a name each name above it is hashed. Two halves, in
 * each of which a character is one step that can be undone; so names that differ in one character differ in both. Names that collide cost time,
 * and nothing else: what is found by hash is compared with the set itself.
 */
export interface NameHashing {
  /** Two numbers of 32 bits that authors of feeds and of logs do not know. Signed, which is what the engine keeps without a box. */
  readonly upper: number
  readonly lower: number
  /** The bits of each half that are taken: fewer make names collide. */
  readonly mask: number
}

/** @param seed two random numbers of 32 bits */
export function seededHashing([upper = 0, lower = 0]: Iterable<number>, mask = -1): NameHashing {
  return { upper: upper | 0, lower: lower | 0, mask }
}

/** The upper half with one more character; its code is any of 16 bits. */
export function upperWith(upper: number, code: number): number {
  const next = Math.imul(upper ^ code, 0x85ebca6b)
  return next ^ (next >>> 15)
}

/** The lower half with one more character. */
export function lowerWith(lower: number, code: number): number {
  const next = Math.imul(lower ^ code, 0xc2b2ae35)
  return next ^ (next >>> 13)
}

/** What finds a name's slot, of both halves: each bit hangs on all bits (the last steps of MurmurHash3). */
export function slotHash(upper: number, lower: number): number {
  return mixed(upper ^ Math.imul(lower, 0x9e3779b1))
}

/** What tells the names of a slot apart. */
export function keptHash(lower: number): number {
  return mixed(lower)
}

function mixed(half: number): number {
  let bits = Math.imul(half ^ (half >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
