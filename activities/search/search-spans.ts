import { logKindOf, type Content } from '../../domain/feed/content.ts'
import { buildEvent } from '../../domain/events/build-event.ts'
import type { SecurityEvent } from '../../domain/events/security-event.ts'
import type { FeedRating } from '../../domain/events/severity.ts'
import { hitsIn, matchingValues } from '../../domain/search/hits.ts'
import { SEARCHED_FIELDS, type FieldValues, type Hit, type LogDocument, type SearchedField } from '../../domain/search/log.ts'
import { cutSpans, logsIn, overlap } from '../../domain/search/spans.ts'
import type { Span } from '../../domain/search/window.ts'
import type { FoundLogs, LogSelection } from '../ports/log-store.ts'
import type { Digest } from './digest-cache.ts'
import type { SearchMatcher } from './matcher-cache.ts'
import type { SearchPorts } from './search-ports.ts'
import { CROWD, PORTION_LOGS } from './slice-limits.ts'

/** For whom and what is searched. */
export interface Wanted {
  readonly feedName: string
  readonly content: Content
  /** SHA-256 of the set. */
  readonly setVersion: string
  readonly matcher: SearchMatcher
  /** What the feed's annotations say of its events. */
  readonly rating?: FeedRating
  /** RFC 3339: older logs are left out. */
  readonly notBefore?: string
}

/** A part of the spans that is searched, all its events written. */
export interface Portion {
  readonly hits: number
  readonly newEvents: number
  readonly unreachable: readonly Span[]
  /** Those dealt with now, and those still to be searched. */
  readonly spans: readonly Span[]
  readonly left: readonly Span[]
}

type Ports = Pick<SearchPorts, 'logs' | 'events' | 'now'>

/**
 * Matches the distinct values of spans in memory and fetches only the logs that hold one that matched.
 * @param digest of these spans, or of more: what it could not reach is not searched.
 */
export async function* searchByDigest(ports: Ports, wanted: Wanted, spans: readonly Span[], digest: Digest, signal: AbortSignal): AsyncGenerator<Portion> {
  // The digest's spans are those of whoever made it, and may be longer or shorter than these.
  const lost = spans.filter((span) => digest.unreachable.some((unreachable) => overlap(unreachable, span)))
  const reached = spans.filter((span) => !lost.includes(span))
  if (reached.length === 0) yield { hits: 0, newEvents: 0, unreachable: lost, spans, left: [] }
  const values = await matchingIn(digest.found, wanted.matcher, signal)
  for await (const portion of searchByValues(ports, wanted, reached, values, signal)) {
    // What was not reached comes last, so that whoever stops before has it still to do.
    if (portion.left.length > 0) yield { ...portion, left: [...portion.left, ...lost] }
    else yield { ...portion, spans: [...portion.spans, ...lost], unreachable: [...portion.unreachable, ...lost] }
  }
}

/** The values that match, each field's in a list of its own: those that were guessed are confirmed all together. */
export async function matchingIn(fields: readonly FieldValues[], matcher: SearchMatcher, signal: AbortSignal): Promise<readonly FieldValues[]> {
  const matching = (among: readonly FieldValues[]) => among.map((found) => ({ field: found.field, values: matchingValues(found, matcher) }))
  const guessed = matching(fields)
  return (await matcher.settle(signal)) ? matching(guessed) : guessed
}

/**
 * Fetches the logs that hold one of these values in its field, and writes their events page by page. All spans at once, as long as few logs
 * match: then in one portion. Where they are crowded they are searched in portions that take seconds each, so that whoever has no more
 * time can stop after any of them; and where every other log matches all logs are read once and matched here, which costs less than
 * to ask for them value by value and field by field (contract Q-10).
 */
export async function* searchByValues(
  ports: Ports,
  wanted: Wanted,
  spans: readonly Span[],
  fields: readonly FieldValues[],
  signal: AbortSignal,
): AsyncGenerator<Portion> {
  let left = spans
  let most = Number.POSITIVE_INFINITY
  let every = false
  while (left.length > 0) {
    const [portion, after] = cutSpans(left, most)
    const logs = logsIn(portion)
    const result = await searchPortion(ports, wanted, portion, every ? null : fields, signal)
    if ('crowd' in result) {
      every = result.crowd >= CROWD
      most = Math.max(PORTION_LOGS, every ? 0 : Math.floor(PORTION_LOGS / result.crowd))
      continue
    }
    left = after
    yield { ...result, spans: portion, left }
    every &&= result.hits >= CROWD * logs
    if (!every && result.hits < PORTION_LOGS / 2) most = 2 * Math.max(most, logs)
  }
}

type Searched = Pick<Portion, 'hits' | 'newEvents' | 'unreachable'>

/** @returns the share of logs that match, where it is too many for one portion: some are written by then, and are found known again. */
async function searchPortion(
  ports: Ports,
  wanted: Wanted,
  spans: readonly Span[],
  fields: readonly FieldValues[] | null,
  signal: AbortSignal,
): Promise<Searched | { readonly crowd: number }> {
  const kind = logKindOf(wanted.content)
  const selection: LogSelection = { kind, spans, ...(wanted.notBefore === undefined ? {} : { notBefore: wanted.notBefore }) }
  const isLarge = logsIn(spans) > PORTION_LOGS
  const unreachable = new Set<Span>()
  let hits = 0
  let newEvents = 0
  for (const by of fields ?? [null]) {
    if (by?.values.length === 0) continue
    for await (const page of ports.logs.find(selection, by, signal)) {
      if (by !== null && isCrowded(page, isLarge)) return { crowd: page.matching / page.among }
      for (const span of page.unreachable) unreachable.add(span)
      const events = await eventsOf(page.found, by?.field ?? null, wanted, ports.now(), signal)
      hits += events.length
      if (events.length > 0) newEvents += await ports.events.write(events, signal)
    }
  }
  return { hits, newEvents, unreachable: [...unreachable] }
}

/** More than a portion should write; or so large a part of more than a page that all logs are better read as they are. */
function isCrowded({ matching, among, found }: FoundLogs, isLarge: boolean): boolean {
  return (isLarge && matching > PORTION_LOGS) || (matching > found.length && matching >= CROWD * among)
}

/**
 * One event for each log, however many of its fields match: a log that an earlier field matches was found through that one.
 * @param through the field by whose values they were found; null: all logs are read once.
 */
async function eventsOf(
  logs: readonly LogDocument[],
  through: SearchedField | null,
  { feedName, setVersion, content, matcher, rating = {} }: Wanted,
  foundAt: Date,
  signal: AbortSignal,
): Promise<readonly SecurityEvent[]> {
  const kind = logKindOf(content)
  const fields: readonly SearchedField[] = SEARCHED_FIELDS[kind]
  const hitsOf = (): readonly (readonly Hit[])[] => logs.map((log) => hitsIn(log, kind, matcher))
  const guessed = hitsOf()
  // A log may hold what no digest told: a name that the mapping does not index.
  const hits = (await matcher.settle(signal)) ? hitsOf() : guessed
  const events = hits.map(async ([first, ...more]) => {
    if (first === undefined || (through !== null && wasFoundBefore([first, ...more], fields.slice(0, fields.indexOf(through))))) return []
    return [await buildEvent({ feedName, setVersion, hits: [first, ...more], foundAt, rating })]
  })
  return (await Promise.all(events)).flat()
}

/**
 * Whether a log was found through one of the earlier fields already. By what the mapping leaves in the log alone nothing is found: where
 * some of a field's values are left out and others are not the log may come twice, and is one event all the same.
 */
function wasFoundBefore(hits: readonly Hit[], earlier: readonly SearchedField[]): boolean {
  return hits.some(({ log, field }) => earlier.includes(field) && log.unindexed?.includes(field) !== true)
}
