import type { Comparison } from './bench-search.ts'
import { INDICES } from './load-logs.ts'
import { literal, type Stretch } from './literal.ts'
import { compare } from './measure.ts'
import { way, type Bench } from './minute.ts'
import { WAYS } from './ways.ts'
import type { Client } from './server.ts'
import { hostSet } from './sets.ts'
import { generateWorld } from './generate-logs.ts'
import { seeded } from '../measure/random.ts'
import { SEARCHED_FIELDS } from '../../domain/search/log.ts'

/** All logs there are: the distinct values of them, and a thousand new members looked for in them. */
export async function measureDay(bench: Bench, stretch: Stretch): Promise<readonly Comparison[]> {
  const { server, ours, progress } = bench
  progress('all flows, distinct values')
  const spans = (await ours.ports.logs.checkpoints('flow', AbortSignal.timeout(30_000))).map(({ checkpoint, ...shard }) => ({ ...shard, after: -1, upTo: checkpoint }))
  const distinct = await compare(server, 'distinct values', [
    {
      name: WAYS.ours,
      async run() {
        const found = new Set<string>()
        await ours.ports.logs.digest({ kind: 'flow', spans }, AbortSignal.timeout(600_000), async ({ field, values }) => {
          for (const value of values) found.add(`${field} ${value}`)
        })
        return found
      },
    },
    { name: WAYS.paged, run: () => paged(server.client, 10_000) },
  ])
  progress('all flows, 1,000 new members')
  const members = hostSet(1_000, generateWorld(), seeded(23))
  const added = await compare(server, 'new members', [
    { name: WAYS.ours, run: () => ours.backward(stretch, members) },
    { name: WAYS.prefixes, run: () => literal(server.client, stretch, members, 'prefixes') },
    { name: WAYS.bare, run: () => literal(server.client, stretch, members, 'bare') },
    way(bench, 'empty', stretch, members),
  ])
  return [
    { key: 'distinct', title: 'all flows, distinct values', costs: distinct },
    { key: 'added', title: 'all flows, 1,000 new members', costs: added },
  ]
}

/** The usual way to distinct values: page after page, each of which visits the logs again. */
async function paged(client: Client, size: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const field of SEARCHED_FIELDS.flow) {
    for (let after: Record<string, unknown> | undefined; ; ) {
      const answer = await client.search<unknown, { values: { after_key?: Record<string, unknown>; buckets: readonly { key: { value: string } }[] } }>({
        index: INDICES.flow,
        size: 0,
        track_total_hits: false,
        request_cache: false,
        query: { match_all: {} },
        aggregations: { values: { composite: { size, sources: [{ value: { terms: { field } } }], ...(after === undefined ? {} : { after }) } } } as never,
      })
      const page = answer.aggregations?.values
      for (const { key } of page?.buckets ?? []) found.add(`${field} ${key.value}`)
      if (page === undefined || page.buckets.length < size) break
      after = page.after_key
    }
  }
  return found
}
