/** Members for each slot of the index: at four bytes a slot it takes a quarter to half a byte for each of them. */
const MEMBERS_A_SLOT = 8

/** From so many on there are 65,536 slots, one for each upper half of an address, so that only lower halves are kept: 2 bytes, and at most as many for the index. */
const MANY = 131_072

/**
 * Sorted IPv4 addresses that are found by their first bits: an index says where those with each beginning start, so that a search
 * through a million goes through a few. At most 4.5 bytes an address, and of 131,072 or more at most 4, of a million 2.3.
 */
export class IndexedAddresses {
  readonly #shift: number
  readonly #starts: Uint32Array
  /** Whole addresses, or of many of them the lower halves. */
  readonly #kept: Uint32Array | Uint16Array
  /** The bits of an address that are kept. */
  readonly #mask: number

  /** @param sorted is copied */
  constructor(sorted: Uint32Array) {
    const bits = sorted.length < MANY ? Math.max(1, 31 - Math.clz32(sorted.length / MEMBERS_A_SLOT)) : 16
    this.#shift = 32 - bits
    this.#starts = new Uint32Array(2 ** bits + 1)
    this.#kept = sorted.length < MANY ? sorted.slice() : Uint16Array.from(sorted)
    this.#mask = sorted.length < MANY ? 0xffffffff : 0xffff
    let slot = 0
    for (let i = 0; i < sorted.length; i++) while (slot <= (sorted[i] ?? 0) >>> this.#shift) this.#starts[slot++] = i
    this.#starts.fill(sorted.length, slot)
  }

  get bytes(): number {
    return this.#kept.byteLength + this.#starts.byteLength
  }

  /** The place of the last that is not above an address; -1 when all are. Of several that are the same, the last. */
  lastUpTo(address: number): number {
    const slot = address >>> this.#shift
    const wanted = (address & this.#mask) >>> 0
    let low = this.#starts[slot] ?? 0
    let high = this.#starts[slot + 1] ?? 0
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#kept[middle] ?? 0) <= wanted) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** The address at a place. */
  at(place: number): number {
    const kept = this.#kept[place] ?? 0
    return this.#mask === 0xffff ? this.#slotOf(place) * 0x10000 + kept : kept
  }

  includes(address: number): boolean {
    const place = this.lastUpTo(address)
    // What stands in a slot before may have the same lower half.
    return place >= (this.#starts[address >>> this.#shift] ?? 0) && this.#kept[place] === (address & this.#mask) >>> 0
  }

  /** The last slot that begins at a place or before: those in between are empty. */
  #slotOf(place: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? 0) <= place) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
