import type { FeedRating } from '../events/severity.ts'
import type { Content } from './content.ts'

/** Group, version and kind of the resource are found by discovery (contract V-20); annotations and labels are ours. */
export const ANNOTATION_PREFIX = 'threatfeeds.projectcalico.org/'

/** What a header may refer to (contract V-13). */
export type ReferenceKind = 'Secret' | 'ConfigMap'

/** Where a header's value lies (contract V-13, V-15). */
export interface HeaderReference {
  /** Whether it is a Secret or a ConfigMap, in the namespace that the worker is told. */
  readonly kind: ReferenceKind
  /** Name of the object. */
  readonly name: string
  /** Key of its data. */
  readonly key: string
  /** A missing object or key leaves the header out in place of failing the pull (contract P-04). */
  readonly optional: boolean
}

/** A header of the request for a feed's body (contract V-13, V-14). */
export interface HeaderSpec {
  /** An HTTP token, spelled as in the resource. */
  readonly name: string
  /** A literal value, or where to read it; exactly one of the two. */
  readonly value?: string
  /** Where the value lies; read anew at each pull and never kept. */
  readonly reference?: HeaderReference
}

/** How a body is read: a value a line, a path into a json document, or a column of csv (contract V-08). */
export type Format =
  | { readonly kind: 'newline' }
  | { readonly kind: 'json'; readonly path: string }
  | CsvFormat

/** A table of which one column holds the values (contract F-02 to F-05, V-10 to V-12). */
export interface CsvFormat {
  /** Tells it from the other formats. */
  readonly kind: 'csv'
  /** Exactly one of the two; a number counts from 0 (contract F-03). */
  readonly fieldNum?: number
  /** Name of the column in the header row. */
  readonly fieldName?: string
  /** The first record names the columns and holds no value. */
  readonly header: boolean
  /** One character; a comma where the resource says nothing. */
  readonly columnDelimiter: string
  /** One character: lines that begin with it are left out; absent where there are no comments. */
  readonly commentDelimiter?: string
  /** Fields that each record must have; absent: as many as the first one. */
  readonly recordSize?: number
  /** Records may differ in their number of fields (contract F-05). */
  readonly disableRecordSizeValidation: boolean
}

/** Where a feed is pulled from, how often, and how its body is read. */
export interface PullSpec {
  /** Milliseconds between two pulls, five minutes at least (contract V-06). */
  readonly periodMs: number
  /** May hold a key: never in a message, a log, a history or a status. Its host name may be. */
  readonly url: string
  /** How its body is read. */
  readonly format: Format
  /** In the order of the resource; a name that stands twice is sent twice (contract V-14). */
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
  /** Name of the resource: of its set's document and its run too. */
  readonly name: string
  /** Of this life of the resource: one that is made anew has another. */
  readonly uid: string
  /** `metadata.generation`, the version of its spec. */
  readonly generation: number
  /** What it lists. */
  readonly content: Content
  /** False for `mode: Disabled` (contract V-02). */
  readonly enabled: boolean
  /** The stanza `globalNetworkSet`: present where a network set is wanted (contract V-05). */
  readonly networkSet?: { readonly labels: Readonly<Record<string, string>> }
  /** Present for a feed that is pulled; without it its document is pushed. */
  readonly pull?: PullSpec
  /** What its annotations say. */
  readonly options: FeedOptions
}

/** One thing wrong with a resource: where, what was found, what would be right. Never a url or a header value. */
export interface Problem {
  /** Path of the field, such as `spec.pull.period`. */
  readonly field: string
  /** One sentence: what was found, and what would be right. */
  readonly message: string
  /** An invalid `globalNetworkSet` costs the network set alone; anything else stops pulls (contract V-23). */
  readonly scope: 'feed' | 'networkSet'
}

/** A resource as it was read: the feed, and everything that is wrong with it. */
export interface ReadFeed {
  /** What could be understood. */
  readonly feed: Feed
  /** Empty for a valid resource. */
  readonly problems: readonly Problem[]
}
