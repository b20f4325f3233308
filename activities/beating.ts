import { Context } from '@temporalio/activity'
import { beatEvery } from './beat-every.ts'

/** A sixth of the shortest heartbeat timeout of a step (30 s, workflows/steps.ts): a few may be late. */
const BEAT_MS = 5_000

/** Runs a step's work with its cancellation, heartbeating until it ends. */
export async function beating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current()
  context.heartbeat()
  const timer = setInterval(() => context.heartbeat(), beatEvery(BEAT_MS))
  try {
    return await work(context.cancellationSignal)
  } finally {
    clearInterval(timer)
  }
}
