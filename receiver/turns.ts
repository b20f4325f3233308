import { Problem } from './problem.ts'

/** Seconds: a set of a million members takes about as long. */
const RETRY_AFTER = '10'

/** Lets so many have a turn at once, and refuses the others: what waits holds a connection and a body. */
export class Turns {
  readonly #most: number
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws Problem `busy`, and whatever the work throws */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#most) {
      throw new Problem('busy', `${this.#most} sets are being received, the most at once; send this one again in ${RETRY_AFTER} s`, { headers: { 'retry-after': RETRY_AFTER } })
    }
    this.#taken++
    try {
      return await work()
    } finally {
      this.#taken--
    }
  }
}
