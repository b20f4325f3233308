import { setTimeout as pause } from 'node:timers/promises'
import { WorkflowFailedError } from '@temporalio/client'
import type { WorkflowHandle } from '@temporalio/client'
import { CancelledFailure } from '@temporalio/common'
import { deletedSignal, lookAgainSignal, refreshSignal, refreshUpdate } from '../../workflows/messages.ts'
import type { threatFeed } from '../../workflows/index.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import type { Crowd } from './crowd.ts'
import { ScriptedSteps } from './scripted-steps.ts'

/** What one run of random timings came to. */
export interface Flight {
  /** Runs that continued as new. */
  readonly continued: number
  /** Messages that nothing came of. */
  readonly lost: readonly string[]
}

type Run = WorkflowHandle<typeof threatFeed>

/** Messages are this many steps apart at most, so that they are spread over several runs however fast the machine is. */
const STEPS_APART = 5
/** A feed that has nothing to do makes no steps: then it is this long, and a moment in any case. Milliseconds. */
const IDLE_MS = 150
const MOMENT_MS = 10
const PATIENCE_MS = 30_000

/**
 * A feed that continues as new after every few steps, and messages that reach it at random times: signals, updates, one after the other and
 * side by side, and in the end a cancellation or a deletion, with others still in flight.
 */
export async function fly(crowd: Crowd, name: string): Promise<Flight> {
  const steps = new ScriptedSteps()
  const settings = { ...SETTINGS, continueAfterEvents: 12 + Math.floor(Math.random() * 16) }
  // No pull of its own accord: each one was asked for.
  const observed = observedFeed({ periodMs: 1e12, settings })
  steps.observed = observed
  const handle = await crowd.start(name, steps)
  const run: Run = crowd.client.workflow.getHandle<typeof threatFeed>(handle.workflowId)
  const lost: string[] = []
  const answers: Promise<void>[] = []

  const [refreshes, updates, looks] = [
    async () => {
      const pulls = steps.count('pullFeed')
      await run.signal(refreshSignal)
      answers.push(comes(`a pull for a refresh (signal after ${String(pulls)})`, lost, () => steps.count('pullFeed') > pulls))
    },
    async () => {
      const pulls = steps.count('pullFeed')
      const { outcome } = await run.executeUpdate(refreshUpdate)
      if (outcome === 'failed' || steps.count('pullFeed') <= pulls) lost.push(`a refresh (update): ${outcome}`)
    },
    async () => {
      const pullHash = `v1-${String(Math.random())}`
      steps.observed = { ...observed, pullHash }
      await run.signal(lookAgainSignal, { uid: 'uid-1' })
      answers.push(comes('a pull of a changed resource', lost, () => steps.inputs('pullFeed').some((input) => input.pullHash === steps.observed.pullHash)))
    },
  ] as const
  // An update in flight keeps a run from continuing, so there are fewer of them.
  const messages: readonly (() => Promise<void>)[] = [refreshes, refreshes, refreshes, looks, looks, looks, updates]
  for (let sent = 0; sent < 8; sent += 1) {
    const message = messages[Math.floor(Math.random() * messages.length)]
    const sending = message?.()
    if (Math.random() < 0.6) await sending
    else if (sending !== undefined) answers.push(sending)
    await someSteps(steps)
  }
  await Promise.all(answers)

  // The end, with an update and a signal beside it: the update is answered, whatever it is told.
  const last = run.executeUpdate(refreshUpdate).catch((error: unknown) => notAskedAny(error, lost))
  await someSteps(steps)
  const beside = run.signal(refreshSignal).catch(() => undefined)
  await (Math.random() < 0.5 ? cancel(run, handle, steps, lost) : remove(run, handle, steps, lost))
  await Promise.all([last, beside])
  return { continued: await timesContinued(crowd, handle.workflowId, handle.firstExecutionRunId), lost }
}

async function someSteps(steps: ScriptedSteps): Promise<void> {
  const until = steps.calls.length + Math.floor(Math.random() * (STEPS_APART + 1))
  const end = performance.now() + IDLE_MS
  while (steps.calls.length < until && performance.now() < end) await pause(2)
  await pause(Math.random() * MOMENT_MS)
}

async function timesContinued({ client }: Crowd, id: string, first: string): Promise<number> {
  for (let runId = first, times = 0; ; times += 1) {
    const { events } = await client.workflow.getHandle(id, runId).fetchHistory()
    const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
    if (next == null) return times
    runId = next
  }
}

async function cancel(run: Run, handle: Run, steps: ScriptedSteps, lost: string[]): Promise<void> {
  await run.cancel()
  const end = await handle.result().catch((error: unknown) => error)
  if (!(end instanceof WorkflowFailedError) || !(end.cause instanceof CancelledFailure)) lost.push('a cancellation: the end')
  if (steps.count('disableFeed') !== 1) lost.push('a cancellation: its disabling')
}

async function remove(run: Run, handle: Run, steps: ScriptedSteps, lost: string[]): Promise<void> {
  await run.signal(deletedSignal, { uid: 'uid-1' })
  await handle.result()
  if (steps.count('removeFeed') === 0) lost.push('a deletion')
}

/** One that comes when the run has ended is refused, which its sender is told; any other failure leaves it in the dark. */
function notAskedAny(error: unknown, lost: string[]): void {
  const text = `${String(error)} ${String((error as { cause?: unknown }).cause)}`
  if (!/not found|already completed|completed/i.test(text)) lost.push(`an answer to an update at the end: ${text.slice(0, 300)}`)
}

async function comes(what: string, lost: string[], holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!holds()) {
    if (performance.now() > end) {
      lost.push(what)
      return
    }
    await pause(5)
  }
}
