import { canonicalName } from '../names/canonical-name.ts'
import { entryText } from './entry-text.ts'
import type { RejectionReason } from './indicator-set.ts'
import { excess, type SetLimits } from './limits.ts'
import type { BuiltText, SetBuilder } from './set-builder.ts'

/** Members of a DomainNameSet, as texts. */
export class NameBuilder implements SetBuilder {
  readonly #names = new Set<string>()
  #bytes = 0
  readonly #limits: SetLimits

  constructor(limits: SetLimits) {
    this.#limits = limits
  }

  addBytes(bytes: Uint8Array, start: number, end: number): RejectionReason | null {
    return this.addText(entryText(bytes, start, end))
  }

  addText(entry: string): RejectionReason | null {
    const name = canonicalName(entry)
    if (typeof name !== 'string') return name.rejected
    if (!this.#names.has(name)) {
      this.#names.add(name)
      this.#bytes += name.length
    }
    return null
  }

  excess(): string | null {
    return excess(this.#names.size, this.#bytes, this.#limits)
  }

  finish(): BuiltText | string {
    const tooLarge = this.excess()
    if (tooLarge !== null) return tooLarge
    // Canonical names are ASCII: the order of UTF-16 units is that of code points.
    const sorted = [...this.#names].sort()
    this.#names.clear()
    return { text: new TextEncoder().encode(sorted.join('\n')), members: sorted.length }
  }
}
