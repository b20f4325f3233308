import { deletedSignal, lookAgainSignal } from '../../workflows/messages.ts'
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

/** Sizes in bytes of every payload anywhere in an event. */
export function payloadsOf(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return []
  if (value instanceof Uint8Array) return []
  const own = 'data' in value && value.data instanceof Uint8Array && 'metadata' in value ? [value.data.length] : []
  return [...own, ...Object.values(value).flatMap(payloadsOf)]
}
