import type { LogKind } from '../../domain/feed/content.ts'
import { installLogTemplates } from '../../local/quickstart/log-templates.ts'
import { generateFlows, generateQueries, type Doc, type World } from './generate-logs.ts'
import type { Client } from './server.ts'

export const CLUSTER = 'bench'
export const PATTERNS = { flow: `tigera_secure_ee_flows.${CLUSTER}.*`, dns: `tigera_secure_ee_dns.${CLUSTER}.*` } as const
export const INDICES = { flow: `tigera_secure_ee_flows.${CLUSTER}.a`, dns: `tigera_secure_ee_dns.${CLUSTER}.a` } as const
/** About 1 MB. */
const BULK = 2_000
const SEEN = 5

export type Counts = Readonly<Record<LogKind, number>>

/** Logs in an index of each kind; those of an earlier run with the same counts are used as they are. */
export async function loadLogs(client: Client, world: World, counts: Counts, progress: (line: string) => void): Promise<void> {
  await installLogTemplates(client, CLUSTER, { shards: 1 }, AbortSignal.timeout(30_000))
  // On the hour, so that a day's logs are within whatever bound of time a search has.
  const endsAt = Date.now()
  await load(client, INDICES.flow, counts.flow, generateFlows(world, counts.flow, endsAt), progress)
  await load(client, INDICES.dns, counts.dns, generateQueries(world, counts.dns, endsAt), progress)
}

/** Of the values of one field in the newest logs some that are not frequent, so that a search of those logs has something to find. */
export async function seenLately(client: Client, kind: LogKind, known: readonly string[], { after, upTo }: { readonly after: number; readonly upTo: number }): Promise<readonly string[]> {
  const field = kind === 'flow' ? 'dest_ip' : 'qname'
  const answer = await client.search<Readonly<Record<string, string>>>({
    index: INDICES[kind],
    size: upTo - after,
    _source: [field],
    query: { range: { _seq_no: { gt: after, lte: upTo } } } as never,
  })
  const ranks = new Map(known.map((value, rank) => [value, rank]))
  const values = answer.hits.hits.flatMap(({ _source: source }) => source?.[field] ?? [])
  return [...new Set(values)].filter((value) => (ranks.get(value) ?? 0) > known.length / 100).slice(0, SEEN)
}

async function load(client: Client, index: string, count: number, docs: Iterable<Doc>, progress: (line: string) => void): Promise<void> {
  const found = await client.count({ index, ignore_unavailable: true })
  if (found.count === count) return progress(`${count.toLocaleString('en')} logs are in ${index} already`)
  progress(`writing ${count.toLocaleString('en')} logs to ${index}`)
  await client.indices.delete({ index, ignore_unavailable: true })
  await client.indices.create({ index, settings: { refresh_interval: '-1' } })
  let operations: unknown[] = []
  const send = async (): Promise<void> => {
    const answer = await client.bulk({ operations, index, filter_path: ['errors'] })
    if (answer.errors) throw new Error(`a log was refused by ${index}`)
    operations = []
  }
  for (const doc of docs) {
    operations.push({ create: {} }, doc)
    if (operations.length >= 2 * BULK) await send()
  }
  if (operations.length > 0) await send()
  await client.indices.refresh({ index })
  await client.indices.flush({ index })
}
