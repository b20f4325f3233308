import { sortAddresses } from './sort-addresses.ts'

const SMALLEST = 64

/** IPv4 addresses as unsigned 32-bit numbers: four bytes each, and room for at most as many again. */
export class AddressList {
  #numbers = new Uint32Array(SMALLEST)
  #size = 0

  get size(): number {
    return this.#size
  }

  push(address: number): void {
    if (this.#size === this.#numbers.length) this.#grow(this.#size + 1)
    this.#numbers[this.#size++] = address
  }

  /** Room to write so many into; `wrote` says how many they were. */
  room(count: number): Uint32Array {
    if (this.#size + count > this.#numbers.length) this.#grow(this.#size + count)
    return this.#numbers.subarray(this.#size)
  }

  wrote(count: number): void {
    this.#size += count
  }

  /** The list's own memory, until the next push. */
  numbers(): Uint32Array {
    return this.#numbers.subarray(0, this.#size)
  }

  /** Sorts them, and keeps each once. */
  sortUnique(): void {
    const sorted = this.numbers()
    sortAddresses(sorted)
    let kept = 0
    let last = -1
    for (let i = 0; i < sorted.length; i++) {
      const number = sorted[i] ?? 0
      if (number === last) continue
      sorted[kept++] = number
      last = number
    }
    this.#size = kept
  }

  #grow(least: number): void {
    const larger = new Uint32Array(Math.max(least, this.#numbers.length * 2))
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}
