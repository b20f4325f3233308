import type { GiveWay } from '../formats/give-way.ts'

/** Finds the member of a set that a value of a log falls under. */
export interface Matcher {
  /**
   * The member as the set holds it, the most specific of several; null when there is none. The value is as the log spells it; one
   * that is no address, or no name, matches nothing.
   */
  match(value: string): string | null
}

/**
 * Matches by less than the set's text, in turns: where what it has does not decide, it answers with a guess, which may name a member too
 * many or too specific a one, and never none where there is one. Once all guesses are confirmed, the same values get exact answers.
 */
export interface GuessingMatcher extends Matcher {
  /** Whether an answer since the last confirmation was a guess. While none was, answers are exact. */
  readonly guessed: boolean
  /**
   * Decides all guesses in one pass over the text of the set, in pieces of any length. What fails decides none.
   * @throws NotASet
   */
  confirm(text: AsyncIterable<Uint8Array>, giveWay: GiveWay): Promise<void>
}

/** How names are compared: as wholes, or with all names below a member (contract Q-04). Addresses know no difference. */
export type MatchMode = 'exact' | 'subdomains'

/** A set in memory, in whatever form it can be matched from. */
export interface HeldSet {
  /** What it takes, for a cache with a budget. */
  readonly bytes: number
  /** Begins to match. Each search has a matcher of its own. */
  matcher(mode: MatchMode): GuessingMatcher
}
