import type { GiveWay } from '../domain/formats/give-way.ts'

/** Stretches of a few milliseconds between two turns of others: counted, since the clock of some isolates stands still while they compute. */
const STRETCHES = 8

/** Lets timers and other requests have their turn while a body that is at hand is parsed. */
export function givingWay(): GiveWay {
  let stretches = 0
  return () => {
    stretches++
    return stretches % STRETCHES === 0 ? new Promise((resolve) => setTimeout(resolve, 0)) : Promise.resolve()
  }
}
