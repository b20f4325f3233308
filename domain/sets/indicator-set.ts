import type { Content } from '../feed/content.ts'

/**
 * An indicator set in its canonical form (contract N-03, N-04): unique members, sorted by code point, joined by one newline
 * (none at the end), in UTF-8. Addresses are prefixes with their length, names are lower-case ACE.
 */
export interface IndicatorSet {
  readonly content: Content
  readonly text: Uint8Array
  /** Number of members. */
  readonly members: number
  /** SHA-256 of `text`, lower-case hex: what the set is called everywhere. */
  readonly sha256: string
}

/** A set by name: small enough for Temporal's history. */
export interface SetRef {
  readonly sha256: string
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
  readonly value: string
  readonly reason: RejectionReason
}

/** What was not taken from a body: a count for each reason, and the first ten. */
export interface Rejections {
  readonly counts: Readonly<Partial<Record<RejectionReason, number>>>
  readonly samples: readonly RejectedSample[]
}

/** What a parser gives: a set, what it rejected, and how many entries it saw. */
export interface ParsedSet {
  readonly set: IndicatorSet
  readonly rejections: Rejections
  readonly entries: number
}
