import type { Content } from '../feed/content.ts'

/**
 * An indicator set in its canonical form (contract N-03, N-04): unique members, sorted by code point, joined by one newline
 * (none at the end), in UTF-8. Addresses are prefixes with their length, names are lower-case ACE.
 */
export interface IndicatorSet {
  /** What its members are. */
  readonly content: Content
  /** UTF-8: the members in canonical form and ascending order, each with a newline behind it (contract N-03). */
  readonly text: Uint8Array
  /** Number of members. */
  readonly members: number
  /** SHA-256 of `text`, lower-case hex: what the set is called everywhere. */
  readonly sha256: string
}

/** A set by name: small enough for Temporal's history. */
export interface SetRef {
  /** SHA-256 of its text, lower-case hex. */
  readonly sha256: string
  /** Number of members. */
  readonly members: number
}

/** Why an entry is not a member (contract N-02, N-05, F-06, F-09). */
export type RejectionReason =
  | 'empty'
  | 'not-an-address'
  | 'leading-zero'
  | 'short-or-hex-form'
  | 'bare-integer'
  | 'netmask'
  | 'range'
  | 'port'
  | 'zone'
  | 'prefix-length'
  | 'mapped-prefix-too-wide'
  | 'an-address'
  | 'single-label'
  | 'empty-label'
  | 'label-too-long'
  | 'name-too-long'
  | 'numeric-last-label'
  | 'wildcard'
  | 'invalid-punycode'
  | 'forbidden-character'
  | 'missing-column'
  | 'not-a-string'
  | 'too-long'
  | 'not-utf8'

/** A rejected entry as a sample: at most 32 printable characters of it (contract F-12). */
export interface RejectedSample {
  /** Line, record or item number, from 1. */
  readonly line: number
  /** At most 32 printable characters. */
  readonly value: string
  /** Why it is none. */
  readonly reason: RejectionReason
}

/** What was not taken from a body: a count for each reason, and the first ten. */
export interface Rejections {
  /** How many for each reason; only reasons that occurred. */
  readonly counts: Readonly<Partial<Record<RejectionReason, number>>>
  /** The first ten, in the order of the body. */
  readonly samples: readonly RejectedSample[]
}

/** What a parser gives: a set, what it rejected, and how many entries it saw. */
export interface ParsedSet {
  /** The members. */
  readonly set: IndicatorSet
  /** What was not taken. */
  readonly rejections: Rejections
  /** All entries, members and rejected ones. */
  readonly entries: number
}
