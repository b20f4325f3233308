import type { RefreshOutcome } from './messages.ts'

/**
 * Refreshes in the order in which they were asked for, numbered from 1. An attempt answers those that were asked before it began, so that
 * each of them gets what was there when it was asked, or something newer (contract L-04).
 */
export class Refreshes {
  #asked: number
  #begun = 0
  #served = 0
  #outcome: RefreshOutcome = { outcome: 'unchanged', message: '' }
  #final: RefreshOutcome | null = null

  /** @param carried one that the run before took and did not serve. */
  constructor(carried: boolean) {
    this.#asked = carried ? 1 : 0
  }

  /** @returns the number under which it is answered. */
  ask(): number {
    this.#asked += 1
    return this.#asked
  }

  /** How many were asked so far: those that an attempt which begins now answers. */
  get asked(): number {
    return this.#asked
  }

  get wanted(): boolean {
    return this.#asked > this.#served
  }

  /** A host is asked now; its answer may be adopted much later. @returns how many that answers. */
  begin(): number {
    this.#begun = this.#asked
    return this.#begun
  }

  /** How many the last request to a host answers. */
  get begun(): number {
    return this.#begun
  }

  serve(upTo: number, outcome: RefreshOutcome): void {
    if (upTo <= this.#served) return
    this.#served = upTo
    this.#outcome = outcome
  }

  /** There will be no more attempts: those that wait and all that come are answered so. */
  close(outcome: RefreshOutcome): void {
    this.#final = outcome
  }

  /** null as long as its attempt has not ended. */
  answerTo(refresh: number): RefreshOutcome | null {
    return this.#final ?? (this.#served >= refresh ? this.#outcome : null)
  }
}
