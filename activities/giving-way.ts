import type { GiveWay } from '../domain/formats/give-way.ts'

/** How long a step may hold the thread that all steps, their heartbeats and their cancellations share. */
const STRETCH_MS = 50

/**
 * For a long computation of a step: lets timers and I/O in when it has held the thread for 50 ms, and ends it when it is cancelled.
 * @throws the signal's reason
 */
export function givingWay(signal: AbortSignal): GiveWay {
  let since = performance.now()
  return async () => {
    signal.throwIfAborted()
    if (performance.now() - since < STRETCH_MS) return
    await new Promise((resolve) => setTimeout(resolve, 0))
    since = performance.now()
    signal.throwIfAborted()
  }
}
