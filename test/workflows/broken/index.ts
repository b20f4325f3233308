/** A version of `threatFeed` whose every task fails: what is thrown is no Temporal failure, so the run does not end by it. */
export function threatFeed(): Promise<void> {
  throw new Error('broken from the start')
}
