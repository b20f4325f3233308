import type { FeedRating } from '../events/severity.ts'
import type { Content } from '../feed/content.ts'
import type { Format } from '../feed/feed.ts'
import type { Way } from '../search/calibration.ts'
import type { Debt, WindowCursor } from '../search/window.ts'
import type { RejectionReason, SetRef } from '../sets/indicator-set.ts'
import type { BlobRef, DocumentVersion, FeedKey, Validators } from './references.ts'
import type { FeedState, Observed, PulledBody } from './state.ts'

/** One look at the resource. `absent` is one 404 that names this object, not yet a deletion (contract L-05). */
export type Observation =
  | { readonly kind: 'present'; readonly observed: Observed }
  | { readonly kind: 'replaced'; readonly uid: string }
  | { readonly kind: 'absent' }

export interface PullInput {
  readonly feed: FeedKey
  readonly pullHash: string
  /** Sent back when the stored document is still the one they came with (contract P-03). */
  readonly validators: Validators | null
  readonly document: DocumentVersion | null
  /** The set in force. Validators are held back when its blob is lost, so that the body comes and makes it anew. */
  readonly set?: SetRef | null
  /** Names this attempt: a body acknowledged under it is not asked for again (contract P-12). */
  readonly pullKey: string
  /** When this attempt was begun: milliseconds since the epoch, the state's `lastAttemptAt`. */
  readonly askedAt: number
}
export type PullOutput =
  | { readonly outcome: 'not-modified'; readonly host: string }
  | ({ readonly outcome: 'pulled'; readonly host: string } & PulledBody)

export interface ParseInput {
  readonly feed: FeedKey
  readonly snapshot: BlobRef
  readonly content: Content
  readonly format: Format
  readonly allowEmpty: boolean
}
export interface ParseOutput {
  readonly set: SetRef
  readonly entries: number
  /** Counts only: entries themselves never enter history (samples lie in the state index, contract F-12). */
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>
}

export interface ReadPushedInput {
  readonly feed: FeedKey
  readonly content: Content
  /** The document as it was last read. */
  readonly document: DocumentVersion | null
}
export type ReadPushedOutput =
  | { readonly outcome: 'unchanged' }
  /** Nobody has written it yet, or its writer deleted it. */
  | { readonly outcome: 'absent' }
  | ({ readonly outcome: 'read'; readonly document: DocumentVersion } & ParseOutput)

export interface StoreInput {
  readonly feed: FeedKey
  readonly content: Content
  readonly set: SetRef
  /** Pulled sets are written to the feed's document; pushed ones are only adopted. */
  readonly source:
    | { readonly kind: 'pull'; readonly pullHash: string; readonly validators: Validators | null; readonly snapshot: BlobRef | null }
    | { readonly kind: 'push'; readonly document: DocumentVersion }
  /** The run's state before this adoption: its version, cursor and what is owed; its cursor is the bound of the backward search. */
  readonly state: FeedState
  readonly lookbackMs: number
}
export interface StoreOutput {
  /** The state after adoption, as it now stands in the state document. */
  readonly state: FeedState
  readonly added: number
  readonly removed: number
  /** False when the document already held this set. */
  readonly written: boolean
}

export interface SyncNetworkSetInput {
  readonly feed: FeedKey
  /** null removes what is ours. */
  readonly set: SetRef | null
  /**
   * False when nobody was seen to touch the feed's network set since it was last written: as long as the objects with our label own every
   * address, no others are looked for. @default true
   */
  readonly touched?: boolean
}
export interface SyncNetworkSetOutput {
  readonly objects: number
  readonly prefixes: number
  readonly writes: number
}

/** What a search took, beside what was expected: for people, who read it in the run's history. Whole milliseconds. */
export interface SearchCost {
  /** Distinct values were matched here, or a list was sent. */
  readonly way: Way
  readonly estimatedMs: number
  /** Estimate of the way not taken, where there was a choice. */
  readonly otherMs?: number
  /** Until the answers came; 0 where another feed had asked before. */
  readonly measuredMs: number
}

export interface SearchForwardInput {
  readonly feed: FeedKey
  readonly content: Content
  readonly match: 'exact' | 'subdomains'
  /** What the feed's annotations say of its events (contract V-21); absent where they say nothing. */
  readonly rating?: FeedRating
  /** null: nothing to search for yet; the cursor moves all the same. */
  readonly set: SetRef | null
  /** null: start at the newest window, searching nothing. */
  readonly cursor: WindowCursor | null
  readonly debts: readonly Debt[]
  /** A new cut is asked for even when the newest window is younger than an interval: an adoption waits for it. */
  readonly fresh: boolean
  readonly searchIntervalMs: number
}
export interface SearchForwardOutput {
  readonly cursor: WindowCursor
  readonly debts: readonly Debt[]
  /** Start of this search, milliseconds since the epoch (contract Q-09). */
  readonly startedAt: number
  readonly hits: number
  readonly newEvents: number
  /** Logs among the debts that there was no time for: more match than can be written in two minutes (contract Q-10). Absent: none. */
  readonly behind?: number
  /** Why logs cannot match, or null (contract Q-11). */
  readonly unsearchable: string | null
  /** Absent where nothing was searched, and in results of older workers. */
  readonly cost?: SearchCost
}

export interface SearchBackwardInput {
  readonly feed: FeedKey
  readonly content: Content
  readonly match: 'exact' | 'subdomains'
  /** As in `SearchForwardInput`. */
  readonly rating?: FeedRating
  readonly owed: SetRef
  /** Logs up to this window. */
  readonly upTo: WindowCursor
  readonly lookbackMs: number
  /** Where the last slice of this search ended; null starts it. */
  readonly position: string | null
}
/**
 * One slice, of about a minute at most, so that a run can continue as new between two of them.
 */
export interface SearchBackwardOutput {
  /** Where to go on; null when all is searched. */
  readonly position: string | null
  readonly hits: number
  readonly newEvents: number
  /** Absent in results of older workers. */
  readonly cost?: SearchCost
  /** Nothing was done, since as many other feeds are searched for backward as may be at once. Absent: it had a place. */
  readonly waits?: boolean
}

export interface ReportInput {
  readonly feed: FeedKey
  /** Written to the state document first, then summarised into the resource's status (contract S-07, T-01 to T-06). */
  readonly state: FeedState
  /** The resource as it was last looked at. */
  readonly observed: Observed | null
  /** Whether the state document is to be written: not by a run that could not read the one there is. */
  readonly keep: boolean
}
export interface ReportOutput {
  readonly written: boolean
}

export interface RemoveInput {
  readonly feed: FeedKey
  readonly state: FeedState
  /**
   * `deleted`: the resource is gone (contract S-05). `content-changed`: what was stored under the old content goes, the resource
   * stays (contract L-03).
   */
  readonly reason: 'deleted' | 'content-changed'
}

/** `disabled`: the resource says so now. `absent` is one 404 that names it, not yet a deletion; `replaced`: it has another uid (contract L-05). */
export type Disabling = 'disabled' | 'absent' | 'replaced'

/** The steps of a feed's run, one activity each. Failures are FeedFailures by code (domain/failure.ts). */
export interface FeedSteps {
  loadState(input: { readonly feed: FeedKey }): Promise<FeedState | null>
  observeFeed(input: { readonly feed: FeedKey }): Promise<Observation>
  pullFeed(input: PullInput): Promise<PullOutput>
  parseFeed(input: ParseInput): Promise<ParseOutput>
  readPushedSet(input: ReadPushedInput): Promise<ReadPushedOutput>
  storeSet(input: StoreInput): Promise<StoreOutput>
  syncNetworkSet(input: SyncNetworkSetInput): Promise<SyncNetworkSetOutput>
  searchForward(input: SearchForwardInput): Promise<SearchForwardOutput>
  searchBackward(input: SearchBackwardInput): Promise<SearchBackwardOutput>
  reportStatus(input: ReportInput): Promise<ReportOutput>
  removeFeed(input: RemoveInput): Promise<void>
  /** Writes `mode: Disabled` if the resource still has this uid (contract L-06). */
  disableFeed(input: { readonly feed: FeedKey }): Promise<Disabling>
}

/** The controller's own step, beside those of requests (requests.ts): lists and watches for ever, starting and signalling the feeds' runs. */
export interface ControllerSteps {
  watchFeeds(input: { readonly cluster: string }): Promise<void>
}
