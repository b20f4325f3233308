/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
  /** From 0 to below `bound`, whole. */
  below(bound: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** So many different ones, or all there are, in the order of `from`. */
  some<T>(from: readonly T[], count: number): readonly T[]
}

export function seeded(seed: number): Random {
  let state = (seed * 0x9e3779b9 + 0x85ebca6b) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    below,
    chance: (probability) => next() < probability,
    pick(from) {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new RangeError('there is nothing to pick from')
      return picked
    },
    some(from, count) {
      const left = from.map((_, at) => at)
      while (left.length > count) left.splice(below(left.length), 1)
      return from.filter((_, at) => left.includes(at))
    },
  }
}
