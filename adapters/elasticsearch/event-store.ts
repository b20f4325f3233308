import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, estypes } from '@elastic/elasticsearch'
import type { EventStore } from '../../activities/ports/event-store.ts'
import type { SecurityEvent } from '../../domain/events/security-event.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { ask, errorText, statusOf } from './client.ts'
import { eventPlace, type EventPlace } from './event-index.ts'
import type { IndexNames } from './indices.ts'

/** Events of one request: about 2 kB each, 1 MB. */
const PAGE = 500
/** A full queue empties in seconds: 0.5 + 1 + 2 + 4 + 8 s, then the feed's own timer has the word. */
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000]
/** A shard is assigned within a second on a quiet server; a red one stays away for longer than is waited for here. */
const SHARD_WAITS_MS = [250, 500, 1_000, 2_000]
const NO_SHARD = 'no_shard_available_action_exception'

/**
 * Security events, written create-only after their ids were looked up across all indices of the alias: create-only alone holds
 * within one index, and a rollover starts another (contract E-03). What befalls one event keeps no other from being written: those
 * that could not be looked for or are refused are told at the end, together.
 * @param names `events` is an alias or an index; it is made when it is absent.
 */
export function elasticsearchEventStore(client: Client, names: Pick<IndexNames, 'events'>): EventStore {
  return {
    async write(events, signal) {
      if (events.length === 0) return 0
      // The place first: whoever rolls over after this makes an index that this write does not use.
      const place = await eventPlace(client, names.events, signal)
      const all = [...new Map(events.map((event) => [event.id, event])).values()]
      let created = 0
      let failure: FeedFailure | null = null
      for (let start = 0; start < all.length; start += PAGE) {
        const page = all.slice(start, start + PAGE)
        const { known, unsure, why } = await lookUp(client, place, page, signal)
        const written = await create(client, place, page.filter(({ id }) => !known.has(id) && !unsure.has(id)), signal)
        created += written.created
        failure ??= why === null ? null : new FeedFailure('SearchFailed', 'retry', `Elasticsearch could not look for known security events (${why})`)
        failure ??= written.refused === null ? null : new FeedFailure('SearchFailed', 'user', `Elasticsearch refused a security event (${written.refused})`)
      }
      if (failure !== null) throw failure
      return created
    },
  }
}

interface LookedUp {
  /** Those that exist, in any index of the alias, dismissed or not. */
  readonly known: ReadonlySet<string>
  /** Those that may: they must not be written a second time. */
  readonly unsure: ReadonlySet<string>
  readonly why: string | null
}

/** Realtime: it sees what was written a moment ago. */
async function lookUp(client: Client, { indices }: EventPlace, events: readonly SecurityEvent[], signal: AbortSignal): Promise<LookedUp> {
  const known = new Set<string>()
  const unsure = new Set<string>()
  let why: string | null = null
  for (const index of indices) {
    const ids = events.map(({ id }) => id).filter((id) => !known.has(id))
    if (ids.length === 0) break
    for (const doc of await lookInto(client, index, ids, signal)) {
      if ('error' in doc) {
        unsure.add(doc._id)
        why ??= `index ${index}: ${errorText(doc.error)}`
      } else if (doc.found) known.add(doc._id)
    }
  }
  return { known, unsure, why }
}

/** An index that another feed has just made has its shard in a moment: it is asked again before that counts as a failure. */
async function lookInto(client: Client, index: string, ids: string[], signal: AbortSignal): Promise<estypes.MgetResponse['docs']> {
  const asking = { what: 'look for known security events', index, code: 'SearchFailed' } as const
  for (let attempt = 0; ; attempt++) {
    const { docs } = await ask(asking, signal, (aborted) => client.mget({ index, ids, _source: false, realtime: true }, { signal: aborted }))
    const wait = SHARD_WAITS_MS[attempt]
    if (wait === undefined || !docs.some((doc) => 'error' in doc && doc.error.type === NO_SHARD)) return docs
    await sleep(wait, undefined, { signal })
  }
}

interface Written {
  readonly created: number
  /** Where and why the first one that was refused was, or null. */
  readonly refused: string | null
}

async function create(client: Client, { writeIndex }: EventPlace, events: readonly SecurityEvent[], signal: AbortSignal): Promise<Written> {
  let created = 0
  let refused: string | null = null
  let left = events
  for (let attempt = 0; left.length > 0; attempt++) {
    const operations = left.flatMap(({ id, document }) => [{ create: { _index: writeIndex, _id: id } }, document])
    const items = await bulk(client, writeIndex, operations, signal)
    const again: SecurityEvent[] = []
    for (const [position, event] of left.entries()) {
      const outcome = items[position]?.create
      if (outcome === undefined || passes(outcome.status)) again.push(event)
      else if (outcome.status === CREATED) created++
      else if (outcome.status !== EXISTS) refused ??= `index ${writeIndex}: it answered ${outcome.status}, ${errorText(outcome.error) || 'no reason given'}`
    }
    left = again
    const wait = BACKOFF_MS[attempt]
    if (left.length > 0 && wait === undefined) {
      throw new FeedFailure('SearchFailed', 'wait', `Elasticsearch took no more security events (index ${writeIndex}): it is overloaded`)
    }
    if (left.length > 0) await sleep(wait, undefined, { signal })
  }
  return { created, refused }
}

/** @returns the outcomes in the order of the operations; none where it had no room for the request as a whole. */
async function bulk(client: Client, index: string, operations: object[], signal: AbortSignal): Promise<readonly estypes.BulkResponse['items'][number][]> {
  const asking = { what: 'write security events', index, code: 'SearchFailed' } as const
  return ask(asking, signal, async (aborted) => {
    try {
      return (await client.bulk({ operations, refresh: false }, { signal: aborted })).items
    } catch (error) {
      if (statusOf(error) === 429) return []
      throw error
    }
  })
}

const CREATED = 201
const EXISTS = 409

/** Answers for one event that pass by themselves: overload, a primary on the move or just lost. */
function passes(status: number): boolean {
  return status === 429 || status >= 500
}
