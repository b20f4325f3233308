import type { Content } from '../../../domain/feed/content.ts'
import { keepGoing } from '../../../domain/formats/give-way.ts'
import { holdAddresses, streamedAddresses } from '../../../domain/sets/address-matcher.ts'
import { setFromValues } from '../../../domain/sets/set-from-values.ts'
import type { IndicatorSet } from '../../../domain/sets/indicator-set.ts'
import type { GuessingMatcher, HeldSet, MatchMode } from '../../../domain/sets/matcher.ts'
import { membersOf } from '../../../domain/sets/members.ts'
import { seededHashing } from '../../../domain/sets/name-hash.ts'
import { holdNames, streamedNames } from '../../../domain/sets/name-matcher.ts'

/** A set of entries, all of which must be good. */
export async function setOf(entries: readonly string[], content: Content = 'IPSet'): Promise<IndicatorSet> {
  const result = await setFromValues(entries, content)
  if (!result.ok) throw new Error(result.message)
  return result.parsed.set
}

export function list(set: IndicatorSet): string[] {
  return [...membersOf(set)]
}

/** A text as a store gives it, in pieces that end anywhere. */
export async function* pieces(text: Uint8Array, length = 65_536): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < text.length; at += length) yield text.subarray(at, at + length)
}

/** A set as a worker holds it. @param mask of the hashes: fewer bits make names collide */
export function hold({ content, text, members }: IndicatorSet, mask = -1): Promise<HeldSet> {
  if (content === 'IPSet') return holdAddresses(pieces(text), members, keepGoing)
  return holdNames(pieces(text), members, { hashing: seededHashing([1, 2], mask), decided: new Map(), giveWay: keepGoing })
}

/** A matcher of a set of which nothing is held. @param part members of an IPSet that are looked at at a time */
export function stream({ content }: IndicatorSet, mode: MatchMode, part?: number): GuessingMatcher {
  return content === 'IPSet' ? streamedAddresses(part) : streamedNames(seededHashing([3, 4]), mode)
}

/** What values match as a search asks: all of them, and where there were guesses, once more after these were confirmed. */
export async function matches(set: IndicatorSet, matcher: GuessingMatcher, values: readonly string[]): Promise<readonly (string | null)[]> {
  const guessed = values.map((value) => matcher.match(value))
  if (!matcher.guessed) return guessed
  await matcher.confirm(pieces(set.text, 7), keepGoing)
  const exact = values.map((value) => matcher.match(value))
  if (matcher.guessed) throw new Error('one pass did not decide every guess')
  return exact
}
