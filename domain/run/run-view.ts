import type { FeedState, Observed } from './state.ts'

/** The steps that a run may take, apart from waiting. */
export const STEP_KINDS = [
  'load',
  'observe',
  'remove',
  'drop-content',
  'pull',
  'adopt',
  'read-pushed',
  'sync-network-set',
  'search-forward',
  'search-backward',
  'report',
] as const
/** A step that does something. */
export type StepKind = (typeof STEP_KINDS)[number]

/** What signals and updates ask for; handlers only set these. */
export interface Requests {
  /** The resource may have changed: look at it. */
  readonly look: boolean
  /** Pull now, or read the pushed document now (contract L-04). */
  readonly refresh: boolean
  /** A delete event named this uid. */
  readonly deleted: boolean
}

/** What the last report said, to see whether another one is due. */
export interface Reported {
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number
  /** When a time that advances is told of next, likewise. Absent in a report of an older version: five minutes after it was written. */
  readonly nextAt?: number
  /** What it said, but for times that merely advance. */
  readonly summary: string
  /** The times that it said. */
  readonly times: string
}

/** Where the loop stands beside the state: lost with the run, carried when it continues as new. */
export interface LoopMarks {
  /** What an earlier run knew was looked for: before that nothing is pulled, stored or removed, nor the state document written. */
  readonly loaded: boolean
  /** First look that missed the resource, in milliseconds since the epoch; null while it is there. */
  readonly absentSince: number | null
  /** Null before the first report of this run. */
  readonly reported: Reported | null
  /** Start of the last forward search that was tried. */
  readonly searchedAt: number | null
  /** Last time the pushed document was looked at. */
  readonly pushReadAt: number | null
  /** The network set is to be compared with the cluster's even if nothing changed here (contract G-05). */
  readonly reconcile: boolean
  /**
   * A network set was written or removed in this run or one that it continues. Before that there may be one that no state tells of:
   * its writer ended before it could say so.
   */
  readonly networkSetKnown: boolean
  /** Somebody told of a change since the network set was last written, perhaps of an edit by others: all that bears its names is looked at. */
  readonly networkSetTouched: boolean
  /** The set is lost from the store: the pushed document is read whole even if it has not changed. */
  readonly pushReread: boolean
  /** Why the last slice of the backward search failed. */
  readonly backwardProblem: string | null
  /** Earliest time of another try of a step that failed, by its kind. */
  readonly retryAt: Readonly<Partial<Record<StepKind, number>>>
}

/** The marks of a run that knows nothing yet. */
export function freshMarks(): LoopMarks {
  return {
    loaded: false,
    absentSince: null,
    reported: null,
    searchedAt: null,
    pushReadAt: null,
    reconcile: true,
    networkSetKnown: false,
    networkSetTouched: true,
    pushReread: false,
    backwardProblem: null,
    retryAt: {},
  }
}

/** All that the decision hangs on. */
export interface RunView {
  /** The workflow's id: phases and jitter hang on it. */
  readonly id: string
  /** What the run knows. */
  readonly state: FeedState
  /** The resource at the last look; null when it was not there, or not looked for yet. */
  readonly observed: Observed | null
  /** What was asked of it and not done yet. */
  readonly requests: Requests
  /** Where the loop stands. */
  readonly marks: LoopMarks
  /** A slice of the search of older logs is in flight: no second one is begun. */
  readonly backwardRunning: boolean
  /** The step right before this one, without a rest between, was a search of new logs. */
  readonly searchedLast: boolean
}
