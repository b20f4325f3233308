import {
  CancellationScope,
  CancelledFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { freshMarks, nextStep } from '../domain/run/next-step.ts'
import type { LoopMarks } from '../domain/run/next-step.ts'
import type { FeedKey } from '../domain/run/references.ts'
import { freshState } from '../domain/run/state.ts'
import type { FeedState, Observed } from '../domain/run/state.ts'
import { FeedRun } from './feed-run.ts'
import type { Asked } from './feed-run.ts'
import { deletedSignal, lookAgainSignal, refreshSignal, refreshUpdate, stateQuery } from './messages.ts'
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
  const run = new FeedRun(input.feed, carried ?? { state: freshState(input.feed.uid), observed: null, marks: freshMarks(), asked: { look: true } })
  const presentation = new Presentation(carried?.shown ?? null)
  handleMessages(run)
  try {
    await loop(run, presentation)
  } catch (error) {
    if (!isCancellation(error)) throw error
    await CancellationScope.nonCancellable(() => run.disable())
    presentation.show(run, { what: 'nothing: the feed was disabled by a cancellation', at: null, pullAt: null })
    throw error
  }
  if (run.successor !== null) await continueAsNew<typeof threatFeed>({ feed: { ...input.feed, uid: run.successor } })
}

function handleMessages(run: FeedRun): void {
  setHandler(lookAgainSignal, ({ uid }) => {
    run.lookAgain(uid)
  })
  setHandler(deletedSignal, ({ uid }) => {
    run.deleted(uid)
  })
  setHandler(refreshSignal, () => {
    run.requestRefresh()
  })
  setHandler(refreshUpdate, async () => {
    const mine = run.requestRefresh()
    await condition(() => run.refreshesServed >= mine)
    return run.refreshOutcome
  })
  setHandler(stateQuery, () => run.report())
}

async function loop(run: FeedRun, presentation: Presentation): Promise<void> {
  for (;;) {
    run.answerWhatNeedsNoStep()
    const step = nextStep(run.view(workflowInfo().workflowId), Date.now())
    if (step.kind !== 'wait') {
      await run.carryOut(step.kind)
      if (run.ended) {
        await condition(allHandlersFinished)
        return
      }
      continue
    }
    run.next = { what: step.next, at: step.until }
    presentation.show(run, { ...run.next, pullAt: run.report().nextPullAt })
    if (run.historyIsLong() && !run.searchingBackward && allHandlersFinished()) await continueRun(run, presentation)
    await pause(run, step.until, step.next)
  }
}

async function pause(run: FeedRun, until: number | null, next: string): Promise<void> {
  run.awake = false
  if (until === null) await condition(() => run.awake)
  else await condition(() => run.awake, Math.max(until - Date.now(), 1), { summary: `until ${next}` })
}

/** What was asked and waits for its time is carried. A cancellation that comes together with this would be lost, so it is looked for last. */
async function continueRun(run: FeedRun, presentation: Presentation): Promise<never> {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled before continuing as new')
  const { state, observed, marks } = run
  const carried: Carried = { state, observed, marks, asked: run.asked(), shown: presentation.shown }
  return await continueAsNew<typeof threatFeed>({ feed: run.feed, carried })
}
