import { addressOf, lengthOf, readPlainIPv4 } from '../addresses/ipv4.ts'
import { parsePrefix, prefixText, type Prefix } from '../addresses/prefix.ts'
import { mergeRanges, prefixesOfRanges, rangeOf, type Range } from '../addresses/range.ts'
import { entryText } from './entry-text.ts'
import type { IndicatorSet } from './indicator-set.ts'
import { eachMember } from './members.ts'

/** The addresses of an IPSet as the fewest ranges: what a network set is planned from (contract G-03). */
export function rangesOf(set: IndicatorSet): Range[] {
  const ranges: Range[] = []
  eachMember(set.text, (start, end) => ranges.push(rangeOf(memberPrefix(set.text, start, end))))
  return mergeRanges(ranges)
}

/** The smallest list of prefixes that covers exactly the addresses of an IPSet (contract G-03); IPv4 first, by address. */
export function prefixesOf(set: IndicatorSet): string[] {
  return prefixesOfRanges(rangesOf(set)).map(prefixText)
}

/** A member of a canonical text by its place. */
export function memberPrefix(text: Uint8Array, start: number, end: number): Prefix {
  const plain = readPlainIPv4(text, start, end)
  if (plain >= 0) return { family: 4, address: addressOf(plain), length: lengthOf(plain) }
  const prefix = parsePrefix(entryText(text, start, end))
  if (typeof prefix === 'string') throw new TypeError('the text is not that of an IPSet')
  return prefix
}
