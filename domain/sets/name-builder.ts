import { canonicalName } from '../names/canonical-name.ts'
import { copyPlainName } from '../names/plain-name.ts'
import { entryText } from './entry-text.ts'
import type { RejectionReason } from './indicator-set.ts'
import { excess, type SetLimits } from './limits.ts'
import { MemberTexts } from './member-texts.ts'
import type { BuiltText, PlainLines, SetBuilder } from './set-builder.ts'

const NEWLINE = 0x0a
const CR = 0x0d

/** Members of a DomainNameSet. */
export class NameBuilder implements SetBuilder {
  readonly #names: MemberTexts
  readonly #limits: SetLimits

  constructor(limits: SetLimits) {
    this.#names = new MemberTexts(limits.members)
    this.#limits = limits
  }

  addLines(bytes: Uint8Array, start: number): PlainLines {
    const names = this.#names
    let line = start
    let count = 0
    for (;;) {
      names.makeRoom()
      const length = copyPlainName(bytes, line, bytes.length, names.words, names.next)
      const ended = line + length + (bytes[line + length] === CR ? 1 : 0)
      if (length === 0 || bytes[ended] !== NEWLINE) return { end: line, count }
      names.wrote(length)
      count++
      line = ended + 1
    }
  }

  addBytes(bytes: Uint8Array, start: number, end: number): RejectionReason | null {
    this.#names.makeRoom()
    const length = copyPlainName(bytes, start, end, this.#names.words, this.#names.next)
    if (length === 0 || length < end - start) return this.addText(entryText(bytes, start, end))
    this.#names.wrote(length)
    return null
  }

  addText(entry: string): RejectionReason | null {
    const name = canonicalName(entry)
    if (typeof name !== 'string') return name.rejected
    this.#names.add(name)
    return null
  }

  excess(): string | null {
    const { text, members } = this.#names.sorted
    return excess(members, text.length - Math.max(0, members - 1), this.#limits)
  }

  finish(): BuiltText | string {
    const built = this.#names.finish()
    return this.excess() ?? built
  }
}
