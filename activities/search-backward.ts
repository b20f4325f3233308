import { activityInfo, cancellationSignal } from '@temporalio/activity'
import { logKindOf } from '../domain/feed/content.ts'
import { FeedFailure } from '../domain/failure.ts'
import type { FeedSteps, SearchBackwardInput, SearchCost } from '../domain/run/steps.ts'
import { calibrated } from '../domain/search/calibration.ts'
import { estimate, hitsCost } from '../domain/search/planner.ts'
import { afterSlice, decodePosition, encodePosition, shardOf, spansAhead, type Position } from '../domain/search/position.ts'
import { logsIn, slices } from '../domain/search/spans.ts'
import type { LogWindow, Span } from '../domain/search/window.ts'
import { planSearch, type SearchPlan } from './search/plan-search.ts'
import { beating } from './search/beat.ts'
import { createSearchTools, type SearchPorts, type SearchTools } from './search/search-ports.ts'
import { searchSlice, type SliceResult } from './search/search-slice.ts'
import { ADDRESSES_SLICE_LOGS, BACKWARD_SLICE_MS, SLICE_LOGS, TERMS_SLICE_LOGS } from './search/slice-limits.ts'

/** What a slice has done so far, in its heartbeats. */
interface Progress {
  readonly position: Position
  readonly hits: number
  readonly newEvents: number
}

/**
 * Searches the logs up to a window for the members that are owed to them (contract Q-07), for about a minute, and says where to go on.
 * Shards that cannot be reached are tried again once all others are searched.
 * @throws FeedFailure `SearchFailed` when only such shards are left and none of them is back.
 */
export function createSearchBackward(ports: SearchPorts, tools: SearchTools = createSearchTools(ports)): FeedSteps['searchBackward'] {
  return async (input) => {
    const signal = cancellationSignal()
    const details: unknown = activityInfo().heartbeatDetails
    let progress: Progress = resumed(details) ?? { position: decodePosition(input.position), hits: 0, newEvents: 0 }
    return beating(
      () => ({ ...progress, position: encodePosition(progress.position) }),
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
        const lost: Span[] = []
        let searched = 0
        const parts = slices(ahead, sliceLogs(input, plan))
        let measuredMs = 0
        for (const spans of parts) {
          if (searched > 0 && ports.clock() >= until) break
          const result = await searchSlice(ports, wanted, plan, spans, signal)
          measuredMs += result.measuredMs
          calibrate(tools, input, plan, logsIn(spans), result)
          lost.push(...result.unreachable)
          searched++
          progress = {
            position: progress.position.passed ? progress.position : afterSlice(progress.position, spans, result.unreachable),
            hits: progress.hits + result.hits,
            newEvents: progress.newEvents + result.newEvents,
          }
        }
        const left = parts.slice(searched).flat()
        return { position: next(progress.position, left, lost, ahead), hits: progress.hits, newEvents: progress.newEvents, cost: costOf(plan, measuredMs) }
      },
    )
  }
}

/** Where to go on; null at the end. */
function next(position: Position, left: readonly Span[], lost: readonly Span[], ahead: readonly Span[]): string | null {
  if (!position.passed) {
    if (left.length > 0) return encodePosition(position)
    return position.left.length === 0 ? null : encodePosition({ ...position, passed: true })
  }
  const remaining = [...new Set([...left, ...lost].map(shardOf))]
  if (remaining.length === 0) return null
  if (remaining.length === new Set(ahead.map(shardOf)).size) {
    throw new FeedFailure('SearchFailed', 'wait', `${remaining.length} shards of older logs cannot be searched now: they are closed or lost`)
  }
  return encodePosition({ ...position, left: remaining })
}

function sliceLogs({ content }: SearchBackwardInput, plan: SearchPlan): number {
  if (plan.way === 'terms') return TERMS_SLICE_LOGS
  return content === 'IPSet' ? ADDRESSES_SLICE_LOGS : SLICE_LOGS
}

/** Names have one way only: what they cost says nothing of addresses. */
function calibrate(tools: SearchTools, { content }: SearchBackwardInput, plan: SearchPlan, logs: number, { hits, measuredMs, unreachable }: SliceResult): void {
  if (content !== 'IPSet' || unreachable.length > 0) return
  const { way, members } = plan
  const expectedMs = estimate(way, { logs, ...members }) + (way === 'terms' ? hitsCost(hits) : 0)
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
