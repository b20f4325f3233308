import { charactersAt, charactersIn, isLast, nextAfter } from './packed-texts.ts'
import type { BuiltText } from './set-builder.ts'
import { TextKeys } from './text-keys.ts'

/** Characters of canonical members in the order of their bytes, from 1; 0 stands for the end of a text, which sorts before them all. */
const RANKS = new Uint8Array(256)
const CHARACTERS = '-./0123456789:_abcdefghijklmnopqrstuvwxyz'
for (let i = 0; i < CHARACTERS.length; i++) RANKS[CHARACTERS.charCodeAt(i)] = i + 1
const KINDS = CHARACTERS.length + 1

/** One bucket for each pair of characters. */
const BUCKETS = KINDS * KINDS

/** Words that fit a processor's cache: their texts are compared where they lie. */
const PIECE = 2 ** 14

/** So often a text is moved at most: a list of long texts that differ late would be moved a hundred times. */
const MOST_MOVES = 8

const NEWLINE = 0x0a

/** Of a text that is a view on a larger buffer, at most so much of the buffer lies unused behind it. */
const MOST_UNUSED = 1 / 8

/**
 * Sorts packed texts of characters of canonical members and drops duplicates. `packed` is used up as room to work in, and as much again
 * becomes the text.
 *
 * What takes time in sorting a million texts is not comparing them, but that they lie far apart in memory. So they are moved into
 * buckets by their first characters until a bucket fits the cache, and only there put in order.
 */
export function sortTexts(packed: Uint32Array): BuiltText {
  return new Sorting(packed).text()
}

/** Texts from `start` to `end` that share their first characters, how often they were moved, and so where they lie. */
interface Bucket {
  readonly start: number
  readonly end: number
  readonly shared: number
  readonly moves: number
}

class Sorting {
  readonly #packed: Uint32Array
  /**
   * Texts are moved here and back. What is written in order goes here as well: it never takes more bytes than the words of the texts
   * before, which are done with.
   */
  readonly #room: Uint32Array
  readonly #bytes: Uint8Array
  #used = 0
  #members = 0
  readonly #keys = new TextKeys()

  constructor(packed: Uint32Array) {
    this.#packed = packed
    this.#room = new Uint32Array(packed.length)
    this.#bytes = new Uint8Array(this.#room.buffer)
    if (packed.length > 0) this.#sort({ start: 0, end: packed.length, shared: 0, moves: 0 })
  }

  text(): BuiltText {
    const unused = this.#bytes.length - this.#used
    const text = this.#bytes.subarray(0, this.#used)
    return { text: unused > this.#bytes.length * MOST_UNUSED ? text.slice() : text, members: this.#members }
  }

  #sort(bucket: Bucket): void {
    const { start, end, moves } = bucket
    const texts = moves % 2 === 0 ? this.#packed : this.#room
    const shared = sharedBeginning(texts, bucket)
    if (end - start <= PIECE || moves === MOST_MOVES) return this.#sortPiece(texts, start, end, shared)
    const others = moves % 2 === 0 ? this.#room : this.#packed
    const ends = distribute(texts, others, start, end, shared)
    let at = start
    for (let pair = 0; pair < BUCKETS; pair++) {
      const next = ends[pair] ?? 0
      if (next === at) continue
      // Texts that have ended are all the same.
      if (pair % KINDS === 0) this.#write(others, at)
      else this.#sort({ start: at, end: next, shared: shared + 2, moves: moves + 1 })
      at = next
    }
  }

  /** Puts in order what is not moved any more. */
  #sortPiece(texts: Uint32Array, start: number, end: number, depth: number): void {
    // What is written must not lie on what is still to be read.
    if (texts === this.#room) this.#packed.set(texts.subarray(start, end), start)
    let count = 0
    for (let at = start; at < end; at++) if (isLast(this.#packed[at] ?? 0)) count++
    this.#keys.makeRoom(count)
    let at = start
    for (let i = 0; i < count; i++) {
      this.#keys.set(i, charactersAt(this.#packed, at, depth), at)
      at = nextAfter(this.#packed, at)
    }
    this.#writeByKeys(0, count, depth)
  }

  /** Orders by the next four characters, and those of equal ones by the characters behind. */
  #writeByKeys(start: number, end: number, depth: number): void {
    this.#keys.sort(start, end)
    for (let key = start; key < end; ) {
      const characters = this.#keys.charactersOf(key)
      let next = key + 1
      while (next < end && this.#keys.charactersOf(next) === characters) next++
      if (next === key + 1 || isLast(characters)) {
        this.#write(this.#packed, this.#keys.placeOf(key))
      } else {
        for (let same = key; same < next; same++) {
          const place = this.#keys.placeOf(same)
          this.#keys.set(same, charactersAt(this.#packed, place, depth + 4), place)
        }
        this.#writeByKeys(key, next, depth + 4)
      }
      key = next
    }
  }

  #write(texts: Uint32Array, start: number): void {
    const bytes = this.#bytes
    let to = this.#used
    if (this.#members++ > 0) bytes[to++] = NEWLINE
    for (let at = start; ; at++) {
      const word = texts[at] ?? 0
      // All four bytes, however many are characters: what follows overwrites those that are too many.
      bytes[to] = word >>> 24
      bytes[to + 1] = word >>> 16
      bytes[to + 2] = word >>> 8
      bytes[to + 3] = word
      if (isLast(word)) {
        this.#used = to + charactersIn(word)
        return
      }
      to += 4
    }
  }
}

function pairAt(texts: Uint32Array, start: number, depth: number): number {
  const characters = charactersAt(texts, start, depth)
  return (RANKS[characters >>> 24] ?? 0) * KINDS + (RANKS[(characters >>> 16) & 0xff] ?? 0)
}

/** About how many first characters all texts of a bucket share: such as `www.`, which would be gone through pair by pair. */
function sharedBeginning(texts: Uint32Array, { start, end, shared: least }: Bucket): number {
  const from = least >>> 2
  let shared = nextAfter(texts, start) - start - 1
  for (let at = start; at < end && shared > from; at = nextAfter(texts, at)) {
    let same = from
    while (same < shared && texts[at + same] === texts[start + same]) same++
    shared = same
  }
  return Math.max(least, shared * 4)
}

/** Moves texts by their two characters behind `depth`. @returns where the bucket of each pair ends. */
function distribute(texts: Uint32Array, to: Uint32Array, start: number, end: number, depth: number): Uint32Array {
  const places = new Uint32Array(BUCKETS)
  for (let at = start; at < end; ) {
    const next = nextAfter(texts, at)
    const pair = pairAt(texts, at, depth)
    places[pair] = (places[pair] ?? 0) + next - at
    at = next
  }
  let place = start
  for (let pair = 0; pair < BUCKETS; pair++) {
    const words = places[pair] ?? 0
    places[pair] = place
    place += words
  }
  for (let at = start; at < end; ) {
    const pair = pairAt(texts, at, depth)
    let place = places[pair] ?? 0
    let word: number
    do {
      word = texts[at++] ?? 0
      to[place++] = word
    } while (!isLast(word))
    places[pair] = place
  }
  return places
}
