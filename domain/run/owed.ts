import type { Owed } from './state.ts'

/** Whether both are one backward search: members that a newer version took from its set make it no other. */
export function isSameSearch(a: Owed, b: Owed | null): boolean {
  return b !== null && a.upTo.number === b.upTo.number && a.upTo.id === b.upTo.id
}

/** What is owed once a backward search has ended: what newer versions owe, which waited for it. */
export function afterBackward({ next }: Owed): Owed | null {
  return next === undefined ? null : { ...next, position: null }
}

/**
 * What is owed once a set is stored (contract Q-07). A slice of the search in progress may have ended while the step stored it.
 * @param given what was owed when the step began
 * @param now what is owed by now
 * @param stored what the step made of `given`
 */
export function afterStore(given: Owed | null, now: Owed | null, stored: Owed | null): Owed | null {
  if (given === null || stored === null || !isSameSearch(given, stored)) return stored
  return now !== null && isSameSearch(given, now) ? { ...stored, position: now.position } : afterBackward(stored)
}
