import type { FeedSummary } from '../../client/results.ts'

/** What changed in the feeds' status, in lines for people. */
export class FeedNews {
  readonly #names: readonly string[]
  readonly #synced = new Map<string, string>()
  readonly #conditions = new Map<string, string>()

  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** Feeds without a set so far. */
  get waiting(): readonly string[] {
    return this.#names.filter((name) => !this.#synced.has(name))
  }

  of(feeds: readonly FeedSummary[]): readonly string[] {
    return feeds.filter(({ name }) => this.#names.includes(name)).flatMap((feed) => this.#linesOf(feed))
  }

  #linesOf({ name, lastSuccessfulSync, errorConditions }: FeedSummary): readonly string[] {
    const lines: string[] = []
    if (lastSuccessfulSync !== null && this.#synced.get(name) !== lastSuccessfulSync) {
      this.#synced.set(name, lastSuccessfulSync)
      lines.push(`feed ${name}: lastSuccessfulSync ${lastSuccessfulSync}`)
    }
    const conditions = errorConditions.map(({ type, message }) => `${type}: ${message}`).join('; ')
    if (conditions !== (this.#conditions.get(name) ?? '')) {
      this.#conditions.set(name, conditions)
      lines.push(`feed ${name}: ${conditions === '' ? 'no error conditions any more' : conditions}`)
    }
    return lines
  }
}
