import type { FeedRating } from '../events/severity.ts'
import type { Content } from './content.ts'

/** Group, version and kind of the resource are found by discovery (contract V-20); annotations and labels are ours. */
export const ANNOTATION_PREFIX = 'threatfeeds.projectcalico.org/'

export type ReferenceKind = 'Secret' | 'ConfigMap'

/** Where a header's value lies (contract V-13, V-15). */
export interface HeaderReference {
  readonly kind: ReferenceKind
  readonly name: string
  readonly key: string
  readonly optional: boolean
}

export interface HeaderSpec {
  readonly name: string
  /** A literal value, or where to read it; exactly one of the two. */
  readonly value?: string
  readonly reference?: HeaderReference
}

export type Format =
  | { readonly kind: 'newline' }
  | { readonly kind: 'json'; readonly path: string }
  | CsvFormat

export interface CsvFormat {
  readonly kind: 'csv'
  /** Exactly one of the two; a number counts from 0 (contract F-03). */
  readonly fieldNum?: number
  readonly fieldName?: string
  readonly header: boolean
  readonly columnDelimiter: string
  readonly commentDelimiter?: string
  readonly recordSize?: number
  readonly disableRecordSizeValidation: boolean
}

export interface PullSpec {
  readonly periodMs: number
  /** May hold a key: never in a message, a log, a history or a status. Its host name may be. */
  readonly url: string
  readonly format: Format
  readonly headers: readonly HeaderSpec[]
}

/** What our annotations say (contract V-21). */
export interface FeedOptions {
  /** `allow-empty`: a well-formed empty list is accepted (contract P-11). */
  readonly allowEmpty: boolean
  /** `adopt`: take over a network set that someone else made (contract G-02). */
  readonly adopt: boolean
  /** `match: subdomains` (contract Q-04). */
  readonly match: 'exact' | 'subdomains'
  /** `lookback`, milliseconds; absent means the configured one (contract Q-07). */
  readonly lookbackMs?: number
  /** `severity`, `mitre-ids`, `mitre-tactic`: what the feed's events say in place of the table (contract E-02); absent where none is set. */
  readonly rating?: FeedRating
}

/** A feed as it is understood. What is invalid in the resource is absent here and named in its problems. */
export interface Feed {
  readonly name: string
  readonly uid: string
  readonly generation: number
  readonly content: Content
  readonly enabled: boolean
  readonly networkSet?: { readonly labels: Readonly<Record<string, string>> }
  readonly pull?: PullSpec
  readonly options: FeedOptions
}

/** One thing wrong with a resource: where, what was found, what would be right. Never a url or a header value. */
export interface Problem {
  /** Path of the field, such as `spec.pull.period`. */
  readonly field: string
  readonly message: string
  /** An invalid `globalNetworkSet` costs the network set alone; anything else stops pulls (contract V-23). */
  readonly scope: 'feed' | 'networkSet'
}

export interface ReadFeed {
  readonly feed: Feed
  readonly problems: readonly Problem[]
}
