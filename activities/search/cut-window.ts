import type { LogKind } from '../../domain/feed/content.ts'
import { nextPoints } from '../../domain/search/cut.ts'
import { chainOf, windowId } from '../../domain/search/window-id.ts'
import type { LogWindow, WindowCursor } from '../../domain/search/window.ts'
import type { LogStore } from '../ports/log-store.ts'
import type { WindowStore } from '../ports/window-store.ts'
import { untilAborted } from './abort.ts'

/** Four requests of milliseconds each, a refresh under load being the slowest; each has a limit of its own below this. */
const CUT_TIMEOUT_MS = 120_000
/** Windows outlive the logs they point into: the default retention (contract Q-07). */
const KEPT_MS = 8 * 24 * 60 * 60_000
/** About once an hour at one window a minute. */
const PRUNE_EVERY = 64

export interface WindowCutterPorts {
  readonly windows: WindowStore
  readonly logs: Pick<LogStore, 'checkpoints' | 'refresh'>
  /** Milliseconds that never go back. */
  readonly clock: () => number
  readonly now: () => Date
  /** A few random characters. */
  readonly random: () => string
}

export interface CutAsk {
  readonly kind: LogKind
  /** Cut when this worker has seen the newest window for so long. */
  readonly intervalMs: number
  /** Cut in any case, after this call. */
  readonly fresh: boolean
  /** Where the asker stands: one that is ahead of the newest window knows of windows that were lost. */
  readonly cursor: WindowCursor | null
}

export interface WindowCutter {
  /** The newest window, cut anew when it is time. @throws FeedFailure `SearchFailed` or `StoreFailed` */
  current(ask: CutAsk, signal: AbortSignal): Promise<LogWindow>
}

/** Cuts the windows of a cluster's logs; all feeds of a worker share one cutter, so that a window is cut once for all of them. */
export function createWindowCutter(ports: WindowCutterPorts): WindowCutter {
  const seen = new Map<LogKind, { readonly id: string; readonly number: number; readonly at: number }>()
  const running = new Map<LogKind, Promise<LogWindow>>()
  const queued = new Map<LogKind, Promise<LogWindow>>()

  /** Where this worker first saw the newest window: `cutAt` is another machine's clock. */
  function notice(window: LogWindow): void {
    if (seen.get(window.kind)?.id !== window.id) seen.set(window.kind, { id: window.id, number: window.number, at: ports.clock() })
  }

  /** One cut at a time, and the next for all who asked during it: theirs reads the checkpoints after they asked. */
  function cutNext(kind: LogKind, lost: boolean): Promise<LogWindow> {
    const next = queued.get(kind) ?? cutAfter(running.get(kind), kind, lost)
    queued.set(kind, next)
    return next
  }

  async function cutAfter(before: Promise<LogWindow> | undefined, kind: LogKind, lost: boolean): Promise<LogWindow> {
    // Whoever waited for that one hears of its failure.
    await before?.catch(() => undefined)
    const cut = cutOnce(ports, kind, lost, AbortSignal.timeout(CUT_TIMEOUT_MS))
    queued.delete(kind)
    running.set(kind, cut)
    try {
      return await cut
    } finally {
      if (running.get(kind) === cut) running.delete(kind)
    }
  }

  return {
    async current({ kind, intervalMs, fresh, cursor }, signal) {
      // Windows that are gone, or were restored from yesterday, are another chain from here on, whoever notices.
      const known = Math.max(cursor?.number ?? 0, seen.get(kind)?.number ?? 0)
      const newest = await ports.windows.newest(kind, signal)
      const lost = known > (newest?.number ?? 0)
      if (newest !== null) notice(newest)
      const age = ports.clock() - (seen.get(kind)?.at ?? ports.clock())
      if (newest !== null && !fresh && !lost && age < intervalMs) return newest
      const shared = fresh || lost ? undefined : running.get(kind)
      const window = await untilAborted(shared ?? cutNext(kind, lost), signal)
      notice(window)
      return window
    },
  }
}

/**
 * The order is what makes windows exact: (0) the newest by a realtime read, (1) the primaries' global checkpoints, (2) a refresh, so
 * that everything up to them can be found, (3) the next number, create-only. Whoever loses takes the winner's.
 */
async function cutOnce(ports: WindowCutterPorts, kind: LogKind, lost: boolean, signal: AbortSignal): Promise<LogWindow> {
  const newest = await ports.windows.newest(kind, signal)
  const read = await ports.logs.refresh(kind, await ports.logs.checkpoints(kind, signal), signal)
  const chain = newest === null || lost ? ports.random() : chainOf(newest.id)
  const window: LogWindow = {
    kind,
    number: (newest?.number ?? 0) + 1,
    id: windowId(chain, ports.random()),
    cutAt: ports.now().toISOString(),
    points: nextPoints(newest?.points ?? [], read),
  }
  if (!(await ports.windows.create(window, signal))) {
    const winner = await ports.windows.read(kind, window.number, signal)
    // Gone already: another worker runs far ahead of this one, and its newest will do.
    return winner ?? cutOnce(ports, kind, lost, signal)
  }
  // Housekeeping: what it fails to remove now it removes an hour later.
  if (window.number % PRUNE_EVERY === 0) await ports.windows.prune(kind, new Date(ports.now().getTime() - KEPT_MS), signal).catch(() => undefined)
  return window
}
