import { logKindOf, type Content } from '../../domain/feed/content.ts'
import { buildEvent } from '../../domain/events/build-event.ts'
import type { SecurityEvent } from '../../domain/events/security-event.ts'
import type { FeedRating } from '../../domain/events/severity.ts'
import { hitsIn, matchingValues } from '../../domain/search/hits.ts'
import { SEARCHED_FIELDS, type FieldValues, type Hit, type LogDocument, type SearchedField } from '../../domain/search/log.ts'
import { overlap } from '../../domain/search/spans.ts'
import type { Span } from '../../domain/search/window.ts'
import type { LogSelection } from '../ports/log-store.ts'
import type { Digest } from './digest-cache.ts'
import type { SearchMatcher } from './matcher-cache.ts'
import type { SearchPorts } from './search-ports.ts'

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

export interface SpansResult {
  readonly hits: number
  readonly newEvents: number
  readonly unreachable: readonly Span[]
}

type Ports = Pick<SearchPorts, 'logs' | 'events' | 'now'>

/** Matches the distinct values of spans in memory and fetches only the logs that hold one that matched. */
export async function searchByDigest(ports: Ports, wanted: Wanted, spans: readonly Span[], digest: Digest, signal: AbortSignal): Promise<SpansResult> {
  const values = await matchingIn(digest.found, wanted.matcher, signal)
  // The digest's spans are those of whoever made it, and may be longer or shorter than these.
  const lost = spans.filter((span) => digest.unreachable.some((unreachable) => overlap(unreachable, span)))
  const result = await searchByValues(ports, wanted, spans.filter((span) => !lost.includes(span)), values, signal)
  return { ...result, unreachable: [...lost, ...result.unreachable] }
}

/** The values that match, each field's in a list of its own: those that were guessed are confirmed all together. */
export async function matchingIn(fields: readonly FieldValues[], matcher: SearchMatcher, signal: AbortSignal): Promise<readonly FieldValues[]> {
  const matching = (among: readonly FieldValues[]) => among.map((found) => ({ field: found.field, values: matchingValues(found, matcher) }))
  const guessed = matching(fields)
  return (await matcher.settle(signal)) ? matching(guessed) : guessed
}

/** Fetches the logs that hold one of these values in its field, and writes their events page by page. */
export async function searchByValues(
  ports: Ports,
  wanted: Wanted,
  spans: readonly Span[],
  fields: readonly FieldValues[],
  signal: AbortSignal,
): Promise<SpansResult> {
  const kind = logKindOf(wanted.content)
  const selection: LogSelection = { kind, spans, ...(wanted.notBefore === undefined ? {} : { notBefore: wanted.notBefore }) }
  const unreachable = new Set<Span>()
  let hits = 0
  let newEvents = 0
  for (const { field, values } of fields) {
    if (values.length === 0 || spans.length === 0) continue
    for await (const page of ports.logs.find(selection, field, values, signal)) {
      for (const span of page.unreachable) unreachable.add(span)
      const events = await eventsOf(page.found, field, wanted, ports.now(), signal)
      hits += events.length
      if (events.length > 0) newEvents += await ports.events.write(events, signal)
    }
  }
  return { hits, newEvents, unreachable: [...unreachable] }
}

/** One event for each log, however many of its fields match: a log that an earlier field matches was found through that one. */
async function eventsOf(
  logs: readonly LogDocument[],
  through: SearchedField,
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
    if (first === undefined || fields.indexOf(first.field) < fields.indexOf(through)) return []
    return [await buildEvent({ feedName, setVersion, hits: [first, ...more], foundAt, rating })]
  })
  return (await Promise.all(events)).flat()
}
