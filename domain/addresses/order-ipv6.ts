import type { InStretches } from '../formats/give-way.ts'
import { WORDS } from './ipv6-words.ts'
import { HALF, placesOf } from './sort-addresses.ts'

/**
 * The places of addresses, four words each, by address: as `sortAddresses` does, from the lowest 16 bits to the highest, each time counting
 * how many there are of each value. What all have in common, as the networks of one provider their first bits, takes no sorting.
 */
export function* orderOfAddresses(words: Uint32Array): InStretches<Uint32Array> {
  const size = words.length / WORDS
  let order = new Uint32Array(size)
  for (let i = 0; i < size; i++) order[i] = i
  let sorted = new Uint32Array(size)
  for (let half = 2 * WORDS - 1; half >= 0; half--) {
    const word = half >>> 1
    const shift = half % 2 === 0 ? 16 : 0
    const counts = new Uint32Array(HALF)
    for (let i = word; i < words.length; i += WORDS) {
      const value = ((words[i] ?? 0) >>> shift) & 0xffff
      counts[value] = (counts[value] ?? 0) + 1
    }
    yield
    if (counts[((words[word] ?? 0) >>> shift) & 0xffff] === size) continue
    const places = placesOf(counts)
    for (let i = 0; i < size; i++) {
      const place = order[i] ?? 0
      const value = ((words[place * WORDS + word] ?? 0) >>> shift) & 0xffff
      const to = places[value] ?? 0
      sorted[to] = place
      places[value] = to + 1
    }
    const before = order
    order = sorted
    sorted = before
    yield
  }
  return order
}
