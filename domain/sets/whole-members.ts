import { inPieces, type GiveWay } from '../formats/give-way.ts'
import { NotASet } from './not-a-set.ts'

const NEWLINE = 0x0a
/** More than any member has: names have 253 characters at most, IPv6 prefixes 43. */
const TOO_LONG = 1_024

/**
 * The text of a set in pieces of any length, as pieces of about 64 KiB that are each the text of a set: no member is cut. Gives way before each.
 * @throws NotASet where a member does not end
 */
export async function* wholeMembers(text: AsyncIterable<Uint8Array>, giveWay: GiveWay): AsyncGenerator<Uint8Array, void, undefined> {
  /** The beginning of a member whose end is yet to come. */
  let begun: Uint8Array = new Uint8Array(0)
  for await (const piece of inPieces(text, giveWay)) {
    const first = piece.indexOf(NEWLINE)
    begun = joined(begun, first < 0 ? piece : piece.subarray(0, first))
    if (begun.length > TOO_LONG) throw new NotASet('a member does not end')
    if (first < 0) continue
    yield begun
    const last = piece.lastIndexOf(NEWLINE)
    if (last > first) yield piece.subarray(first + 1, last)
    begun = piece.slice(last + 1)
  }
  if (begun.length > 0) yield begun
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
