import { bitByBit, type GiveWay } from '../formats/give-way.ts'
import { lowerWith, upperWith, type NameHashing } from './name-hash.ts'
import { NameHashes } from './name-hashes.ts'
import { NotASet } from './not-a-set.ts'
import { isWrittenAs } from './read-set.ts'
import { wholeMembers } from './whole-members.ts'

const NEWLINE = 0x0a

/**
 * Hashes the members of a text, in pieces of any length, which is not held: at most 13 bytes a member while it is done.
 * @param members how many there are
 * @throws NotASet when there are more or fewer, or the text is not that of a DomainNameSet
 */
export async function hashNames(text: AsyncIterable<Uint8Array>, members: number, hashing: NameHashing, giveWay: GiveWay): Promise<NameHashes> {
  const uppers = new Int32Array(members)
  const lowers = new Int32Array(members)
  let count = 0
  for await (const piece of wholeMembers(text, giveWay)) {
    if (!isWrittenAs('DomainNameSet', piece)) throw new NotASet('the text is not that of a DomainNameSet')
    eachHashed(piece, hashing, (upper, lower) => {
      uppers[count] = upper
      lowers[count++] = lower
    })
    if (count > members) break
  }
  if (count !== members) throw new NotASet(`it has ${count > members ? 'more' : 'fewer'} than ${members} members`)
  return bitByBit(NameHashes.of(hashing, uppers, lowers), giveWay)
}

/**
 * Which of these names are members of a text, in one pass over it. By their hashes, so that hardly any but those become strings.
 * @throws NotASet
 */
export async function membersAmong(
  names: ReadonlySet<string>,
  text: AsyncIterable<Uint8Array>,
  hashing: NameHashing,
  giveWay: GiveWay,
): Promise<ReadonlySet<string>> {
  const uppers = new Int32Array(names.size)
  const lowers = new Int32Array(names.size)
  let count = 0
  for (const name of names) {
    let { upper, lower } = hashing
    for (let at = name.length - 1; at >= 0; at--) {
      upper = upperWith(upper, name.charCodeAt(at))
      lower = lowerWith(lower, name.charCodeAt(at))
    }
    uppers[count] = upper
    lowers[count++] = lower
  }
  const wanted = await bitByBit(NameHashes.of(hashing, uppers, lowers), giveWay)
  const decoder = new TextDecoder()
  const found = new Set<string>()
  for await (const piece of wholeMembers(text, giveWay)) {
    eachHashed(piece, hashing, (upper, lower, start, end) => {
      if (!wanted.includes(upper, lower)) return
      const member = decoder.decode(piece.subarray(start, end))
      if (names.has(member)) found.add(member)
    })
  }
  return found
}

/** Calls back with the halves of each member's hash, and where it lies in the text; the last first. */
function eachHashed(text: Uint8Array, hashing: NameHashing, visit: (upper: number, lower: number, start: number, end: number) => void): void {
  let end = text.length
  if (end === 0) return
  let { upper, lower } = hashing
  for (let at = end - 1; at >= 0; at--) {
    const code = text[at] ?? 0
    if (code !== NEWLINE) {
      upper = upperWith(upper, code)
      lower = lowerWith(lower, code)
      continue
    }
    visit(upper, lower, at + 1, end)
    upper = hashing.upper
    lower = hashing.lower
    end = at
  }
  visit(upper, lower, 0, end)
}
