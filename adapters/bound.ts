export interface Bound {
  /** Aborted with the caller's reason, or when the time is over. */
  readonly signal: AbortSignal
  /** Call it when the work is done: nothing is left behind on the caller's signal, which may live for a day. */
  release(): void
}

/**
 * A signal for one call. `AbortSignal.any` would do but for what it leaves: some Node 20 releases keep an entry for each call on the
 * caller's signal, and clients that never take their listener off keep the whole call.
 */
export function bind(caller: AbortSignal, timeoutMs: number): Bound {
  const own = new AbortController()
  const follow = (): void => {
    own.abort(caller.reason)
  }
  const timer = setTimeout(() => {
    own.abort(new DOMException('the time is over', 'TimeoutError'))
  }, timeoutMs)
  if (caller.aborted) follow()
  else caller.addEventListener('abort', follow, { once: true })
  return {
    signal: own.signal,
    release() {
      clearTimeout(timer)
      caller.removeEventListener('abort', follow)
    },
  }
}
