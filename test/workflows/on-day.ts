import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { onLostTask, openDay } from './time-skipping.ts'
import type { Day } from './time-skipping.ts'

type Body<A extends unknown[]> = (day: Day, ...args: A) => Promise<void>

/** Days that a test may live: all but the last may be lost by the server. */
const LIVES = 3
/** Real time, in milliseconds, in which a server whose clock is asked to skip has skipped something. */
const STILL_MS = 25_000
/** What the SDK says of a server that did not start within its five seconds, as happens on a busy machine. */
const LATE = /ephemeral server .* did not start/

/**
 * Gives the tests of a file days, one server for all until it fails them.
 *
 * The time-skipping server loses a workflow task, and with it the run, when a timer fires while the task that cancels it is being worked
 * on (github.com/temporalio/sdk-java/issues/2606): the real server takes such a task. On a slow machine that happens. It is told apart
 * from a failing test by the worker's log, or by a clock that runs no faster than the real one; the test is then lived again on a new
 * server, from its beginning. A test that fails by itself fails at once.
 */
export function days({ open = openDay, stillMs = STILL_MS } = {}): <A extends unknown[]>(body: Body<A>) => (...args: A) => Promise<void> {
  let current: Promise<Day> | null = null
  afterAll(async () => {
    await (await current)?.close()
  })

  return (body) =>
    async (...args) => {
      for (let life = 1; ; life += 1) {
        const day = await (current ??= open()).catch((error: unknown) => {
          current = null
          if (life === LIVES || !LATE.test(String(error))) throw error
          return null
        })
        if (day === null) continue
        const lost = await live(day, stillMs, () => body(day, ...args))
        if (lost === null) return
        day.abandon()
        current = null
        if (life === LIVES) throw new Error(`the time-skipping server failed ${String(LIVES)} times: ${lost}`)
        process.stderr.write(`the time-skipping server failed, the test is lived again: ${lost}\n`)
      }
    }
}

/** Runs a body to its end; resolves to what the server lost, or null. Rejects as the body does. */
async function live(day: Day, stillMs: number, body: () => Promise<void>): Promise<string | null> {
  const over = new AbortController()
  const lost = new Promise<string>((resolve) => {
    const forget = onLostTask(() => {
      resolve('a timer fired while the task that cancels it was worked on')
    })
    over.signal.addEventListener('abort', forget)
    void watchClock(day, stillMs, over.signal).then((still) => {
      if (still) resolve(`no time was skipped for ${String(stillMs / 1000)} s`)
    })
  })
  try {
    return await Promise.race([body().then(() => null), lost])
  } finally {
    over.abort()
  }
}

/** True once the server's clock ran no faster than the real one for a while; false when it was told to stop before. */
async function watchClock(day: Day, stillMs: number, signal: AbortSignal): Promise<boolean> {
  const clock = async (): Promise<number> => (await day.env.currentTimeMs()) - performance.now()
  try {
    for (let ahead = await clock(); ; ) {
      await sleep(stillMs, undefined, { signal })
      const now = await clock()
      if (now - ahead < stillMs) return true
      ahead = now
    }
  } catch {
    return false
  }
}
