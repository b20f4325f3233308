/** Which half of a 64-bit number in memory holds its upper bits: the second, on almost every processor. */
const UPPER = new Uint32Array(BigUint64Array.of(1n).buffer)[0] === 1 ? 1 : 0
const LOWER = 1 - UPPER

/** So few are put in order one by one: to call the platform's sort for them takes longer. */
const FEW = 16

/** What texts are put in order by: numbers of 64 bits, each four characters above the place of their text. The platform sorts such fast. */
export class TextKeys {
  #keys = new BigUint64Array(0)
  #halves = new Uint32Array(0)

  /** Room for so many; what was there is lost. */
  makeRoom(count: number): void {
    if (count <= this.#keys.length) return
    this.#keys = new BigUint64Array(count)
    this.#halves = new Uint32Array(this.#keys.buffer)
  }

  set(key: number, characters: number, place: number): void {
    this.#halves[key * 2 + UPPER] = characters
    this.#halves[key * 2 + LOWER] = place
  }

  charactersOf(key: number): number {
    return this.#halves[key * 2 + UPPER] ?? 0
  }

  placeOf(key: number): number {
    return this.#halves[key * 2 + LOWER] ?? 0
  }

  /** By characters, from one key to before another. */
  sort(start: number, end: number): void {
    if (end - start > FEW) {
      this.#keys.subarray(start, end).sort()
      return
    }
    for (let i = start + 1; i < end; i++) {
      const characters = this.charactersOf(i)
      const place = this.placeOf(i)
      let to = i
      for (; to > start && this.charactersOf(to - 1) > characters; to--) this.set(to, this.charactersOf(to - 1), this.placeOf(to - 1))
      this.set(to, characters, place)
    }
  }
}
