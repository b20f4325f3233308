import { createHash, randomBytes } from 'node:crypto'
import { Client } from '@elastic/elasticsearch'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { createSearchTools, type SearchPorts, type SearchTools } from '../../../activities/search/search-ports.ts'
import { createSearchBackward } from '../../../activities/search-backward.ts'
import { createSearchForward } from '../../../activities/search-forward.ts'
import { elasticsearchEventStore } from '../../../adapters/elasticsearch/event-store.ts'
import { elasticsearchLogStore } from '../../../adapters/elasticsearch/log-store.ts'
import { logPatterns } from '../../fixtures/log-mappings.ts'
import { elasticsearchWindowStore } from '../../../adapters/elasticsearch/window-store.ts'
import type { LogKind } from '../../../domain/feed/content.ts'
import type { SearchBackwardInput, SearchBackwardOutput, SearchForwardInput, SearchForwardOutput } from '../../../domain/run/steps.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import { installLogMappings } from '../../fixtures/log-mappings.ts'
import { memoryBlobStore } from '../../fakes/memory-blob-store.ts'

export function signal(): AbortSignal {
  return AbortSignal.timeout(60_000)
}

/** A clock that tests move by hand, milliseconds. */
export interface HandClock {
  at: number
}

/** A cluster of a test's own on a real Elasticsearch: its logs, windows and events, and the search steps over them. */
export async function searchWorld(url: string, shards = 1) {
  const cluster = `t${randomBytes(6).toString('hex')}`
  const client = new Client({ node: url, enableMetaHeader: false })
  const blobs = memoryBlobStore()
  const clock: HandClock = { at: 0 }
  const alias = `tigera_secure_ee_events.${cluster}`
  const names = { windows: `.threatfeed.windows.${cluster}`, events: alias }
  await installLogMappings(client, cluster, shards)

  const ports: SearchPorts = {
    windows: elasticsearchWindowStore(client, names),
    logs: elasticsearchLogStore(client, logPatterns(cluster), () => clock.at),
    events: elasticsearchEventStore(client, names),
    blobs,
    clock: () => clock.at,
    now: () => new Date(),
    random: () => randomBytes(6).toString('hex'),
  }

  const index = (kind: LogKind, part = 'a'): string => `tigera_secure_ee_${kind === 'flow' ? 'flows' : 'dns'}.${cluster}.${part}`

  return {
    cluster,
    client,
    clock,
    blobs,
    ports,
    alias,
    index,
    /** Writes logs without a refresh. @returns their ids. */
    async log(kind: LogKind, docs: readonly Readonly<Record<string, unknown>>[], part = 'a'): Promise<readonly string[]> {
      const operations = docs.flatMap((doc) => [{ create: { _index: index(kind, part) } }, doc])
      const answer = await client.bulk({ operations, refresh: false })
      if (answer.errors) throw new Error(JSON.stringify(answer.items.find((item) => item.create?.error !== undefined)))
      return answer.items.map((item) => item.create?._id ?? '')
    },
    /** Members must be canonical; their order is made so. */
    async set(members: readonly string[]): Promise<SetRef> {
      const text = new TextEncoder().encode([...members].sort().join('\n'))
      await blobs.put((async function* () { yield text })(), signal())
      return { sha256: createHash('sha256').update(text).digest('hex'), members: members.length }
    },
    forward: (input: Partial<SearchForwardInput> & Pick<SearchForwardInput, 'set' | 'cursor'>, tools?: SearchTools) =>
      forward(ports, tools ?? createSearchTools(ports), cluster, input),
    backward: (
      input: Partial<SearchBackwardInput> & Pick<SearchBackwardInput, 'owed' | 'upTo'>,
      through: SearchPorts = ports,
      tools: SearchTools = createSearchTools(through),
    ) => backward(through, tools, cluster, input),
    /** Every security event of the cluster, by its id. */
    async events(): Promise<ReadonlyMap<string, { readonly index: string; readonly source: Readonly<Record<string, unknown>> }>> {
      await client.indices.refresh({ index: alias, ignore_unavailable: true })
      const byId = new Map<string, { index: string; source: Record<string, unknown> }>()
      const pages = client.helpers.scrollSearch<Record<string, unknown>>({ index: alias, ignore_unavailable: true, size: 5_000 })
      for await (const { body } of pages) {
        for (const { _id: id, _index: at, _source: source } of body.hits.hits) {
          if (id === undefined || source === undefined) continue
          if (byId.has(id)) throw new Error(`event ${id} is there twice`)
          byId.set(id, { index: at, source })
        }
      }
      return byId
    },
    async close(): Promise<void> {
      for (const pattern of [`tigera_secure_ee_*.${cluster}*`, `.threatfeed.*.${cluster}`]) {
        const found = await client.indices.get({ index: pattern, expand_wildcards: 'all', allow_no_indices: true, filter_path: ['*.aliases'] })
        for (const name of Object.keys(found)) await client.indices.delete({ index: name })
      }
      for (const kind of ['flows', 'dns']) await client.indices.deleteIndexTemplate({ name: `tigera_secure_ee_${kind}.${cluster}` })
      await client.close()
    },
  }
}
export type SearchWorld = Awaited<ReturnType<typeof searchWorld>>

export async function forward(
  ports: SearchPorts,
  tools: SearchTools,
  cluster: string,
  input: Partial<SearchForwardInput> & Pick<SearchForwardInput, 'set' | 'cursor'>,
  { heartbeat = () => undefined, ...attempt }: { readonly heartbeatDetails?: unknown; readonly heartbeat?: (details: unknown) => void } = {},
): Promise<SearchForwardOutput> {
  const feed = { cluster, name: 'some-feed', uid: 'some-uid' }
  const whole: SearchForwardInput = { feed, content: 'IPSet', match: 'exact', debts: [], fresh: true, searchIntervalMs: 60_000, ...input }
  const environment = new MockActivityEnvironment(attempt, { logger: new DefaultLogger('ERROR') })
  environment.on('heartbeat', heartbeat)
  return environment.run(createSearchForward(ports, tools), whole)
}

async function backward(
  ports: SearchPorts,
  tools: SearchTools,
  cluster: string,
  input: Partial<SearchBackwardInput> & Pick<SearchBackwardInput, 'owed' | 'upTo'>,
): Promise<SearchBackwardOutput> {
  const feed = { cluster, name: 'some-feed', uid: 'some-uid' }
  const whole: SearchBackwardInput = { feed, content: 'IPSet', match: 'exact', lookbackMs: 8 * 86_400_000, position: null, ...input }
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(createSearchBackward(ports, tools), whole)
}

/** A flow log that ended now. */
export function flow(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const now = Date.now()
  return { end_time: Math.floor(now / 1000), '@timestamp': now, source_ip: '10.0.0.1', dest_ip: '10.0.0.2', proto: 'tcp', action: 'allow', ...fields }
}

/** A DNS log that ended now; like the product's it has no `@timestamp`. */
export function dns(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { end_time: new Date().toISOString(), qname: 'www.example.org', qtype: 'A', rcode: 'NoError', rrsets: [], ...fields }
}
