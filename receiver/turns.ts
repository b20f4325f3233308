import { Problem } from './problem.ts'

/** Seconds: a set of a million members takes about as long. */
const RETRY_AFTER = '10'

/**
 * Lets so many have a turn at once, and refuses the others: what waits holds a connection and a body. One name has all turns but one at
 * most, so that who holds the token of one feed, or hangs, keeps no other feed out.
 */
export class Turns {
  readonly #most: number
  readonly #mostOfOne: number
  /** By name; none that is 0. */
  readonly #taken = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
    this.#mostOfOne = Math.max(1, most - 1)
  }

  /** @throws Problem `busy`, and whatever the work throws */
  async take<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const ofAll = [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0)
    if (ofAll >= this.#most) throw busy(`${this.#most} bodies are being received, the most at once`)
    const ofThis = this.#taken.get(name) ?? 0
    if (ofThis >= this.#mostOfOne) throw busy(`${this.#mostOfOne} bodies are being received for this feed, the most of one at once`)
    this.#taken.set(name, ofThis + 1)
    try {
      return await work()
    } finally {
      const left = (this.#taken.get(name) ?? 1) - 1
      if (left === 0) this.#taken.delete(name)
      else this.#taken.set(name, left)
    }
  }
}

function busy(found: string): Problem {
  return new Problem('busy', `${found}; send this one again in ${RETRY_AFTER} s`, { headers: { 'retry-after': RETRY_AFTER } })
}
