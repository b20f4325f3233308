import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  allHandlersFinished,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { nextStep } from '../domain/run/next-step.ts'
import type { Step } from '../domain/run/next-step.ts'
import { reportIsDue } from '../domain/run/report-due.ts'
import { freshMarks } from '../domain/run/run-view.ts'
import type { LoopMarks, RunView } from '../domain/run/run-view.ts'
import type { FeedKey } from '../domain/run/references.ts'
import { freshState } from '../domain/run/state.ts'
import type { FeedState, Observed } from '../domain/run/state.ts'
import { carryOut } from './carry-out.ts'
import { endCancelled } from './end-cancelled.ts'
import { isCancelled } from './failure.ts'
import { FeedRun } from './feed-run.ts'
import type { Asked } from './feed-run.ts'
import { MENDED } from './mended.ts'
import { REFRESH_LATER, deletedSignal, lookAgainSignal, refreshSignal, refreshUpdate, stateQuery } from './messages.ts'
import type { RefreshOutcome } from './messages.ts'
import { Presentation } from './presentation.ts'
import type { Shown } from './presentation.ts'

export interface ThreatFeedInput {
  readonly feed: FeedKey
  /** From the run before, when this one continues it. */
  readonly carried?: Carried
}

export interface Carried {
  readonly state: FeedState
  readonly observed: Observed | null
  readonly marks: LoopMarks
  readonly asked: Asked
  readonly shown: Shown | null
}

/**
 * One feed, from its first look at the resource until the resource is gone. The loop asks `nextStep` what to do, does it, and sleeps
 * until the next thing is due; messages only set fields. A failed step is an error condition, never a failed workflow.
 */
export async function threatFeed(input: ThreatFeedInput): Promise<void> {
  const { carried } = input
  const run = new FeedRun(input.feed, carried ?? { state: freshState(input.feed.uid), observed: null, marks: freshMarks(), asked: {} })
  const presentation = new Presentation(carried?.shown ?? null)
  handleMessages(run)
  try {
    await loop(run, presentation)
  } catch (error) {
    if (!isCancellation(error) || !isCancelled()) throw error
    const tell = (what: string, at: number | null): void => {
      run.next = { what, at }
      presentation.show(run, { what, at, pullAt: null })
    }
    await CancellationScope.nonCancellable(async () => {
      await endCancelled(run, tell)
      await condition(allHandlersFinished)
    })
    throw error
  }
  if (run.successor !== null) await continueAs({ feed: { ...input.feed, uid: run.successor } })
}

/** An idle run would never learn of another version, and its own could not be retired. */
const IDLE_MOST_MS = 3_600_000

/** Handlers only set fields, whatever the run is at; the loop acts on them. */
function handleMessages(run: FeedRun): void {
  setHandler(lookAgainSignal, ({ uid }) => {
    run.takeLookAgain(uid)
  })
  setHandler(deletedSignal, ({ uid }) => {
    run.takeDeleted(uid)
  })
  setHandler(refreshSignal, () => {
    run.takeRefresh()
  })
  const validator = (): void => {
    if (run.refreshes.full) throw ApplicationFailure.create({ type: REFRESH_LATER, message: 'the run is about to continue as new: ask again' })
  }
  const takeAndAnswer = (): Promise<RefreshOutcome> => {
    const refresh = run.takeRefresh()
    run.refreshes.await(refresh, run.historyIsLong())
    // One that was accepted is answered, by a run that is cancelled too.
    return CancellationScope.nonCancellable(() => answerTo(run, refresh))
  }
  setHandler(refreshUpdate, takeAndAnswer, { validator })
  setHandler(stateQuery, () => run.describe())
}

async function answerTo({ refreshes }: FeedRun, refresh: number): Promise<RefreshOutcome> {
  for (;;) {
    const outcome = refreshes.answerTo(refresh)
    if (outcome !== null) return outcome
    await condition(() => refreshes.answerTo(refresh) !== null)
  }
}

/**
 * A run that an older worker began decides as that one did: there a search of new logs went before all else, however often it was due, and
 * a feed known to be gone was looked for on and on, for as long as the store did not say what there is to remove; and a time that advances
 * was told of five minutes after the last report had ended, by a timer of its own.
 */
function decide(run: FeedRun): Step {
  const now = Date.now()
  const view = reportsInTime(run.view(workflowInfo().workflowId), now)
  const { requests, marks, searchedLast } = view
  const step = nextStep(view, now)
  if (searchedLast) return unlessOlder(step, nextStep({ ...view, searchedLast: false }, now), 'searches-in-turn')
  if (requests.deleted && !marks.loaded) return unlessOlder(step, nextStep({ ...view, requests: { ...requests, deleted: false } }, now), MENDED)
  return step
}

function reportsInTime(view: RunView, now: number): RunView {
  const { reported } = view.marks
  if (reported?.nextAt === undefined) return view
  const { at, summary, times } = reported
  const before = { ...view, marks: { ...view.marks, reported: { at, summary, times } } }
  if (reportIsDue(before, now) === reportIsDue(view, now)) return view
  return nextStep(before, now).kind === nextStep(view, now).kind || patched('reports-with-searches') ? view : before
}

function unlessOlder(step: Step, asBefore: Step, patch: string): Step {
  return step.kind === asBefore.kind || !patched(patch) ? asBefore : step
}

async function loop(run: FeedRun, presentation: Presentation): Promise<void> {
  // One that continues before it came to rest would do nothing else, if another version goes on being wanted of it.
  let rested = false
  for (;;) {
    run.answerWhatNeedsNoStep()
    const isOld = rested && workflowInfo().targetWorkerDeploymentVersionChanged
    // Between any two steps: a run that is always asked for something, as by a quarrel about the network set, never comes to rest.
    if ((run.historyIsLong() || isOld) && !run.searchingBackward && !run.refreshes.awaited) await continueRun(run, presentation)
    const step = decide(run)
    if (step.kind !== 'wait') {
      await carryOut(run, step.kind)
      run.searchedLast = step.kind === 'search-forward'
      if (run.ended) {
        await condition(allHandlersFinished)
        return
      }
      continue
    }
    run.next = { what: step.next, at: step.until }
    presentation.show(run, { ...run.next, pullAt: run.describe().nextPullAt })
    await pause(run, step.until, step.next)
    rested = true
    run.searchedLast = false
  }
}

async function pause(run: FeedRun, until: number | null, next: string): Promise<void> {
  run.awake = false
  // Of a worker without versions this has no name, and is absent when its history is replayed.
  const isVersioned = (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') !== ''
  if (until === null && isVersioned) await condition(() => run.awake, IDLE_MOST_MS, { summary: 'until another version may be current' })
  else if (until === null) await condition(() => run.awake)
  else await condition(() => run.awake, Math.max(until - Date.now(), 1), { summary: `until ${next}` })
}

/** What was asked and waits for its time is carried; all of it stays below 40 kB, since sets are references and debts and conditions bounded. */
async function continueRun(run: FeedRun, presentation: Presentation): Promise<never> {
  const { state, observed, marks } = run
  const carried: Carried = { state, observed, marks, asked: run.asked(), shown: presentation.shown }
  return await continueAs({ feed: run.feed, carried })
}

/**
 * Where workers have versions, a run is pinned to the one that began it (worker/deployment-version.ts) and continues on what is current.
 * Search attributes go with it by themselves, and of the memo only what the first run began with. A cancellation that comes together
 * with this would be lost with the run, so it is looked for last.
 */
async function continueAs(input: ThreatFeedInput): Promise<never> {
  // Whoever waited has an answer, and is told it before anyone else can ask: one that asks whenever it is answered holds nothing off.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished))
  if (isCancelled()) throw new CancelledFailure('cancelled before continuing as new')
  const { memo = {} } = workflowInfo()
  return await makeContinueAsNewFunc<typeof threatFeed>({ initialVersioningBehavior: 'AUTO_UPGRADE', memo })(input)
}
