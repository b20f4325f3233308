import { addressOf, lengthOf, readPlainIPv4 } from '../addresses/ipv4.ts'
import { readPlainLines } from '../addresses/plain-lines.ts'
import { parsePrefix, prefixText } from '../addresses/prefix.ts'
import { PrefixLists } from '../addresses/prefix-lists.ts'
import { bytesInTextOrder, toTextOrder, writeAddresses } from './address-text.ts'
import { combineTexts, EITHER } from './combine-texts.ts'
import { entryText } from './entry-text.ts'
import type { RejectionReason } from './indicator-set.ts'
import { excess, type SetLimits } from './limits.ts'
import { MemberTexts } from './member-texts.ts'
import type { BuiltText, PlainLines, SetBuilder } from './set-builder.ts'

/** Members of an IPSet: IPv4 as numbers of four bytes, the far fewer IPv6 as texts, sorted as names are. */
export class AddressBuilder implements SetBuilder {
  readonly #ipv4 = new PrefixLists()
  /** How many of them were left when duplicates were last dropped. */
  #distinct = 0
  readonly #ipv6: MemberTexts
  readonly #limits: SetLimits

  constructor(limits: SetLimits) {
    this.#ipv6 = new MemberTexts(limits.members)
    this.#limits = limits
  }

  addLines(bytes: Uint8Array, start: number): PlainLines {
    const before = this.#ipv4.size
    const end = readPlainLines(bytes, start, this.#ipv4)
    const count = this.#ipv4.size - before
    this.#dropDuplicates()
    return { end, count }
  }

  addBytes(bytes: Uint8Array, start: number, end: number): RejectionReason | null {
    const plain = readPlainIPv4(bytes, start, end)
    if (plain < 0) return this.addText(entryText(bytes, start, end))
    this.#addIPv4(addressOf(plain), lengthOf(plain))
    return null
  }

  addText(entry: string): RejectionReason | null {
    const prefix = parsePrefix(entry)
    if (typeof prefix === 'string') return prefix
    if (prefix.family === 4) {
      this.#addIPv4(prefix.address, prefix.length)
      return null
    }
    this.#ipv6.add(prefixText(prefix))
    return null
  }

  excess(): string | null {
    const { text, members } = this.#ipv6.sorted
    return excess(this.#distinct + members, text.length - Math.max(0, members - 1), this.#limits)
  }

  finish(): BuiltText | string {
    toTextOrder(this.#ipv4)
    const ipv6 = this.#ipv6.finish()
    const members = this.#ipv4.size + ipv6.members
    const bytes = bytesInTextOrder(this.#ipv4)
    const tooLarge = excess(members, bytes + ipv6.text.length - Math.max(0, ipv6.members - 1), this.#limits)
    if (tooLarge !== null) return tooLarge
    if (this.#ipv4.size === 0) return ipv6
    const text = new Uint8Array(bytes + this.#ipv4.size - 1)
    writeAddresses(this.#ipv4, text)
    return ipv6.members === 0 ? { text, members } : combineTexts(text, ipv6.text, EITHER)
  }

  #addIPv4(address: number, length: number): void {
    this.#ipv4.add(address, length)
    this.#dropDuplicates()
  }

  /** Once as many have come as a largest set has: a list of duplicates takes no more memory than two of those, and little more time. */
  #dropDuplicates(): void {
    if (this.#ipv4.size - this.#distinct <= this.#limits.members) return
    this.#ipv4.sortUnique()
    this.#distinct = this.#ipv4.size
  }
}
