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

  /**
   * Goes through sorted lists as one, by address; where that is the same, in the order in which the lengths are given. Visits stretches
   * of one list, as long as no other comes in between.
   */
  each(lengths: readonly number[], visit: VisitStretch): void {
    const heads = lengths.map((length) => ({ length, addresses: this.ofLength(length), next: 0 }))
    for (let left = heads.filter(isLeft); left.length > 0; left = left.filter(isLeft)) eachUntilOneEnds(left, visit)
  }
}

/** Addresses of one length from `start` to before `end`. */
export type VisitStretch = (addresses: Uint32Array, start: number, end: number, length: number) => void

interface Head {
  readonly length: number
  readonly addresses: Uint32Array
  next: number
}

function isLeft({ addresses, next }: Head): boolean {
  return next < addresses.length
}

function eachUntilOneEnds(heads: readonly Head[], visit: VisitStretch): void {
  for (;;) {
    const lowest = lowestOf(heads)
    const head = heads[lowest]
    if (head === undefined) return
    const { addresses, next: start, length } = head
    const end = firstFrom(addresses, start, firstOfOthers(heads, lowest))
    head.next = end
    visit(addresses, start, end, length)
    if (end === addresses.length) return
  }
}

function lowestOf(heads: readonly Head[]): number {
  let lowest = 0
  let address = addressAt(heads[0])
  for (let i = 1; i < heads.length; i++) {
    const other = addressAt(heads[i])
    if (other >= address) continue
    lowest = i
    address = other
  }
  return lowest
}

/** Below which address one head comes before all others: those that stand behind it come after it where they have the same. */
function firstOfOthers(heads: readonly Head[], chosen: number): number {
  let first = 2 ** 32
  for (let i = 0; i < heads.length; i++) {
    if (i !== chosen) first = Math.min(first, addressAt(heads[i]) + (i > chosen ? 1 : 0))
  }
  return first
}

/** Where in a sorted list the first address of at least `least` is, after one that is below. */
function firstFrom(addresses: Uint32Array, below: number, least: number): number {
  if ((addresses.at(-1) ?? 0) < least) return addresses.length
  let at = below + 1
  while ((addresses[at] ?? 0) < least) at++
  return at
}

function addressAt(head: Head | undefined): number {
  return head?.addresses[head.next] ?? 0
}
