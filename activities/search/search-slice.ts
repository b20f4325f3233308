import { logKindOf } from '../../domain/feed/content.ts'
import { SEARCHED_FIELDS } from '../../domain/search/log.ts'
import { cutSpans, logsIn } from '../../domain/search/spans.ts'
import type { Span } from '../../domain/search/window.ts'
import type { LogSelection, LogStore, TakeValues } from '../ports/log-store.ts'
import type { SearchPlan } from './plan-search.ts'
import type { SearchPorts } from './search-ports.ts'
import { matchingIn, searchByDigest, searchByValues, type Portion, type Wanted } from './search-spans.ts'
import { PORTION_LOGS } from './slice-limits.ts'

export interface SlicePortion extends Portion {
  /** Milliseconds until the answers came, without what was done with them. */
  readonly measuredMs: number
}

type Ports = Pick<SearchPorts, 'logs' | 'events' | 'now' | 'clock'>

/** Searches spans as planned, in portions. Neither way holds more than a page of values or logs at a time. */
export function searchSlice(ports: Ports, wanted: Wanted, plan: SearchPlan, spans: readonly Span[], signal: AbortSignal): AsyncGenerator<SlicePortion> {
  return plan.way === 'terms' ? searchByList(ports, wanted, plan, spans, signal) : searchByPages(ports, wanted, spans, signal)
}

async function* searchByList(ports: Ports, wanted: Wanted, { list }: SearchPlan, spans: readonly Span[], signal: AbortSignal): AsyncGenerator<SlicePortion> {
  const values = [...list.hosts, ...list.ranges]
  const { logs, spentMs } = timed(ports)
  const fields = SEARCHED_FIELDS[logKindOf(wanted.content)].map((field) => ({ field, values }))
  let before = 0
  for await (const portion of searchByValues({ ...ports, logs }, wanted, spans, fields, signal)) {
    const spent = spentMs()
    yield { ...portion, measuredMs: spent - before }
    before = spent
  }
}

/** More logs match than a portion should write. */
class Crowded extends Error {
  override readonly name = 'Crowded'
}

/** All spans at once; where many logs match an eighth of them, and so on, until a portion takes seconds. */
async function* searchByPages(ports: Ports, wanted: Wanted, spans: readonly Span[], signal: AbortSignal): AsyncGenerator<SlicePortion> {
  let left = spans
  let most = logsIn(spans)
  while (left.length > 0) {
    const [portion, after] = cutSpans(left, most)
    try {
      const result = await searchPages(ports, wanted, portion, signal)
      left = after
      yield { ...result, spans: portion, left }
      if (result.hits < PORTION_LOGS / 2) most *= 2
    } catch (error) {
      if (!(error instanceof Crowded)) throw error
      most = Math.max(PORTION_LOGS, Math.floor(logsIn(portion) / 8))
    }
  }
}

/**
 * Searches the logs of each page of distinct values before the next one is asked for.
 * @throws Crowded once more logs match than a portion should write, unless there are hardly more logs than that.
 */
async function searchPages(ports: Ports, wanted: Wanted, spans: readonly Span[], signal: AbortSignal): Promise<Omit<SlicePortion, 'spans' | 'left'>> {
  const { clock } = ports
  const lost = new Set<Span>()
  let [hits, newEvents, awayMs] = [0, 0, 0]
  const add = async (portions: AsyncIterable<Portion>): Promise<void> => {
    for await (const portion of portions) {
      hits += portion.hits
      newEvents += portion.newEvents
      for (const span of portion.unreachable) lost.add(span)
      if (hits > PORTION_LOGS && logsIn(spans) > PORTION_LOGS) throw new Crowded()
    }
  }
  const take: TakeValues = async (found, within) => {
    const began = clock()
    await add(searchByValues(ports, wanted, within, await matchingIn([found], wanted.matcher, signal), signal))
    awayMs += clock() - began
  }
  const began = clock()
  const selection: LogSelection = { kind: logKindOf(wanted.content), spans, ...(wanted.notBefore === undefined ? {} : { notBefore: wanted.notBefore }) }
  const digest = await ports.logs.digest(selection, signal, take)
  const measuredMs = Math.max(0, clock() - began - awayMs)
  await add(searchByDigest(ports, wanted, spans, digest, signal))
  return { hits, newEvents, unreachable: [...lost], measuredMs }
}

/** The log store, and how long its pages of logs were waited for. */
function timed({ logs, clock }: Pick<SearchPorts, 'logs' | 'clock'>): { readonly logs: LogStore; readonly spentMs: () => number } {
  let spent = 0
  async function* find(...asked: Parameters<LogStore['find']>): ReturnType<LogStore['find']> extends AsyncIterable<infer Page> ? AsyncGenerator<Page> : never {
    let began = clock()
    for await (const page of logs.find(...asked)) {
      spent += clock() - began
      yield page
      began = clock()
    }
    spent += clock() - began
  }
  return { logs: { ...logs, find }, spentMs: () => spent }
}
