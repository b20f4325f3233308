import type { RejectedSample, RejectionReason, Rejections } from './indicator-set.ts'

/** Contract F-12. */
const MAX_SAMPLES = 10
const MAX_CHARACTERS = 32

/** Counts rejected entries by reason and keeps the first ten as samples (contract F-12). */
export class RejectionCounter {
  readonly #counts = new Map<RejectionReason, number>()
  readonly #samples: RejectedSample[] = []
  #total = 0

  /** `value` is asked for only when a sample is wanted. */
  reject(reason: RejectionReason, line: number, value: () => string): void {
    this.#total++
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
    if (this.#samples.length < MAX_SAMPLES) this.#samples.push({ line, value: printable(value(), MAX_CHARACTERS), reason })
  }

  get total(): number {
    return this.#total
  }

  rejections(): Rejections {
    return { counts: Object.fromEntries(this.#counts), samples: [...this.#samples] }
  }

  /** Such as `3 an-address, 1 empty`: most frequent first. */
  summary(): string {
    const ordered = [...this.#counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    return ordered.map(([reason, count]) => `${count} ${reason}`).join(', ')
  }
}

const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** At most so many characters (code points) of a text; what is not printable, bidi controls included, as `?`. */
export function printable(text: string, characters: number): string {
  const start = [...text.slice(0, characters * 2)].slice(0, characters).join('')
  return start.replace(/\t/g, ' ').replace(UNPRINTABLE, '?')
}
