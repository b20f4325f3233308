import type { Content } from '../domain/feed/content.ts'
import type { ErrorCondition } from '../domain/run/state.ts'
import type { Rejections } from '../domain/sets/indicator-set.ts'

/** All times are RFC 3339 in UTC, whole seconds. Each result is what `--output json` prints. */
export interface StartResult {
  readonly name: string
  readonly uid: string
  /** What became of the resource; `unchanged` when it was enabled already. */
  readonly resource: 'created' | 'changed' | 'enabled' | 'unchanged'
  readonly workflowId: string
}

export interface CancelResult {
  readonly name: string
  /** `disabled`: there was no run, and the resource alone was changed. */
  readonly outcome: 'cancelled' | 'disabled' | 'already-disabled'
  readonly runId: string | null
}

export interface RefreshResult {
  readonly name: string
  /** `requested` without waiting; otherwise the attempt's own word. */
  readonly outcome: string
  readonly message: string
}

export interface FeedSummary {
  readonly name: string
  readonly content: Content
  readonly mode: 'Enabled' | 'Disabled'
  readonly source: 'pull' | 'push'
  /** null when Temporal did not answer. */
  readonly running: boolean | null
  readonly lastSuccessfulSync: string | null
  readonly lastSuccessfulSearch: string | null
  readonly errorConditions: readonly ErrorCondition[]
}

export interface FeedDescription extends FeedSummary {
  readonly uid: string
  readonly description: string | null
  /** The url's host alone: a path or query may hold a key. */
  readonly pull: { readonly host: string; readonly period: string; readonly format: string; readonly headers: readonly string[] } | null
  readonly networkSet: { readonly name: string; readonly labels: Readonly<Record<string, string>> } | null
  readonly set: { readonly sha256: string; readonly members: number; readonly adoptedAt: string } | null
  readonly run: { readonly workflowId: string; readonly runId: string; readonly status: string; readonly startedAt: string } | null
  readonly attempts: Attempts | null
  readonly search: SearchProgress | null
  readonly rejected: Rejections | null
  /** What could not be asked, one sentence each; the fields concerned are null. */
  readonly unavailable: readonly string[]
}

export interface Attempts {
  readonly last: string | null
  /** Failed pulls in a row. */
  readonly failed: number
  /** null for a feed that is disabled, is pushed, or cannot be pulled as it stands. */
  readonly next: string | null
}

export interface SearchProgress {
  /** Number of the last window of logs this feed has searched; null before the first. */
  readonly window: number | null
  /** Number of the newest window that was cut; null before the first. */
  readonly newest: number | null
  /** Windows still to be searched. */
  readonly behind: number | null
  /** Members still to be searched for in older logs. */
  readonly owedMembers: number
  /** Spans of logs that could not be reached and are owed. */
  readonly debts: number
}

/** A security event as it is stored (contract, section 8), with its id beside its fields, which are untyped since others write there too. */
export type EventResult = Readonly<Record<string, unknown>> & { readonly id: string }
