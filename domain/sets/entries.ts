import type { Content } from '../feed/content.ts'
import { parsePrefix } from '../addresses/prefix.ts'
import { canonicalName } from '../names/canonical-name.ts'
import { BodyRefused } from './body-refused.ts'
import { entryText } from './entry-text.ts'
import type { ParsedSet, RejectionReason } from './indicator-set.ts'
import { figure, SET_LIMITS, type SetLimits } from './limits.ts'
import { makeSet } from './make-set.ts'
import { RejectionCounter } from './rejection-counter.ts'
import { type PlainLines, setBuilder, type SetBuilder } from './set-builder.ts'

/** An entry longer than this is not looked at: a name has 253 octets, and no spelling of one comes near. */
export const MAX_ENTRY_BYTES = 4096

/** Rejected entries that are looked at once more, to say that a list is of the other kind. */
const LOOKED_AT = 10

/** What a reader of any format gives its entries to: they become members, or are counted as rejected (contract F-12). */
export class Entries {
  readonly #content: Content
  readonly #builder: SetBuilder
  readonly #rejected = new RejectionCounter()
  #count = 0
  #lookedAt = 0
  #ofOtherKind = 0

  constructor(content: Content, limits: SetLimits = SET_LIMITS) {
    this.#content = content
    this.#builder = setBuilder(content, limits)
  }

  /** How many entries there were. */
  get count(): number {
    return this.#count
  }

  /** Takes whole lines that are plainly members, from `start` to the first that is not. */
  takeLines(bytes: Uint8Array, start: number): PlainLines {
    const lines = this.#builder.addLines(bytes, start)
    this.#count += lines.count
    return lines
  }

  /** An entry in UTF-8, trimmed; `line` is its line, record or item number, from 1. */
  takeBytes(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#count++
    const reason = this.#builder.addBytes(bytes, start, end)
    if (reason !== null) this.#reject(reason, line, entryText(bytes, start, end))
  }

  takeText(entry: string, line: number): void {
    if (entry.length > MAX_ENTRY_BYTES) return this.reject('too-long', line, entry.slice(0, MAX_ENTRY_BYTES))
    this.#count++
    const reason = this.#builder.addText(entry)
    if (reason !== null) this.#reject(reason, line, entry)
  }

  /** An entry that its format already finds unfit. */
  reject(reason: RejectionReason, line: number, entry: string): void {
    this.#count++
    this.#rejected.reject(reason, line, () => entry)
  }

  /** To be called as a body comes in. @throws BodyRefused once the set is larger than one may be (contract N-06). */
  assertSize(): void {
    const excess = this.#builder.excess()
    if (excess !== null) throw new BodyRefused(excess)
  }

  /** @throws BodyRefused when there were entries and none is a member (contract P-11), or too many are (contract N-06). */
  async finish(): Promise<ParsedSet> {
    const built = this.#builder.finish()
    if (typeof built === 'string') throw new BodyRefused(built)
    const { text, members } = built
    if (members === 0 && this.#count > 0) throw new BodyRefused(this.#nothingValid())
    const set = await makeSet(this.#content, text, members)
    return { set, rejections: this.#rejected.rejections(), entries: this.#count }
  }

  #nothingValid(): string {
    const wanted = this.#content === 'IPSet' ? 'an address or prefix' : 'a domain name'
    const other = this.#content === 'IPSet' ? 'domain names, as in a DomainNameSet' : 'addresses, as in an IPSet'
    const hint = this.#ofOtherKind > 0 && this.#ofOtherKind === this.#lookedAt ? `; they are ${other}` : ''
    const entries = this.#count === 1 ? 'the one entry is not' : `none of the ${figure(this.#count)} entries is`
    return `${entries} ${wanted} (${this.#rejected.summary()})${hint}`
  }

  #reject(reason: RejectionReason, line: number, entry: string): void {
    this.#rejected.reject(entry.includes('\ufffd') ? 'not-utf8' : reason, line, () => entry)
    if (this.#lookedAt === LOOKED_AT) return
    this.#lookedAt++
    if (this.#isOfOtherKind(entry)) this.#ofOtherKind++
  }

  #isOfOtherKind(entry: string): boolean {
    return this.#content === 'IPSet' ? typeof canonicalName(entry) === 'string' : typeof parsePrefix(entry) !== 'string'
  }
}
