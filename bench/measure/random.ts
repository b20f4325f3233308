/** A whole number from 0 to below `limit`, which is at most 2^32. */
export type Random = (limit: number) => number

/**
 * Numbers that look random and are the same for a seed on every machine, so that two people measure the same input: a counter in
 * steps of the golden ratio, its bits mixed by two multiplications.
 */
export function seeded(seed: number): Random {
  let counter = seed >>> 0
  return (limit) => {
    counter = (counter + 0x9e3779b9) >>> 0
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad)
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
    return Math.floor((((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32) * limit)
  }
}

/** Puts a list into random order, in place. */
export function shuffle<T>(list: T[], random: Random): T[] {
  for (let left = list.length; left > 1; left--) {
    const other = random(left)
    const moved = list[other] as T
    list[other] = list[left - 1] as T
    list[left - 1] = moved
  }
  return list
}
