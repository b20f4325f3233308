import type { FeedRating } from '../events/severity.ts'
import type { Debt, WindowCursor } from '../search/window.ts'
import type { RejectionReason, SetRef } from '../sets/indicator-set.ts'
import type { Content } from '../feed/content.ts'
import type { Format } from '../feed/feed.ts'
import type { BlobRef, DocumentVersion, Validators } from './references.ts'

/** The types an error condition may have (contract T-02). */
export const CONDITION_TYPES = [
  'InvalidSpec',
  'PullFailed',
  'PushInvalid',
  'StoreFailed',
  'GlobalNetworkSetSyncFailed',
  'SearchFailed',
  'LogsUnsearchable',
  'UpdateHeld',
] as const
/** One of the types. */
export type ConditionType = (typeof CONDITION_TYPES)[number]
/** Something that is wrong with a feed now: at most one of each type, gone when that type next succeeds (contract T-02). */
export interface ErrorCondition {
  /** Which kind of thing. */
  readonly type: ConditionType
  /** One sentence for people, of at most 1,000 characters; never a url, a header value or a body (contract T-04). */
  readonly message: string
}

/** How a run works, read with the resource from the worker's configuration so that a change reaches running feeds. Milliseconds. */
export interface RunSettings {
  /** Between two searches of new logs, from ten seconds up (contract Q-08). */
  readonly searchIntervalMs: number
  /** How far back new members are searched for (contract Q-07). */
  readonly lookbackMs: number
  /** Continue as new at about this many events of history. */
  readonly continueAfterEvents: number
  /** Whether the server has our search attributes: setting one that it lacks would block a run. */
  readonly searchAttributes: boolean
}

/** What the resource says of a network set: that there be one, that there be none, or nothing that can be understood. */
export type NetworkSetWish = 'wanted' | 'absent' | 'invalid'

/** The resource as one look at it found it: small, and without its url and headers. */
export interface Observed {
  /** Of this life of the resource. */
  readonly uid: string
  /** `metadata.generation`: which spec this look saw (contract T-05). An annotation does not move it. */
  readonly generation: number
  /** Changes when anything in the spec or our annotations does; names the version of its function. */
  readonly specHash: string
  /** Changes when url, format, headers or content do: what a pulled body depends on. */
  readonly pullHash: string
  /** Changes when what the network set depends on does: its labels, `adopt`. */
  readonly networkSetHash: string
  /** What it lists. */
  readonly content: Content
  /** False for `mode: Disabled`. */
  readonly enabled: boolean
  /** Milliseconds; null for a push feed. */
  readonly periodMs: number | null
  /** An invalid stanza costs the network set alone: what is enforced stays as it is until it is mended (contract V-23). */
  readonly networkSet: NetworkSetWish
  /** Whether names below a listed name match (contract Q-04). */
  readonly match: 'exact' | 'subdomains'
  /** What our annotations say of the feed's events; absent where they say nothing, and in what older workers observed. */
  readonly rating?: FeedRating
  /** Milliseconds; 0 leaves the backward search out. */
  readonly lookbackMs: number
  /** One text naming every problem, or null; `pullable` is false when one of them concerns the feed itself. */
  readonly invalid: string | null
  /** Whether it can be pulled: nothing that is wrong concerns more than the network set. */
  readonly pullable: boolean
  /** Changes when an object that a header refers to does; absent when none is referred to. */
  readonly references?: string
  /** How the worker that looked wants runs to work. */
  readonly settings: RunSettings
}

/** Entries of a body that are no members, counted by reason; only reasons that occurred (contract F-12). */
export type RejectedCounts = Readonly<Partial<Record<RejectionReason, number>>>

/** A set as adopted. */
export interface Version {
  /** Its members, by the hash of their text. */
  readonly set: SetRef
  /** What the members are. */
  readonly content: Content
  /** The pull hash it was pulled under; null for a pushed set. */
  readonly pullHash: string | null
  /** RFC 3339. */
  readonly adoptedAt: string
  /** The document as we wrote it (pull) or read it (push). */
  readonly document: DocumentVersion
  /** What the host said about the body, for the next request; null for a pushed set and where it said nothing. */
  readonly validators: Validators | null
  /** `Observed.references` of the request; absent for a pushed set, where nothing was referred to, and in what older workers adopted. */
  readonly references?: string
}

/** What a network set takes in the cluster. */
export interface NetworkSetFigures {
  /** GlobalNetworkSets. */
  readonly objects: number
  /** Prefixes in all of them. */
  readonly prefixes: number
}

/** What a version changed. */
export interface SetDelta {
  /** Members that the one before had not. */
  readonly added: number
  /** Members of the one before that it has not. */
  readonly removed: number
}

/** Members still to be searched for in logs up to a window (contract Q-07). */
export interface OwedSet {
  /** The members. */
  readonly set: SetRef
  /** The last window to search: what came later is found by the forward search. */
  readonly upTo: WindowCursor
}

/** The backward search that is in progress, or due. Newer versions take members from it and never start it anew. */
export interface Owed extends OwedSet {
  /** How far it has come: its own opaque token, null at the start. */
  readonly position: string | null
  /** What newer versions owe: searched for together once this one has ended. Absent when they owe nothing. */
  readonly next?: OwedSet
}

/** A body in the store, and what it takes to read and to adopt it. */
export interface PulledBody {
  /** The bytes as they came, unpacked. */
  readonly snapshot: BlobRef
  /** What the host said about them; null where it said nothing. */
  readonly validators: Validators | null
  /** `Observed.pullHash` of the request. */
  readonly pullHash: string
  /** What the feed listed then. */
  readonly content: Content
  /** How the feed said to read it then. */
  readonly format: Format
  /** Whether an empty list was acceptable then (contract P-11). */
  readonly allowEmpty: boolean
}

/**
 * A body that is in the store and not yet adopted: parsed and stored on the feed's own timer until it is, however long the store is
 * away, without asking the feed's host again (contract P-12).
 */
export interface Pending extends PulledBody {
  /** Once it is parsed: its set, and what was rejected. */
  readonly set: SetRef | null
  /** What was rejected, once it is parsed. */
  readonly rejected?: RejectedCounts
  /** Its set was lost while it waited, and is made anew of it: once, then the body is pulled again. */
  readonly parsedAgain?: boolean
  /** How often the worker that parsed it was lost or stopped, or had an error that nobody expected; absent when it never was. */
  readonly cutOff?: number
}

/**
 * What a run knows. Carried over continue-as-new and kept in the state document (contract S-07); holds references, never sets.
 * Times are milliseconds since the epoch.
 */
export interface FeedState {
  /** Of the life of the resource that it belongs to. */
  readonly uid: string
  /** The set in force; null before the first adoption. */
  readonly version: Version | null
  /** The last window that was searched; null before the first search. */
  readonly cursor: WindowCursor | null
  /** What is owed to older logs; null when nothing is. */
  readonly owed: Owed | null
  /** How members were matched when logs were last searched: another way may owe a search of older logs (contract Q-04). */
  readonly match: Observed['match'] | null
  /** At most 64 of 300 bytes (domain/search/debts.ts). With them, eight conditions of 1,000 characters and the rest a state stays below 40 kB. */
  readonly debts: readonly Debt[]
  /** A body that waits for its adoption; null when none does. */
  readonly pending: Pending | null
  /** The pull hash of the last attempt: another one pulls at once (contract L-03). */
  readonly attemptedPullHash: string | null
  /** Start of the last pull that was tried; null before the first. */
  readonly lastAttemptAt: number | null
  /** What `Observed.references` was at the last attempt; null when nothing was referred to, or an older version made it. */
  readonly attemptedReferences: string | null
  /** Consecutive failed pulls, and the earliest time of the next after one that failed. */
  readonly failedPulls: number
  /** No pull before this, but for a change or a refresh; null after one that succeeded. */
  readonly retryPullAt: number | null
  /** The last pull failed before its host was asked: the next look at the resource tries again (contract P-04). */
  readonly unasked: boolean
  /** When a body or pushed document was last found good (contract T-01); null before. */
  readonly lastSyncAt: number | null
  /** Start of the last search that ended well (contract Q-09); null before. */
  readonly lastSearchAt: number | null
  /** What is wrong now, one for each type. */
  readonly conditions: readonly ErrorCondition[]
  /** Hash of (set, network-set hash) that the network set was last written for; null when none exists. */
  readonly networkSetFor: string | null
  /** What it takes in the cluster, for people (contract T-05); null when there is none. */
  readonly networkSet: NetworkSetFigures | null
  /** Of the body whose set was adopted last, for people (contract T-05). */
  readonly rejected: RejectedCounts
  /** Members that the version in force brought and took, for people. */
  readonly delta: SetDelta | null
}

/** The state of a feed of which nothing is known yet. */
export function freshState(uid: string): FeedState {
  return {
    uid,
    version: null,
    cursor: null,
    owed: null,
    match: null,
    debts: [],
    pending: null,
    attemptedPullHash: null,
    lastAttemptAt: null,
    attemptedReferences: null,
    failedPulls: 0,
    retryPullAt: null,
    unasked: false,
    lastSyncAt: null,
    lastSearchAt: null,
    conditions: [],
    networkSetFor: null,
    networkSet: null,
    rejected: {},
    delta: null,
  }
}
