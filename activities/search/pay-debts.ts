import { logKindOf } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { SearchForwardInput } from '../../domain/run/steps.ts'
import { debtsBySet } from '../../domain/search/debts.ts'
import { slices } from '../../domain/search/spans.ts'
import type { Debt, WindowCursor } from '../../domain/search/window.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import type { SearchMatcher } from './matcher-cache.ts'
import type { SearchPorts, SearchTools } from './search-ports.ts'
import { searchByDigest } from './search-spans.ts'
import { SLICE_LOGS } from './slice-limits.ts'

export interface Paid {
  readonly left: readonly Debt[]
  readonly hits: number
  readonly newEvents: number
}

/** Searches what could not be searched when it was due, with the set that was in force then (contract Q-06). What is still lost stays owed. */
export async function payDebts(ports: SearchPorts, tools: SearchTools, input: SearchForwardInput, to: WindowCursor, signal: AbortSignal): Promise<Paid> {
  const kind = logKindOf(input.content)
  const left: Debt[] = []
  let hits = 0
  let newEvents = 0
  for (const { set, spans } of debtsBySet(input.debts)) {
    const owed = await matcherOf(tools, input, set, signal)
    if (owed === null) {
      left.push(...spans.map((span) => ({ span, set })))
      continue
    }
    for (const part of slices(spans, SLICE_LOGS)) {
      const digest = await tools.digests.part({ kind, to, spans: part }, input.searchIntervalMs, signal, { ms: 0 })
      const wanted = { feedName: input.feed.name, content: input.content, setVersion: owed.set.sha256, matcher: owed.matcher, rating: input.rating ?? {} }
      const result = await searchByDigest(ports, wanted, part, digest, signal)
      hits += result.hits
      newEvents += result.newEvents
      left.push(...result.unreachable.map((span) => ({ span, set })))
    }
  }
  return { left, hits, newEvents }
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
