import { workflowInfo } from '@temporalio/workflow'
import type { CancellationScope } from '@temporalio/workflow'
import { withCondition } from '../domain/run/conditions.ts'
import { pullAt } from '../domain/run/next-step.ts'
import { freshMarks } from '../domain/run/run-view.ts'
import type { LoopMarks, RunView, StepKind } from '../domain/run/run-view.ts'
import type { FeedKey } from '../domain/run/references.ts'
import { retryDelay } from '../domain/run/schedule.ts'
import { freshState } from '../domain/run/state.ts'
import type { ConditionType, FeedState, Observed } from '../domain/run/state.ts'
import type { StepFailure } from './failure.ts'
import type { RunReport } from './messages.ts'
import { Refreshes } from './refreshes.ts'

/** A step that failed without a schedule of its own is tried again after this long: a server that restarts takes about as much. */
export const RETRY_STEP_MS = 30_000

/** Messages that were taken and not yet acted on. */
export interface Asked {
  readonly deleted?: boolean
  readonly refresh?: boolean
  readonly successor?: string
}

/** What one run of a feed holds while it runs: what it knows, what it was asked, and where it stands. The steps read and change it. */
export class FeedRun {
  readonly feed: FeedKey
  readonly refreshes: Refreshes
  state: FeedState
  observed: Observed | null
  marks: LoopMarks
  next: RunReport['next'] = { what: 'the first look at the resource', at: null }
  /** The resource is to be looked at. Each run looks first, also one that continues another: changed settings and whatever the watch missed are found so, once in some 20 minutes. */
  look = true
  /** The resource of this life is known to be gone (contract L-05). */
  deleted: boolean
  /** uid of the resource that took this one's name, to continue with. */
  successor: string | null
  /** The cleanup of a deleted feed is done. */
  ended = false
  /** Set by whatever should end a pause. */
  awake = false
  /** The last thing it did was a search of new logs: it has not rested since. */
  searchedLast = false
  /** The slice of the search of older logs that is under way. */
  backward: CancellationScope | null = null

  constructor(feed: FeedKey, from: { state: FeedState; observed: Observed | null; marks: LoopMarks; asked: Asked }) {
    this.feed = feed
    // What an older version did not know is as in a fresh run.
    this.state = { ...freshState(feed.uid), ...from.state }
    this.observed = from.observed
    this.marks = { ...freshMarks(), ...from.marks }
    const { deleted = false, refresh = false, successor = null } = from.asked
    this.deleted = deleted
    this.refreshes = new Refreshes(refresh)
    this.successor = successor
  }

  get searchingBackward(): boolean {
    return this.backward !== null
  }

  /** @param uid of the resource as the sender saw it; empty when it knows of none. */
  takeLookAgain(uid: string): void {
    if (uid !== '' && uid !== this.feed.uid) this.successor = uid
    this.mark({ networkSetTouched: true })
    this.#lookNow()
  }

  takeDeleted(uid: string): void {
    if (uid !== this.feed.uid) return
    this.deleted = true
    this.awake = true
  }

  /** @returns the number under which it is answered. */
  takeRefresh(): number {
    this.#lookNow()
    return this.refreshes.ask()
  }

  #lookNow(): void {
    this.look = true
    this.mark({ retryAt: {} })
    this.awake = true
  }

  /** What a run that continues this one has to know of messages. A refresh whose body waits to be adopted is served by that. */
  asked(): Asked {
    const { refreshes, deleted, successor, state } = this
    const refresh = refreshes.wanted && (state.pending === null || refreshes.asked > refreshes.begun)
    return { deleted, refresh, ...(successor === null ? {} : { successor }) }
  }

  historyIsLong(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo()
    const most = this.observed?.settings.continueAfterEvents ?? Number.POSITIVE_INFINITY
    return continueAsNewSuggested || historyLength >= most
  }

  view(id: string): RunView {
    return {
      id,
      state: this.state,
      observed: this.observed,
      marks: this.marks,
      requests: { look: this.look, refresh: this.refreshes.wanted, deleted: this.deleted },
      backwardRunning: this.searchingBackward || this.historyIsLong(),
      searchedLast: this.searchedLast,
    }
  }

  describe(): RunReport {
    const { feed, state, observed, next, searchingBackward } = this
    return { feed, state, observed, next, nextPullAt: this.#nextPullAt(), searchingBackward }
  }

  /** When the host is asked next, for people: one that is due is asked now, or when the step that failed is tried again. */
  #nextPullAt(): number | null {
    const { observed, marks } = this
    if (observed === null || !observed.enabled) return null
    const at = pullAt(this.view(workflowInfo().workflowId), observed, Date.now())
    return at === null ? null : Math.max(at, marks.retryAt.pull ?? 0, Date.now())
  }

  condition(type: ConditionType, message: string | null): void {
    this.update({ conditions: withCondition(this.state.conditions, type, message) })
  }

  update(changes: Partial<FeedState>): void {
    this.state = { ...this.state, ...changes }
  }

  mark(changes: Partial<LoopMarks>): void {
    this.marks = { ...this.marks, ...changes }
  }

  retryLater(kind: StepKind, afterMs = RETRY_STEP_MS): void {
    this.mark({ retryAt: { ...this.marks.retryAt, [kind]: Date.now() + afterMs } })
  }

  /** Something a step read is no longer so: look, and let what hangs on it be done again. */
  lookBefore(kind: StepKind): void {
    this.look = true
    this.retryLater(kind, 1_000)
  }

  /** A refresh of a feed that pulls and reads nothing now is answered at once (contract L-02). */
  answerWhatNeedsNoStep(): void {
    const { observed, refreshes } = this
    if (observed === null || this.look) return
    if (!observed.enabled) refreshes.serve(refreshes.asked, { outcome: 'disabled', message: 'the feed is disabled' })
    else if (!observed.pullable) refreshes.serve(refreshes.asked, { outcome: 'invalid', message: observed.invalid ?? '' })
  }

  /** What a failed step leaves: its condition (null: none), and a time before which it is not tried again. */
  failed(kind: StepKind, type: ConditionType | null, failure: StepFailure): void {
    if (failure.code === 'SpecChanged') {
      this.lookBefore(kind)
      return
    }
    if (type !== null && failure.code !== 'ApiUnavailable') this.condition(type, failure.message)
    this.retryLater(kind)
    if (failure.code === 'BlobMissing') this.askForEverythingAgain()
  }

  /**
   * A set is gone from the store: it is made anew of the body that waits there (contract P-12), else pulled or read whole, whatever
   * schedule and validators say. The first time at once; where that did not help, as a host is asked again after failures.
   */
  askForEverythingAgain(): void {
    const { version, retryPullAt, failedPulls, pending } = this.state
    this.update({ version: version === null ? null : { ...version, validators: null } })
    if (pending !== null && pending.parsedAgain !== true) {
      this.update({ pending: { ...pending, set: null, parsedAgain: true } })
      return
    }
    this.update({ pending: null })
    this.mark({ pushReadAt: null, pushReread: true })
    const now = Date.now()
    if (retryPullAt !== null && retryPullAt > now) return
    const waits = failedPulls === 0 ? 0 : retryDelay({ failures: failedPulls, periodMs: this.observed?.periodMs ?? 0, slow: false, retryAfterS: null })
    this.update({ failedPulls: failedPulls + 1, retryPullAt: now + waits })
  }
}
