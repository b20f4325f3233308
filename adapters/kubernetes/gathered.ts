import { setTimeout as pause } from 'node:timers/promises'

export interface GatheredOptions {
  /** Milliseconds without another change. */
  readonly quietMs: number
  /** Milliseconds after the first change at which it is told in any case. */
  readonly mostMs: number
}

/** How often what waits is looked through in a quiet time: a name is told at most a fifth of it late. */
const LOOKS = 5

/** Names of what changes many times in a row, told once when it has come to rest. */
export class Gathered {
  readonly #options: GatheredOptions
  readonly #now: () => number
  readonly #waiting = new Map<string, { readonly first: number; readonly last: number }>()

  /** @param now milliseconds of a monotonic clock. */
  constructor(options: GatheredOptions, now: () => number = () => performance.now()) {
    this.#options = options
    this.#now = now
  }

  add(names: readonly string[]): void {
    const last = this.#now()
    for (const name of names) this.#waiting.set(name, { first: this.#waiting.get(name)?.first ?? last, last })
  }

  /** Takes out those whose time has come. */
  due(): readonly string[] {
    const { quietMs, mostMs } = this.#options
    const now = this.#now()
    const due = [...this.#waiting].filter(([, { first, last }]) => now - last >= quietMs || now - first >= mostMs).map(([name]) => name)
    for (const name of due) this.#waiting.delete(name)
    return due
  }

  /** Until aborted; what `tell` throws ends it. */
  async tellForEver(tell: (name: string) => Promise<void>, signal: AbortSignal): Promise<never> {
    for (;;) {
      await pause(this.#options.quietMs / LOOKS, undefined, { signal })
      for (const name of this.due()) await tell(name)
    }
  }
}
