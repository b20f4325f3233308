import type { Client } from '@elastic/elasticsearch'
import { allHits } from './all-hits.ts'

/** A feed and a log for which there is a security event. */
export interface EventRead {
  readonly feed: string
  readonly log: string
}

interface Source {
  readonly record?: { readonly feeds?: readonly string[]; readonly flow_log_id?: string; readonly dns_log_id?: string }
}

/** Every security event there is, in all indices of the alias, which have one shard each. */
export async function readEvents(client: Client, alias: string): Promise<readonly EventRead[]> {
  await client.indices.refresh({ index: `${alias}*` })
  const indices = Object.keys(await client.indices.get({ index: `${alias}*` }))
  const events: EventRead[] = []
  for (const index of indices) {
    for (const { _source: found } of await allHits<Source>(client, { index })) {
      const log = found?.record?.flow_log_id ?? found?.record?.dns_log_id
      const [feed] = found?.record?.feeds ?? []
      if (log === undefined || feed === undefined) throw new Error(`an event of ${index} names no feed or no log`)
      events.push({ feed, log })
    }
  }
  return events
}
