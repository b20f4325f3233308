import { readPlainLines } from '../addresses/plain-lines.ts'
import { parsePrefix, type Prefix } from '../addresses/prefix.ts'
import { PrefixLists } from '../addresses/prefix-lists.ts'
import { entryText } from './entry-text.ts'

const NEWLINE = 0x0a

/** Members of an IPSet as numbers: IPv4 compactly, the far fewer IPv6 one by one, each kind in the order of the text. */
export interface AddressMembers {
  readonly ipv4: PrefixLists
  readonly ipv6: readonly IPv6Prefix[]
}

export type IPv6Prefix = Extract<Prefix, { family: 6 }>

/** Reads a canonical text. @throws TypeError when it is not that of an IPSet. */
export function addressMembers(text: Uint8Array): AddressMembers {
  const ipv4 = new PrefixLists()
  const ipv6: IPv6Prefix[] = []
  for (let at = readPlainLines(text, 0, ipv4); at < text.length; at = readPlainLines(text, at, ipv4)) {
    const newline = text.indexOf(NEWLINE, at)
    const end = newline < 0 ? text.length : newline
    const prefix = parsePrefix(entryText(text, at, end))
    if (typeof prefix === 'string') throw new TypeError('the text is not that of an IPSet')
    if (prefix.family === 4) ipv4.add(prefix.address, prefix.length)
    else ipv6.push(prefix)
    at = end + 1
  }
  return { ipv4, ipv6 }
}
