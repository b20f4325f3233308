import { activityInfo } from '@temporalio/activity'

/**
 * Milliseconds between two heartbeats of the step this runs in: at least three come within its heartbeat timeout, however short.
 * @param most where the timeout is as long as workflows/steps.ts has it.
 */
export function beatEvery(most: number): number {
  const { heartbeatTimeoutMs = 0 } = activityInfo()
  return heartbeatTimeoutMs === 0 ? most : Math.min(most, heartbeatTimeoutMs / 3)
}
