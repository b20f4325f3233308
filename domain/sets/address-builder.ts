import { addressOf, ipv4Text, lengthOf, packIPv4, readPlainIPv4 } from '../addresses/ipv4.ts'
import { parsePrefix, prefixText } from '../addresses/prefix.ts'
import { entryText } from './entry-text.ts'
import type { RejectionReason } from './indicator-set.ts'
import { packedOf, textOrderOf } from './ipv4-order.ts'
import { excess, type SetLimits } from './limits.ts'
import type { BuiltText, SetBuilder } from './set-builder.ts'

const SMALLEST = 1024
const NEWLINE = 0x0a

/** Members of an IPSet: IPv4 as numbers of eight bytes that sort as their texts do, the far fewer IPv6 as texts. */
export class AddressBuilder implements SetBuilder {
  #ipv4 = new Float64Array(SMALLEST)
  #used = 0
  /** How many of them were left when duplicates were last dropped. */
  #distinct = 0
  readonly #ipv6 = new Set<string>()
  #ipv6Bytes = 0
  readonly #limits: SetLimits

  constructor(limits: SetLimits) {
    this.#limits = limits
  }

  addBytes(bytes: Uint8Array, start: number, end: number): RejectionReason | null {
    const plain = readPlainIPv4(bytes, start, end)
    if (plain < 0) return this.addText(entryText(bytes, start, end))
    this.#add(textOrderOf(plain))
    return null
  }

  addText(entry: string): RejectionReason | null {
    const prefix = parsePrefix(entry)
    if (typeof prefix === 'string') return prefix
    if (prefix.family === 4) {
      this.#add(textOrderOf(packIPv4(prefix.address, prefix.length)))
      return null
    }
    const text = prefixText(prefix)
    if (!this.#ipv6.has(text)) {
      this.#ipv6.add(text)
      this.#ipv6Bytes += text.length
    }
    return null
  }

  excess(): string | null {
    // Dropping the duplicates of two million takes 0.2 s: after each half of a largest set, or a body of duplicates would cost minutes.
    if (this.#used - this.#distinct > this.#limits.members / 2) this.#compact()
    return excess(this.#distinct + this.#ipv6.size, this.#ipv6Bytes, this.#limits)
  }

  finish(): BuiltText | string {
    this.#compact()
    const ipv4Bytes = this.#ipv4Bytes()
    const tooLarge = excess(this.#distinct + this.#ipv6.size, ipv4Bytes + this.#ipv6Bytes, this.#limits)
    if (tooLarge !== null) return tooLarge
    const ipv6 = [...this.#ipv6].sort()
    this.#ipv6.clear()
    const members = this.#used + ipv6.length
    const text = new Uint8Array(Math.max(0, ipv4Bytes + this.#ipv6Bytes + members - 1))
    this.#write(text, ipv6)
    return { text, members }
  }

  /** Merges the two sorted kinds; a newline stands before each member but the first. */
  #write(text: Uint8Array, ipv6: readonly string[]): void {
    let at = 0
    let next = 0
    for (let i = 0; i < this.#used; i++) {
      const member = this.#textAt(i)
      for (let other = ipv6[next]; other !== undefined && other < member; other = ipv6[++next]) at = writeMember(text, at, other)
      at = writeMember(text, at, member)
    }
    for (; next < ipv6.length; next++) at = writeMember(text, at, ipv6[next] ?? '')
  }

  #textAt(i: number): string {
    const packed = packedOf(this.#ipv4[i] ?? 0)
    return `${ipv4Text(addressOf(packed))}/${lengthOf(packed)}`
  }

  #ipv4Bytes(): number {
    let bytes = 0
    for (let i = 0; i < this.#used; i++) {
      const packed = packedOf(this.#ipv4[i] ?? 0)
      const address = addressOf(packed)
      bytes += digits(address >>> 24) + digits((address >>> 16) & 255) + digits((address >>> 8) & 255) + digits(address & 255)
      bytes += 4 + digits(lengthOf(packed))
    }
    return bytes
  }

  #add(order: number): void {
    if (this.#used === this.#ipv4.length) this.#makeRoom()
    this.#ipv4[this.#used++] = order
  }

  /** Room comes from dropping duplicates first, and from more memory only where more than half were none. */
  #makeRoom(): void {
    this.#compact()
    if (this.#used <= this.#ipv4.length / 2) return
    const larger = new Float64Array(this.#ipv4.length * 2)
    larger.set(this.#ipv4)
    this.#ipv4 = larger
  }

  #compact(): void {
    const sorted = this.#ipv4.subarray(0, this.#used).sort()
    let kept = 0
    for (let i = 0; i < sorted.length; i++) {
      const order = sorted[i] ?? 0
      if (kept === 0 || order !== sorted[kept - 1]) sorted[kept++] = order
    }
    this.#used = kept
    this.#distinct = kept
  }
}

function digits(value: number): number {
  return value < 10 ? 1 : value < 100 ? 2 : 3
}

function writeMember(text: Uint8Array, start: number, member: string): number {
  let at = start
  if (at > 0) text[at++] = NEWLINE
  for (let i = 0; i < member.length; i++) text[at++] = member.charCodeAt(i)
  return at
}
