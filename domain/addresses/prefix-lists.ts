import { AddressList } from './address-list.ts'

/** IPv4 prefixes, the network addresses of each length in a list of their own: four bytes a prefix, and no object for any. */
export class PrefixLists {
  readonly #hosts = new AddressList()
  readonly #lists = [...Array.from({ length: 32 }, () => new AddressList()), this.#hosts]
  #size = 0

  /** How many there are, duplicates included until they are dropped. */
  get size(): number {
    return this.#size
  }

  /** A network address without host bits, and its length. */
  add(address: number, length: number): void {
    this.#lists[length]?.push(address)
    this.#size++
  }

  /** Room for so many whole addresses; `wroteHosts` says how many were written into it. */
  roomForHosts(count: number): Uint32Array {
    return this.#hosts.room(count)
  }

  wroteHosts(count: number): void {
    this.#hosts.wrote(count)
    this.#size += count
  }

  /** Network addresses of one length: the list's own memory, until the next is added. */
  ofLength(length: number): Uint32Array {
    return this.#lists[length]?.numbers() ?? new Uint32Array(0)
  }

  /** Sorts the network addresses of each length, and keeps each once. */
  sortUnique(): void {
    this.#size = 0
    for (const list of this.#lists) {
      list.sortUnique()
      this.#size += list.size
    }
  }

  /** Goes through sorted lists as one, by address; where that is the same, in the order in which the lengths are given. */
  each(lengths: readonly number[], visit: (address: number, length: number) => void): void {
    const heads = lengths.map((length) => ({ length, addresses: this.ofLength(length), next: 0 }))
    for (let left = heads.filter(isLeft); left.length > 0; left = left.filter(isLeft)) eachUntilOneEnds(left, visit)
  }
}

interface Head {
  readonly length: number
  readonly addresses: Uint32Array
  next: number
}

function isLeft({ addresses, next }: Head): boolean {
  return next < addresses.length
}

function eachUntilOneEnds(heads: readonly Head[], visit: (address: number, length: number) => void): void {
  for (;;) {
    let lowest = heads[0]
    if (lowest === undefined) return
    let address = lowest.addresses[lowest.next] ?? 0
    for (let i = 1; i < heads.length; i++) {
      const head = heads[i]
      const other = head?.addresses[head.next] ?? 0
      if (head === undefined || other >= address) continue
      lowest = head
      address = other
    }
    visit(address, lowest.length)
    if (++lowest.next === lowest.addresses.length) return
  }
}
