import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, estypes } from '@elastic/elasticsearch'
import type { EventStore } from '../../activities/ports/event-store.ts'
import type { SecurityEvent } from '../../domain/events/security-event.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { ask } from './client.ts'
import { eventPlace, type EventPlace } from './event-index.ts'
import type { IndexNames } from './indices.ts'

/** Events of one request: about 2 kB each, 1 MB. */
const PAGE = 500
/** A full queue empties in seconds: 0.5 + 1 + 2 + 4 + 8 s, then the feed's own timer has the word. */
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000]
/** Answers for one event that pass by themselves: overload, a primary on the move. */
const PASSING = new Set([429, 503])

/**
 * Security events, written create-only after their ids were looked up across all indices of the alias: create-only alone holds
 * within one index, and a rollover starts another (contract E-03).
 * @param names `events` is an alias or an index; it is made when it is absent.
 */
export function elasticsearchEventStore(client: Client, names: Pick<IndexNames, 'events'>): EventStore {
  return {
    async write(events, signal) {
      if (events.length === 0) return 0
      // The place first: whoever rolls over after this makes an index that this write does not use.
      const place = await eventPlace(client, names.events, signal)
      const byId = new Map(events.map((event) => [event.id, event]))
      let created = 0
      for (let start = 0, all = [...byId.values()]; start < all.length; start += PAGE) {
        const page = all.slice(start, start + PAGE)
        const known = await knownIds(client, place, page, signal)
        created += await create(client, place, page.filter(({ id }) => !known.has(id)), signal)
      }
      return created
    },
  }
}

/** Which of these events exist, in any index of the alias, dismissed or not. Realtime: it sees what was written a moment ago. */
async function knownIds(client: Client, { indices }: EventPlace, events: readonly SecurityEvent[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const known = new Set<string>()
  const asking = { what: 'look for known security events', code: 'SearchFailed' } as const
  for (const index of indices) {
    const ids = events.map(({ id }) => id).filter((id) => !known.has(id))
    if (ids.length === 0) break
    const answer = await ask({ ...asking, index }, signal, (aborted) => client.mget({ index, ids, _source: false, realtime: true }, { signal: aborted }))
    for (const doc of answer.docs) {
      // One that could not be looked for may be there: it must not be written a second time. An index just made has its shard in a moment.
      if ('error' in doc) throw new FeedFailure('SearchFailed', 'retry', `Elasticsearch could not look for known security events in ${index}`)
      if (doc.found) known.add(doc._id)
    }
  }
  return known
}

async function create(client: Client, { writeIndex }: EventPlace, events: readonly SecurityEvent[], signal: AbortSignal): Promise<number> {
  let created = 0
  let left = events
  for (let attempt = 0; left.length > 0; attempt++) {
    const operations = left.flatMap(({ id, document }) => [{ create: { _index: writeIndex, _id: id } }, document])
    const asking = { what: 'write security events', index: writeIndex, code: 'SearchFailed' } as const
    const answer = await ask(asking, signal, (aborted) => client.bulk({ operations, refresh: false }, { signal: aborted }))
    const outcomes = answer.items.map((item) => item.create)
    created += outcomes.filter((outcome) => outcome?.status === 201).length
    left = left.filter((_, position) => mustRepeat(outcomes[position], writeIndex))
    const wait = BACKOFF_MS[attempt]
    if (left.length > 0 && wait === undefined) {
      throw new FeedFailure('SearchFailed', 'wait', `Elasticsearch took no more security events (index ${writeIndex}): it is overloaded`)
    }
    if (left.length > 0) await sleep(wait, undefined, { signal })
  }
  return created
}

/** 201 is written, 409 is there already; what passes is repeated. @throws FeedFailure for what someone has to change. */
function mustRepeat(outcome: estypes.BulkResponseItem | undefined, index: string): boolean {
  if (outcome === undefined || PASSING.has(outcome.status)) return true
  if (outcome.status === 201 || outcome.status === 409) return false
  const type = outcome.error?.type ?? 'no reason given'
  throw new FeedFailure('SearchFailed', 'user', `Elasticsearch refused a security event (index ${index}): it answered ${outcome.status}, ${type}`)
}
