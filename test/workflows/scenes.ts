import { freshState, type FeedState } from '../../domain/run/state.ts'
import { deletedSignal, lookAgainSignal } from '../../workflows/messages.ts'
import { adopted } from '../domain/run/run-view.ts'
import type { ScriptedSteps } from './scripted-steps.ts'
import type { FeedHandle } from './time-skipping.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** A set is adopted and reported. */
export const settled = (steps: ScriptedSteps) => (): boolean => steps.saved?.version !== null && steps.saved !== null

export async function endByDeletion(handle: FeedHandle): Promise<void> {
  await handle.signal(deletedSignal, { uid: 'uid-1' })
  await handle.result()
}

export async function look(handle: FeedHandle): Promise<void> {
  await handle.signal(lookAgainSignal, { uid: 'uid-1' })
}

/** What an earlier run knew of its feed, which it pulled and reported last at `at`: milliseconds since the epoch. */
export function knownBefore(at: number, more: Partial<FeedState> = {}): FeedState {
  const times = { attemptedPullHash: 'v1-pull', lastAttemptAt: at, lastSyncAt: at }
  return { ...freshState('uid-1'), version: adopted('set-a'), cursor: { number: 7, id: 'w7' }, ...times, ...more }
}

/** Sizes in bytes of every payload anywhere in an event. */
export function payloadsOf(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return []
  if (value instanceof Uint8Array) return []
  const own = 'data' in value && value.data instanceof Uint8Array && 'metadata' in value ? [value.data.length] : []
  return [...own, ...Object.values(value).flatMap(payloadsOf)]
}
