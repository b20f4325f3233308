import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 120_000
const AGAIN_MS = 300

/** Asks a server again that has just come back, until it answers. */
export async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(AGAIN_MS)
    }
  }
}
