import type { RefreshOutcome } from './messages.ts'

/**
 * Of those who wait for an answer, this many are still taken while the run would continue as new but for them: as many as a server lets
 * be in flight at once. Each costs at most an attempt of its own, some 30 events; without a bound a run that is always asked never continues.
 */
const MOST_LATE = 10

/**
 * Refreshes in the order in which they were asked for, numbered from 1. An attempt answers those that were asked before it began, so that
 * each of them gets what was there when it was asked, or something newer (contract L-04).
 */
export class Refreshes {
  #asked: number
  #begun = 0
  #served = 0
  #awaited = 0
  #late = 0
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

  /** Somebody waits for the answer to this one. @param late the run would continue as new but for those who wait. */
  await(refresh: number, late: boolean): void {
    this.#awaited = refresh
    if (late) this.#late += 1
  }

  /** Somebody waits whose attempt has not ended: such a run cannot continue as new. */
  get awaited(): boolean {
    return this.answerTo(this.#awaited) === null
  }

  /** Nobody else may wait before the run has continued as new. */
  get full(): boolean {
    return this.#late >= MOST_LATE
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
