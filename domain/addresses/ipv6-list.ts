import type { InStretches } from '../formats/give-way.ts'
import { addressAt, copyAddress, putAddress, WORDS } from './ipv6-words.ts'
import { orderOfAddresses } from './order-ipv6.ts'

const SMALLEST = 16

/** IPv6 prefixes, without an object for any: 17 bytes each, and room for at most as many again. */
export class IPv6List {
  #words = new Uint32Array(SMALLEST * WORDS)
  #lengths = new Uint8Array(SMALLEST)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The list's own memory, until the next push. */
  get words(): Uint32Array {
    return this.#words.subarray(0, this.#size * WORDS)
  }

  push(address: bigint, length: number): void {
    putAddress(this.room(), this.#size, address)
    this.wrote(length)
  }

  /** Words in which there is room for one more address, at the place `size`; `wrote` says that it was written, and its length. */
  room(): Uint32Array {
    if (this.#size === this.#lengths.length) this.#grow()
    return this.#words
  }

  wrote(length: number): void {
    this.#lengths[this.#size++] = length
  }

  lengthAt(place: number): number {
    return this.#lengths[place] ?? 0
  }

  addressAt(place: number): bigint {
    return addressAt(this.#words, place)
  }

  /** By address. */
  *sort(): InStretches<void> {
    const order = yield* orderOfAddresses(this.words)
    const words = new Uint32Array(this.#size * WORDS)
    const lengths = new Uint8Array(this.#size)
    for (let i = 0; i < this.#size; i++) {
      const place = order[i] ?? 0
      copyAddress(this.#words, place, words, i)
      lengths[i] = this.lengthAt(place)
    }
    this.#words = words
    this.#lengths = lengths
  }

  #grow(): void {
    const room = Math.max(SMALLEST, this.#size * 2)
    const words = new Uint32Array(room * WORDS)
    words.set(this.#words)
    this.#words = words
    const lengths = new Uint8Array(room)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }
}
