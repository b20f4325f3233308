import { activityInfo, cancellationSignal } from '@temporalio/activity'
import { logKindOf } from '../domain/feed/content.ts'
import { FeedFailure } from '../domain/failure.ts'
import type { SearchForwardInput, FeedSteps, SearchCost } from '../domain/run/steps.ts'
import { addDebts, MAX_DEBTS } from '../domain/search/debts.ts'
import { estimate } from '../domain/search/planner.ts'
import { logsIn, slices, spansBetween } from '../domain/search/spans.ts'
import { restartFrom } from '../domain/search/window-id.ts'
import type { LogWindow, Span, WindowCursor } from '../domain/search/window.ts'
import { beating } from './search/beat.ts'
import { isForwardProgress, type ForwardProgress } from './search/forward-progress.ts'
import { payDebts } from './search/pay-debts.ts'
import { createSearchTools, type SearchPorts, type SearchTools } from './search/search-ports.ts'
import { searchByDigest } from './search/search-spans.ts'
import { FORWARD_TURN, SLICE_LOGS } from './search/slice-limits.ts'
import { beginTurn, type Turn } from './search/turns.ts'

/**
 * Searches what arrived since a feed's cursor, up to the newest window, and pays the debts it can (contract Q-06).
 * Shards that cannot be reached come back as debts while the rest advances, and so does what there was no time for: logs of which more
 * match than can be written in two minutes (contract Q-10). The caller says so.
 * @throws FeedFailure `SearchFailed` when nothing could be searched: the cursor stays, and nothing is lost.
 */
export function createSearchForward(ports: SearchPorts, tools: SearchTools = createSearchTools(ports)): FeedSteps['searchForward'] {
  return async (input) => {
    const signal = cancellationSignal()
    const startedAt = ports.now().getTime()
    const details: unknown = activityInfo().heartbeatDetails
    let progress: ForwardProgress | null = isForwardProgress(details) ? details : null
    const turn = beginTurn(tools.forwardPlaces, FORWARD_TURN, ports.clock)
    return beating(
      () => progress,
      async () => {
        const spent: Spent = { logs: 0, ms: 0 }
        const advanced = await advance(ports, tools, input, progress, turn, (made) => (progress = made), spent, signal)
        progress = advanced.progress
        const paid = await payDebts(ports, tools, input, progress.to, turn, signal)
        const debts = addDebts(paid.left, [...progress.unreachable, ...advanced.left], input.set)
        if (debts === null) {
          throw new FeedFailure('SearchFailed', 'wait', `More than ${MAX_DEBTS} spans of logs cannot be searched now: their shards are closed or lost`)
        }
        return {
          cursor: progress.to,
          debts,
          startedAt,
          hits: progress.hits + paid.hits,
          newEvents: progress.newEvents + paid.newEvents,
          behind: logsIn(advanced.left) + paid.behind,
          unsearchable: await tools.unsearchable.why(logKindOf(input.content), progress.to, input.searchIntervalMs, signal),
          ...(spent.logs === 0 ? {} : { cost: costOf(spent) }),
        }
      },
    ).finally(() => turn.end())
  }
}

/** Logs whose digests were asked for, and the milliseconds until those came that no other feed had asked for. */
interface Spent {
  logs: number
  ms: number
}

/** The digest serves all feeds, so that a list cannot cost less but for the first of them (docs/performance.md, "Searching"). */
function costOf({ logs, ms }: Spent): SearchCost {
  return { way: 'digest', estimatedMs: Math.round(estimate('digest', { logs, hosts: 0, ranges: 0 })), measuredMs: Math.round(ms) }
}

interface Advanced {
  readonly progress: ForwardProgress
  /** What there was no time for. */
  readonly left: readonly Span[]
}

/** Searches from the cursor to the newest window, slice by slice. */
async function advance(
  ports: SearchPorts,
  tools: SearchTools,
  input: SearchForwardInput,
  resumed: ForwardProgress | null,
  turn: Turn,
  report: (progress: ForwardProgress) => void,
  spent: Spent,
  signal: AbortSignal,
): Promise<Advanced> {
  const { set, cursor, content, match, feed, rating = {} } = input
  const kind = logKindOf(content)
  const again = resumed === null ? null : await sameWindow(ports, kind, resumed.to, signal)
  const to = again ?? (await tools.cutter.current({ kind, intervalMs: input.searchIntervalMs, fresh: input.fresh, cursor }, signal))
  const end: WindowCursor = { number: to.number, id: to.id }
  const nothing: ForwardProgress = { to: end, from: null, done: 0, hits: 0, newEvents: 0, unreachable: [] }
  if (set === null || cursor === null) return { progress: nothing, left: [] }

  const from = await startOf(ports, cursor, to, signal)
  const fresh: ForwardProgress = { ...nothing, from: from?.id ?? null }
  // Slices are the same only between the same two windows.
  let progress = resumed !== null && again !== null && resumed.from === fresh.from ? resumed : fresh
  const parts = slices(spansBetween(from?.points ?? null, to.points), SLICE_LOGS)
  for (const [number, spans] of parts.entries()) {
    if (number < progress.done) continue
    const matcher = await tools.matchers.matcher(content, set, match, signal)
    const digest = await (parts.length === 1
      ? tools.digests.between({ from, to }, input.searchIntervalMs, signal, spent)
      : tools.digests.part({ kind, to, spans }, input.searchIntervalMs, signal, spent))
    spent.logs += logsIn(spans)
    const wanted = { feedName: feed.name, content, setVersion: set.sha256, matcher, rating }
    for await (const portion of searchByDigest(ports, wanted, progress.rest ?? spans, digest, signal)) {
      progress = {
        ...progress,
        rest: portion.left,
        hits: progress.hits + portion.hits,
        newEvents: progress.newEvents + portion.newEvents,
        unreachable: [...progress.unreachable, ...portion.unreachable],
      }
      report(progress)
      const left = [...portion.left, ...parts.slice(number + 1).flat()]
      // What a run's state cannot hold is searched to its end.
      if (left.length > 0 && turn.isOver() && addDebts(input.debts, [...progress.unreachable, ...left], set) !== null) return { progress, left }
    }
    progress = { ...progress, done: number + 1, rest: null }
    report(progress)
  }
  return { progress, left: [] }
}

async function sameWindow(ports: SearchPorts, kind: LogWindow['kind'], cursor: WindowCursor, signal: AbortSignal): Promise<LogWindow | null> {
  const window = await ports.windows.read(kind, cursor.number, signal)
  return window?.id === cursor.id ? window : null
}

/**
 * The window a feed goes on from; null for the beginning of everything. A window that was thinned has older neighbours. A cursor that
 * is ahead of the newest window, or whose number another window bears, is of windows that were lost: any kept one may have been cut later.
 */
async function startOf(ports: SearchPorts, cursor: WindowCursor, to: LogWindow, signal: AbortSignal): Promise<LogWindow | null> {
  if (cursor.number === to.number && cursor.id === to.id) return to
  if (cursor.number >= to.number) return null
  const kept = await ports.windows.read(to.kind, cursor.number, signal)
  if (kept !== null) return kept.id === cursor.id ? kept : null
  return restartFrom(cursor, await ports.windows.older(to.kind, cursor.number, signal))
}
