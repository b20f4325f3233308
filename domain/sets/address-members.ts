import { IPv6List } from '../addresses/ipv6-list.ts'
import { readPlainIPv6 } from '../addresses/plain-ipv6.ts'
import { readPlainLines } from '../addresses/plain-lines.ts'
import { parsePrefix } from '../addresses/prefix.ts'
import { PrefixLists } from '../addresses/prefix-lists.ts'
import type { InStretches } from '../formats/give-way.ts'
import { entryText } from './entry-text.ts'
import { NotASet } from './not-a-set.ts'

const NEWLINE = 0x0a

/** Bytes of a stretch: less than a millisecond of work. */
const PIECE = 65_536

/** Members of an IPSet as numbers, each kind in the order of the text. */
export interface AddressMembers {
  readonly ipv4: PrefixLists
  readonly ipv6: IPv6List
}

/** Reads a canonical text. @throws NotASet when it is not that of an IPSet. */
export function* addressMembers(text: Uint8Array): InStretches<AddressMembers> {
  const members = { ipv4: new PrefixLists(), ipv6: new IPv6List() }
  yield* addAddresses(text, members)
  return members
}

/** Reads another text, which holds no member of those before. @throws NotASet when it is not that of an IPSet. */
export function* addAddresses(text: Uint8Array, members: AddressMembers): InStretches<void> {
  for (let at = 0; at < text.length; ) {
    yield
    const piece = text.subarray(0, at + PIECE)
    while (at < piece.length) {
      at = readPlainLines(piece, at, members.ipv4)
      const newline = text.indexOf(NEWLINE, at)
      const end = newline < 0 ? text.length : newline
      readMember(text, at, end, members)
      at = end + 1
    }
  }
}

/** Of IPv6, or of IPv4 where no newline ends it in this piece. */
function readMember(text: Uint8Array, start: number, end: number, { ipv4, ipv6 }: AddressMembers): void {
  if (readPlainIPv6(text, start, end, ipv6)) return
  const prefix = parsePrefix(entryText(text, start, end))
  if (typeof prefix === 'string') throw new NotASet('the text is not that of an IPSet')
  if (prefix.family === 4) ipv4.add(prefix.address, prefix.length)
  else ipv6.push(prefix.address, prefix.length)
}
