import type { SecurityEvent } from '../../domain/events/security-event.ts'

export interface EventStore {
  /**
   * Writes create-only after looking the ids up across the whole alias (contract E-03).
   * @returns how many were new.
   */
  write(events: readonly SecurityEvent[], signal: AbortSignal): Promise<number>
}
