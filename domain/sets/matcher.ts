/** Finds the member of a set that a value of a log falls under. Exact: what it finds is in the set, and what is in the set it finds. */
export interface Matcher {
  /**
   * The member as the set holds it, the most specific of several; null when there is none. The value is as the log spells it; one
   * that is no address, or no name, matches nothing.
   */
  match(value: string): string | null
  /** About how much memory it holds, for a cache with a budget. */
  readonly bytes: number
}
