import { workflowInfo } from '@temporalio/workflow'
import { freshMarks, networkSetTarget, pullAt, summaryOf, timesOf, withCondition } from '../domain/run/next-step.ts'
import type { LoopMarks, RunView, StepKind } from '../domain/run/next-step.ts'
import type { FeedKey } from '../domain/run/references.ts'
import { retryDelay } from '../domain/run/schedule.ts'
import { freshState } from '../domain/run/state.ts'
import type { ConditionType, FeedState, Observed } from '../domain/run/state.ts'
import { stepFailure } from './failure.ts'
import type { StepFailure } from './failure.ts'
import type { RefreshOutcome, RunReport } from './messages.ts'
import { adopt, pull, readPushed } from './update-set.ts'
import { searchNewLogs, startBackwardSlice } from './search-logs.ts'
import { loadState, observeFeed, removeFeed, reportStatus, syncNetworkSet } from './steps.ts'
import { takeLook } from './take-look.ts'

/** A step that failed without a schedule of its own is tried again after this long: a server that restarts takes about as much. */
export const RETRY_STEP_MS = 30_000

/** Without these a refresh cannot be served: one that fails answers it. */
const COMES_FIRST: ReadonlySet<StepKind> = new Set(['load', 'observe', 'drop-content', 'remove'])

/** Messages that were taken and not yet acted on. */
export interface Asked {
  readonly deleted?: boolean
  readonly refresh?: boolean
  readonly successor?: string
}

/** What one run of a feed holds while it runs; its methods carry out the steps that `nextStep` chose. */
export class FeedRun {
  readonly feed: FeedKey
  state: FeedState
  observed: Observed | null
  marks: LoopMarks
  next: RunReport['next'] = { what: 'the first look at the resource', at: null }
  /** uid of the resource that took this one's name, to continue with. */
  successor: string | null = null
  ended = false
  /** Set by whatever should end a pause. */
  awake = false
  searchingBackward = false
  refreshesServed = 0
  refreshOutcome: RefreshOutcome = { outcome: 'unchanged', message: '' }
  /** Each run looks first, also one that continues another: changed settings and whatever the watch missed are found so, once in some 20 minutes. */
  #look = true
  #deleted: boolean
  #refreshesAsked: number

  constructor(feed: FeedKey, from: { state: FeedState; observed: Observed | null; marks: LoopMarks; asked: Asked }) {
    this.feed = feed
    // What an older version did not know is as in a fresh run.
    this.state = { ...freshState(feed.uid), ...from.state }
    this.observed = from.observed
    this.marks = { ...freshMarks(), ...from.marks }
    const { deleted = false, refresh = false, successor = null } = from.asked
    this.#deleted = deleted
    this.#refreshesAsked = refresh ? 1 : 0
    this.successor = successor
  }

  /** @param uid of the resource as the sender saw it; empty when it knows of none. */
  lookAgain(uid: string): void {
    if (uid !== '' && uid !== this.feed.uid) this.successor = uid
    this.#look = true
    this.marks = { ...this.marks, retryAt: {} }
    this.awake = true
  }

  deleted(uid: string): void {
    if (uid !== this.feed.uid) return
    this.#deleted = true
    this.awake = true
  }

  /** Whether the resource of this life is known to be gone, and an earlier run's state to be read. */
  isDeleted(): boolean {
    return this.#deleted && this.marks.loaded
  }

  /** @returns the number of this request: it is answered when as many were served. */
  requestRefresh(): number {
    this.#refreshesAsked += 1
    this.#look = true
    this.marks = { ...this.marks, retryAt: {} }
    this.awake = true
    return this.#refreshesAsked
  }

  /** What a run that continues this one has to know of messages. */
  asked(): Asked {
    const refresh = this.#refreshesAsked > this.refreshesServed
    return { deleted: this.#deleted, refresh, ...(this.successor === null ? {} : { successor: this.successor }) }
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
      requests: { look: this.#look, refresh: this.#refreshesAsked > this.refreshesServed, deleted: this.#deleted },
      backwardRunning: this.searchingBackward || this.historyIsLong(),
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
    this.#look = true
    this.retryLater(kind, 1_000)
  }

  /** Numbers the requests that a refresh now under way will answer. */
  refreshesAsked(): number {
    return this.#refreshesAsked
  }

  serveRefreshes(upTo: number, outcome: RefreshOutcome): void {
    if (upTo <= this.refreshesServed) return
    this.refreshesServed = upTo
    this.refreshOutcome = outcome
  }

  /** A refresh of a feed that pulls and reads nothing now is answered at once (contract L-02). */
  answerWhatNeedsNoStep(): void {
    const { observed } = this
    if (observed === null || this.#look) return
    if (!observed.enabled) this.serveRefreshes(this.#refreshesAsked, { outcome: 'disabled', message: 'the feed is disabled' })
    else if (!observed.pullable) this.serveRefreshes(this.#refreshesAsked, { outcome: 'invalid', message: observed.invalid ?? '' })
  }

  /** Carries out one step. A failure of it ends up in the state; only cancellation and programming errors are thrown. */
  async carryOut(kind: StepKind): Promise<void> {
    switch (kind) {
      case 'load':
        return this.#guard(kind, 'StoreFailed', () => this.#load())
      case 'observe':
        return this.#guard(kind, null, () => this.#observe())
      case 'remove':
        return this.#guard(kind, 'StoreFailed', () => this.remove())
      case 'drop-content':
        return this.#guard(kind, 'StoreFailed', () => this.#dropContent())
      case 'pull':
        return pull(this)
      case 'adopt':
        return adopt(this)
      case 'read-pushed':
        return readPushed(this)
      case 'sync-network-set':
        return this.#guard(kind, 'GlobalNetworkSetSyncFailed', () => this.#syncNetworkSet())
      case 'search-forward':
        return searchNewLogs(this)
      case 'search-backward':
        startBackwardSlice(this)
        return
      case 'report':
        return this.#guard(kind, null, () => this.report())
    }
  }

  /** Does one thing; its failure becomes the condition of this type (null: none), and the step waits before it is tried again. */
  async #guard(kind: StepKind, type: ConditionType | null, act: () => Promise<void>): Promise<void> {
    try {
      await act()
      if (type !== null) this.condition(type, null)
    } catch (error) {
      const failure = stepFailure(error, kind)
      this.failed(kind, type, failure)
      if (COMES_FIRST.has(kind)) this.serveRefreshes(this.#refreshesAsked, { outcome: 'failed', message: failure.message })
    }
  }

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
   * A set is gone from the store: it is pulled or read whole, whatever schedule and validators say. The first time at once; where
   * that did not help, as a host is asked again after failures.
   */
  askForEverythingAgain(): void {
    const { version, retryPullAt, failedPulls } = this.state
    this.update({ pending: null, version: version === null ? null : { ...version, validators: null } })
    this.mark({ pushReadAt: null, pushReread: true })
    const now = Date.now()
    if (retryPullAt !== null && retryPullAt > now) return
    const waits = failedPulls === 0 ? 0 : retryDelay({ failures: failedPulls, periodMs: this.observed?.periodMs ?? 0, slow: false, retryAfterS: null })
    this.update({ failedPulls: failedPulls + 1, retryPullAt: now + waits })
  }

  /** Goes on from what an earlier run left in the store (contract S-07). */
  async #load(): Promise<void> {
    const known = await loadState({ feed: this.feed })
    if (known !== null) this.state = { ...freshState(this.feed.uid), ...known }
    this.mark({ loaded: true })
    this.#look = true
  }

  async #observe(): Promise<void> {
    this.#look = false
    let seen: Awaited<ReturnType<typeof observeFeed>>
    try {
      seen = await observeFeed({ feed: this.feed })
    } catch (error) {
      this.#look = true
      // An absence is two answers in a row; meanwhile the feed goes on (contract L-05).
      this.mark({ absentSince: null })
      throw error
    }
    if (seen.kind === 'present') takeLook(this, seen.observed)
    else if (seen.kind === 'replaced') {
      this.successor = seen.uid
      this.#deleted = true
    } else if (this.marks.absentSince === null) this.mark({ absentSince: Date.now() })
    else this.#deleted = true
  }

  /** Removes what the feed stored and enforced: its resource is gone. */
  async remove(): Promise<void> {
    await syncNetworkSet({ feed: this.feed, set: null })
    await removeFeed({ feed: this.feed, state: this.state, reason: 'deleted' })
    this.ended = true
  }

  async #dropContent(): Promise<void> {
    await syncNetworkSet({ feed: this.feed, set: null })
    await removeFeed({ feed: this.feed, state: this.state, reason: 'content-changed' })
    this.update({ version: null, cursor: null, owed: null, debts: [], match: null, pending: null, networkSetFor: null, attemptedPullHash: null })
    this.condition('SearchFailed', null)
    this.condition('LogsUnsearchable', null)
    this.mark({ backwardProblem: null })
  }

  async #syncNetworkSet(): Promise<void> {
    const { observed, state } = this
    if (observed === null) return
    const target = networkSetTarget(state, observed)
    await syncNetworkSet({ feed: this.feed, set: target === null ? null : (state.version?.set ?? null) })
    this.update({ networkSetFor: target })
    this.mark({ reconcile: false, networkSetKnown: true })
  }

  /** Writes state and status. */
  async report(): Promise<void> {
    const { state } = this
    // One that fails may have written all the same: what the resource says is unknown until one succeeds.
    this.mark({ reported: null })
    await reportStatus({ feed: this.feed, state, keep: this.marks.loaded })
    this.mark({ reported: { at: Date.now(), summary: summaryOf(state), times: timesOf(state) } })
  }
}
