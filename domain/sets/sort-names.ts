import type { BuiltText } from './set-builder.ts'
import { TextWriter } from './text-writer.ts'

/** Characters of canonical names in the order of their bytes, from 1; 0 stands for the end of a name, which sorts before them all. */
const RANKS = new Uint8Array(256)
const CHARACTERS = '-.0123456789_abcdefghijklmnopqrstuvwxyz'
for (let i = 0; i < CHARACTERS.length; i++) RANKS[CHARACTERS.charCodeAt(i)] = i + 1
const KINDS = CHARACTERS.length + 1

/** One bucket for each pair of characters. */
const BUCKETS = KINDS * KINDS

/** Bytes that fit a processor's cache: their names are compared where they lie. */
const PIECE = 2 ** 15

/** So often a name is moved at most: a list of long names that differ late would be moved a hundred times. */
const MOST_MOVES = 8

/** A key is one number of 53 bits, which a double holds exactly: five characters of 40 kinds (40^5 < 2^27) and an offset below 2^26. */
const KEY_CHARACTERS = 5
const OFFSETS = 2 ** 26

/**
 * Sorts names and drops duplicates. They lie one behind the other in `packed`, at most 64 MiB, each behind a byte that holds its length,
 * and consist of characters of canonical names. `packed` is used up as room to work in, as much again is taken, and the text.
 *
 * What takes time in sorting a million names is not comparing them, but that they lie far apart in memory. So they are moved into
 * buckets by their first characters until a bucket fits the cache, and only there put in order.
 */
export function sortNames(packed: Uint8Array): BuiltText {
  const writer = new TextWriter(Math.max(0, packed.length - 1))
  const all = { start: 0, end: packed.length, shared: 0, moves: 0 }
  if (packed.length > 0) sortBucket(packed, new Uint8Array(packed.length), all, writer)
  return writer.text()
}

/** Names from `start` to `end` that share their first characters, and how often they were moved. */
interface Bucket {
  readonly start: number
  readonly end: number
  readonly shared: number
  readonly moves: number
}

/** Writes the names of a bucket in order. `room` is as large as `names`. */
function sortBucket(names: Uint8Array, room: Uint8Array, bucket: Bucket, writer: TextWriter): void {
  const { start, end, moves } = bucket
  const shared = sharedBeginning(names, bucket)
  if (end - start <= PIECE || moves === MOST_MOVES) return sortPiece(names, start, end, shared, writer)
  const ends = distribute(names, room, start, end, shared)
  let at = start
  for (let pair = 0; pair < BUCKETS; pair++) {
    const next = ends[pair] ?? 0
    if (next === at) continue
    // Names that have ended are all the same.
    if (pair % KINDS === 0) writer.write(room, at)
    else sortBucket(room, names, { start: at, end: next, shared: shared + 2, moves: moves + 1 }, writer)
    at = next
  }
}

/** How many first characters all names of a bucket share: such as `www.`, which would be gone through pair by pair. */
function sharedBeginning(names: Uint8Array, { start, end, shared: least }: Bucket): number {
  let shared = names[start] ?? 0
  for (let at = start; at < end && shared > least; at += 1 + (names[at] ?? 0)) {
    let same = least
    while (same < shared && same < (names[at] ?? 0) && names[at + 1 + same] === names[start + 1 + same]) same++
    shared = same
  }
  return shared
}

/** Moves names to `room` by their two characters behind `depth`. @returns where the bucket of each pair ends. */
function distribute(names: Uint8Array, room: Uint8Array, start: number, end: number, depth: number): Uint32Array {
  const places = new Uint32Array(BUCKETS)
  for (let at = start; at < end; at += 1 + (names[at] ?? 0)) {
    const pair = pairAt(names, at, depth)
    places[pair] = (places[pair] ?? 0) + 1 + (names[at] ?? 0)
  }
  let place = start
  for (let pair = 0; pair < BUCKETS; pair++) {
    const bytes = places[pair] ?? 0
    places[pair] = place
    place += bytes
  }
  for (let at = start; at < end; ) {
    const pair = pairAt(names, at, depth)
    let to = places[pair] ?? 0
    for (const next = at + 1 + (names[at] ?? 0); at < next; at++) room[to++] = names[at] ?? 0
    places[pair] = to
  }
  return places
}

function pairAt(names: Uint8Array, at: number, depth: number): number {
  return rankAt(names, at, depth) * KINDS + rankAt(names, at, depth + 1)
}

/** The rank of a name's character, 0 behind its end. */
function rankAt(names: Uint8Array, at: number, character: number): number {
  return character < (names[at] ?? 0) ? (RANKS[names[at + 1 + character] ?? 0] ?? 0) : 0
}

/** Puts in order what is not moved any more. */
function sortPiece(names: Uint8Array, start: number, end: number, depth: number, writer: TextWriter): void {
  let count = 0
  for (let at = start; at < end; at += 1 + (names[at] ?? 0)) count++
  const keys = new Float64Array(count)
  let i = 0
  for (let at = start; at < end; at += 1 + (names[at] ?? 0)) keys[i++] = keyOf(names, at, depth)
  writeByKeys(names, keys, depth, writer)
}

function keyOf(names: Uint8Array, at: number, depth: number): number {
  let key = 0
  for (let i = 0; i < KEY_CHARACTERS; i++) key = key * KINDS + rankAt(names, at, depth + i)
  return key * OFFSETS + at
}

/** Orders by the next characters, and those of equal ones by the characters behind. */
function writeByKeys(names: Uint8Array, keys: Float64Array, depth: number, writer: TextWriter): void {
  // Doubles from 0 up sort as their bits do, and the platform sorts whole numbers faster.
  new BigUint64Array(keys.buffer, keys.byteOffset, keys.length).sort()
  for (let i = 0; i < keys.length; ) {
    const key = keys[i] ?? 0
    const characters = Math.floor(key / OFFSETS)
    const after = (characters + 1) * OFFSETS
    let next = i + 1
    while (next < keys.length && (keys[next] ?? 0) < after) next++
    if (next === i + 1 || characters % KINDS === 0) writer.write(names, key % OFFSETS)
    else {
      const same = keys.subarray(i, next)
      for (let j = 0; j < same.length; j++) same[j] = keyOf(names, (same[j] ?? 0) % OFFSETS, depth + KEY_CHARACTERS)
      writeByKeys(names, same, depth + KEY_CHARACTERS, writer)
    }
    i = next
  }
}
