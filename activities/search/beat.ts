import { heartbeat } from '@temporalio/activity'
import { beatEvery } from '../beat-every.ts'

/** A third of the shortest heartbeat timeout a search may have (30 s; workflows/steps.ts). */
const BEAT_MS = 10_000

/** Heartbeats with the newest progress while the work goes on, also through a long wait for one answer. */
export async function beating<T>(progress: () => unknown, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(progress()), beatEvery(BEAT_MS))
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
