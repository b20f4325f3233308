import type { FeedFailure } from '../../domain/failure.ts'
import { connectionFailure, pullFailure } from './failures.ts'
import { durationText } from './limits.ts'

/** One attempt's clocks: the whole of it, and the phase it is in. What ends it aborts `signal`, which closes its sockets. */
export interface Attempt {
  readonly signal: AbortSignal
  /** Starts the clock of a phase in place of the one before; `null` leaves the whole attempt's alone. */
  phase(name: string | null, ms?: number): void
  /** What to throw for an error: the caller's own reason when it cancelled, else a failure that names the host and the limit. */
  failure(host: string, error: unknown): unknown
  /** Rejects as soon as the attempt ends, for work that cannot be aborted. */
  race<T>(work: Promise<T>): Promise<T>
  /** Stops the clocks. */
  end(): void
}

export function startAttempt(timeoutMs: number, outer: AbortSignal): Attempt {
  const controller = new AbortController()
  let expired: string | null = null
  const expire = (sentence: string) => {
    expired ??= sentence
    controller.abort()
  }
  const cancel = () => {
    controller.abort()
  }
  const whole = setTimeout(() => {
    expire(`the whole attempt took longer than ${durationText(timeoutMs)}`)
  }, timeoutMs)
  let clock: NodeJS.Timeout | undefined
  outer.addEventListener('abort', cancel, { once: true })
  if (outer.aborted) cancel()

  return {
    signal: controller.signal,
    phase(name, ms = 0) {
      clearTimeout(clock)
      if (name !== null) {
        clock = setTimeout(() => {
          expire(`${name} took longer than ${durationText(ms)}`)
        }, ms)
      }
    },
    failure(host, error): FeedFailure | unknown {
      if (outer.aborted) return outer.reason
      return expired === null ? connectionFailure(host, error) : pullFailure(host, expired)
    },
    race(work) {
      return new Promise((resolve, reject) => {
        const stop = () => {
          reject(new Error('the attempt has ended'))
        }
        if (controller.signal.aborted) stop()
        controller.signal.addEventListener('abort', stop, { once: true })
        work.then(resolve, reject).finally(() => {
          controller.signal.removeEventListener('abort', stop)
        })
      })
    },
    end() {
      clearTimeout(whole)
      clearTimeout(clock)
      outer.removeEventListener('abort', cancel)
    },
  }
}
