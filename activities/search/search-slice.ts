import { logKindOf } from '../../domain/feed/content.ts'
import { SEARCHED_FIELDS } from '../../domain/search/log.ts'
import type { Span } from '../../domain/search/window.ts'
import type { LogSelection, LogStore, TakeValues } from '../ports/log-store.ts'
import type { SearchPlan } from './plan-search.ts'
import type { SearchPorts } from './search-ports.ts'
import { matchingIn, searchByDigest, searchByValues, type SpansResult, type Wanted } from './search-spans.ts'

export interface SliceResult extends SpansResult {
  /** Milliseconds until the answers came, without what was done with them. */
  readonly measuredMs: number
}

type Ports = Pick<SearchPorts, 'logs' | 'events' | 'now' | 'clock'>

/** Searches spans as planned. Neither way holds more than a page of values or logs at a time. */
export async function searchSlice(ports: Ports, wanted: Wanted, plan: SearchPlan, spans: readonly Span[], signal: AbortSignal): Promise<SliceResult> {
  return plan.way === 'terms' ? searchByList(ports, wanted, plan, spans, signal) : searchByPages(ports, wanted, spans, signal)
}

async function searchByList(ports: Ports, wanted: Wanted, { list }: SearchPlan, spans: readonly Span[], signal: AbortSignal): Promise<SliceResult> {
  const values = [...list.hosts, ...list.ranges]
  const { logs, spentMs } = timed(ports)
  const result = await searchByValues({ ...ports, logs }, wanted, spans, SEARCHED_FIELDS[logKindOf(wanted.content)].map((field) => ({ field, values })), signal)
  return { ...result, measuredMs: spentMs() }
}

/** Searches the logs of each page of distinct values before the next one is asked for. */
async function searchByPages(ports: Ports, wanted: Wanted, spans: readonly Span[], signal: AbortSignal): Promise<SliceResult> {
  const { clock } = ports
  const lost = new Set<Span>()
  let [hits, newEvents, awayMs] = [0, 0, 0]
  const take: TakeValues = async (found, within) => {
    const began = clock()
    const result = await searchByValues(ports, wanted, within, await matchingIn([found], wanted.matcher, signal), signal)
    hits += result.hits
    newEvents += result.newEvents
    for (const span of result.unreachable) lost.add(span)
    awayMs += clock() - began
  }
  const began = clock()
  const selection: LogSelection = { kind: logKindOf(wanted.content), spans, ...(wanted.notBefore === undefined ? {} : { notBefore: wanted.notBefore }) }
  const digest = await ports.logs.digest(selection, signal, take)
  const measuredMs = Math.max(0, clock() - began - awayMs)
  const rest = await searchByDigest(ports, wanted, spans, digest, signal)
  for (const span of rest.unreachable) lost.add(span)
  return { hits: hits + rest.hits, newEvents: newEvents + rest.newEvents, unreachable: [...lost], measuredMs }
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
