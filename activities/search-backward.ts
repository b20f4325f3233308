import { activityInfo, cancellationSignal } from '@temporalio/activity'
import { logKindOf } from '../domain/feed/content.ts'
import { FeedFailure } from '../domain/failure.ts'
import type { FeedSteps, SearchBackwardInput, SearchCost } from '../domain/run/steps.ts'
import { calibrated } from '../domain/search/calibration.ts'
import { estimate, hitsCost } from '../domain/search/planner.ts'
import { afterSlice, decodePosition, encodePosition, nextTurn, spansAhead, type Position } from '../domain/search/position.ts'
import { logsIn, slices } from '../domain/search/spans.ts'
import type { LogWindow, Span } from '../domain/search/window.ts'
import { planSearch, type SearchPlan } from './search/plan-search.ts'
import { beating } from './search/beat.ts'
import { createSearchTools, type SearchPorts, type SearchTools } from './search/search-ports.ts'
import { searchSlice, type SlicePortion } from './search/search-slice.ts'
import { ADDRESSES_SLICE_LOGS, BACKWARD_SLICE_MS, SLICE_LOGS, TERMS_SLICE_LOGS } from './search/slice-limits.ts'
import type { Wanted } from './search/search-spans.ts'

/** What a slice has done so far, in its heartbeats. */
interface Progress {
  readonly position: Position
  readonly hits: number
  readonly newEvents: number
}

/**
 * Searches the logs up to a window for the members that are owed to them (contract Q-07), for about a minute, and says where to go on.
 * Shards that cannot be reached are tried again once all others are searched. Where as many feeds are searched for as may be at once it
 * does nothing and says so: slots for steps are for what is due now, too.
 * @throws FeedFailure `SearchFailed` when only such shards are left and none of them is back.
 */
export function createSearchBackward(ports: SearchPorts, tools: SearchTools = createSearchTools(ports)): FeedSteps['searchBackward'] {
  return async (input) => {
    const signal = cancellationSignal()
    const details: unknown = activityInfo().heartbeatDetails
    let progress: Progress = resumed(details) ?? { position: decodePosition(input.position), hits: 0, newEvents: 0 }
    const encoded = () => ({ ...progress, position: encodePosition(progress.position) })
    if (!tools.backwardPlaces.take()) return { ...encoded(), waits: true }
    return beating(
      encoded,
      async () => {
        const window = await boundary(ports, input, signal)
        const ahead = window === null || input.lookbackMs === 0 ? [] : spansAhead(window.points, progress.position)
        const plan = await planSearch(ports, tools, input, logsIn(ahead), signal)
        const wanted = {
          feedName: input.feed.name,
          content: input.content,
          setVersion: input.owed.sha256,
          rating: input.rating ?? {},
          matcher: await tools.matchers.matcher(input.content, input.owed, input.match, signal),
          notBefore: new Date(ports.now().getTime() - input.lookbackMs).toISOString(),
        }
        const until = ports.clock() + BACKWARD_SLICE_MS
        let measuredMs = 0
        for await (const portion of searchAll(ports, wanted, plan, slices(ahead, sliceLogs(input, plan)), signal)) {
          measuredMs += portion.measuredMs
          calibrate(tools, input, plan, portion)
          progress = {
            position: afterSlice(progress.position, portion.spans, portion.unreachable),
            hits: progress.hits + portion.hits,
            newEvents: progress.newEvents + portion.newEvents,
          }
          if (ports.clock() >= until) break
        }
        const isDone = window === null || ahead.length === 0 || spansAhead(window.points, progress.position).length === 0
        const position = isDone ? next(progress.position) : encodePosition(progress.position)
        return { ...progress, position, cost: costOf(plan, measuredMs) }
      },
    ).finally(() => tools.backwardPlaces.give())
  }
}

/** Where to go on once nothing lies ahead; null at the end. */
function next(position: Position): string | null {
  const turn = nextTurn(position)
  if (turn === null) return null
  if (position.passed && turn.left.length === position.left.length) {
    throw new FeedFailure('SearchFailed', 'wait', `${turn.left.length} shards of older logs cannot be searched now: they are closed or lost`)
  }
  return encodePosition(turn)
}

/** Slice by slice, each in as many portions as its hits need. */
async function* searchAll(ports: SearchPorts, wanted: Wanted, plan: SearchPlan, parts: readonly (readonly Span[])[], signal: AbortSignal): AsyncGenerator<SlicePortion> {
  for (const spans of parts) yield* searchSlice(ports, wanted, plan, spans, signal)
}

function sliceLogs({ content }: SearchBackwardInput, plan: SearchPlan): number {
  if (plan.way === 'terms') return TERMS_SLICE_LOGS
  return content === 'IPSet' ? ADDRESSES_SLICE_LOGS : SLICE_LOGS
}

/** Names have one way only: what they cost says nothing of addresses. */
function calibrate(tools: SearchTools, { content }: SearchBackwardInput, plan: SearchPlan, { spans, hits, measuredMs, unreachable }: SlicePortion): void {
  if (content !== 'IPSet' || unreachable.length > 0) return
  const { way, members } = plan
  const expectedMs = estimate(way, { logs: logsIn(spans), ...members }) + (way === 'terms' ? hitsCost(hits) : 0)
  tools.calibration.current = calibrated(tools.calibration.current, way, { expectedMs, measuredMs })
}

function costOf({ way, estimatedMs, otherMs }: SearchPlan, measuredMs: number): SearchCost {
  return { way, estimatedMs: Math.round(estimatedMs), ...(otherMs === null ? {} : { otherMs: Math.round(otherMs) }), measuredMs: Math.round(measuredMs) }
}

/** The window that bounds the search; where it is no longer kept the newest one, which holds all that it held. */
async function boundary(ports: SearchPorts, { content, upTo }: SearchBackwardInput, signal: AbortSignal): Promise<LogWindow | null> {
  const kind = logKindOf(content)
  const window = await ports.windows.read(kind, upTo.number, signal)
  return window?.id === upTo.id ? window : ports.windows.newest(kind, signal)
}

function resumed(details: unknown): Progress | null {
  if (typeof details !== 'object' || details === null || !('position' in details && 'hits' in details && 'newEvents' in details)) return null
  const { position, hits, newEvents } = details
  if (typeof position !== 'string' || typeof hits !== 'number' || typeof newEvents !== 'number') return null
  return { position: decodePosition(position), hits, newEvents }
}
