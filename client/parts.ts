import type { FeedKey } from '../domain/run/references.ts'
import type { FeedState } from '../domain/run/state.ts'
import type { LogKind } from '../domain/feed/content.ts'
import type { Rejections } from '../domain/sets/indicator-set.ts'
import type { FeedManifest } from './manifest.ts'

/** A resource as the API server holds it. */
export interface FeedResource {
  readonly name: string
  readonly uid: string
  readonly object: Readonly<Record<string, unknown>>
}

/**
 * The GlobalThreatFeed resources, as someone may change them. Failures are FeedFailures: `InvalidSpec` when the API server refuses an
 * object, `ApiUnavailable` when it is down, does not serve the kind, or forbids the request.
 */
export interface FeedResources {
  list(signal: AbortSignal): Promise<readonly FeedResource[]>
  /** null only on a 404 that names this object. */
  read(name: string, signal: AbortSignal): Promise<FeedResource | null>
  /** null when one of this name exists by now. */
  create(manifest: FeedManifest, signal: AbortSignal): Promise<FeedResource | null>
  /** Puts the spec in place of the other and adds labels and annotations. null when someone else wrote it first. */
  replace(current: FeedResource, manifest: FeedManifest, signal: AbortSignal): Promise<FeedResource | null>
  /** @returns false when the object of this uid is gone. */
  setMode(name: string, uid: string, mode: 'Enabled' | 'Disabled', signal: AbortSignal): Promise<boolean>
}

export interface RunInfo {
  readonly workflowId: string
  readonly runId: string
  readonly firstRunId: string
  /** Temporal's word in lower case: `running`, `completed`, `canceled`, ... */
  readonly status: string
  readonly startedAt: string
}

export interface Refreshed {
  readonly outcome: string
  readonly message: string
}

export interface RunAnswer {
  readonly state: FeedState
  /** Milliseconds since the epoch of the next pull, null when none is due. */
  readonly nextPullAt: number | null
}

/** The runs of feeds in Temporal. @throws ClientError `unreachable`, or FeedFailure `ApiUnavailable`, when Temporal does not answer. */
export interface FeedRuns {
  /** The newest run of a feed, running or ended; null when there never was one. */
  find(name: string, signal: AbortSignal): Promise<RunInfo | null>
  /** Names of the feeds with a running run. */
  running(signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Makes the run look at its resource now, starting it when there is none. */
  lookAgain(feed: FeedKey, signal: AbortSignal): Promise<void>
  /** Asks for an attempt, and with `wait` for its outcome. null when no run is there to be asked. */
  refresh(name: string, wait: boolean, signal: AbortSignal): Promise<Refreshed | null>
  /** Requests cancellation and waits for the end. @returns how it ended. */
  cancel(run: RunInfo, signal: AbortSignal): Promise<'cancelled' | 'ended' | 'terminated'>
  /** What the run knows now; null when no worker answers in a few seconds. */
  ask(name: string, signal: AbortSignal): Promise<RunAnswer | null>
}

/** What is kept of feeds in Elasticsearch, as far as people may look at it. */
export interface FeedRecords {
  state(feed: FeedKey, signal: AbortSignal): Promise<FeedState | null>
  rejections(feed: FeedKey, signal: AbortSignal): Promise<Rejections | null>
  /** Number of the newest window of logs; null before the first. */
  newestWindow(kind: LogKind, signal: AbortSignal): Promise<number | null>
}
