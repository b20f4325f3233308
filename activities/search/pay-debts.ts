import { logKindOf } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { SearchForwardInput } from '../../domain/run/steps.ts'
import { debtsBySet } from '../../domain/search/debts.ts'
import { logsIn, slices } from '../../domain/search/spans.ts'
import type { Debt, Span, WindowCursor } from '../../domain/search/window.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import type { SearchMatcher } from './matcher-cache.ts'
import type { SearchPorts, SearchTools } from './search-ports.ts'
import { searchByDigest } from './search-spans.ts'
import { SLICE_LOGS } from './slice-limits.ts'
import type { Turn } from './turns.ts'

export interface Paid {
  readonly left: readonly Debt[]
  readonly hits: number
  readonly newEvents: number
  /** Logs of what is left for want of time, not of shards. */
  readonly behind: number
}

/**
 * Searches what could not be searched when it was due, with the set that was in force then (contract Q-06). What is still lost stays owed,
 * and what there is no time for.
 */
export async function payDebts(
  ports: SearchPorts,
  tools: SearchTools,
  input: SearchForwardInput,
  to: WindowCursor,
  turn: Turn,
  signal: AbortSignal,
): Promise<Paid> {
  const kind = logKindOf(input.content)
  const left: Debt[] = []
  let hits = 0
  let newEvents = 0
  let behind = 0
  for (const { set, spans } of debtsBySet(input.debts)) {
    const owe = (more: readonly Span[]): void => void left.push(...more.map((span) => ({ span, set })))
    const owed = turn.isOver() ? null : await matcherOf(tools, input, set, signal)
    for (const part of slices(spans, SLICE_LOGS)) {
      let rest: readonly Span[] = part
      if (owed !== null && !turn.isOver()) {
        const digest = await tools.digests.part({ kind, to, spans: part }, input.searchIntervalMs, signal, { ms: 0 })
        const wanted = { feedName: input.feed.name, content: input.content, setVersion: owed.set.sha256, matcher: owed.matcher, rating: input.rating ?? {} }
        for await (const portion of searchByDigest(ports, wanted, part, digest, signal)) {
          hits += portion.hits
          newEvents += portion.newEvents
          owe(portion.unreachable)
          rest = portion.left
          if (turn.isOver()) break
        }
      }
      owe(rest)
      if (turn.isOver()) behind += logsIn(rest)
    }
  }
  return { left, hits, newEvents, behind }
}

/** The set of a debt; where it is no longer in the store, the current one is nearer to the truth than never. null where there is none. */
async function matcherOf(
  tools: SearchTools,
  { content, match, set: current }: SearchForwardInput,
  set: SetRef,
  signal: AbortSignal,
): Promise<{ readonly set: SetRef; readonly matcher: SearchMatcher } | null> {
  try {
    return { set, matcher: await tools.matchers.matcher(content, set, match, signal) }
  } catch (error) {
    if (!(error instanceof FeedFailure) || error.code !== 'BlobMissing') throw error
    if (current === null || current.sha256 === set.sha256) return null
    return { set: current, matcher: await tools.matchers.matcher(content, current, match, signal) }
  }
}
