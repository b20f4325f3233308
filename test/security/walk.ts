import type { Client } from '@elastic/elasticsearch'
import type { PullRecord } from '../../activities/ports/blob-store.ts'
import { elasticsearchBlobCollection } from '../../adapters/elasticsearch/blob-collection.ts'
import { elasticsearchBlobReferences } from '../../adapters/elasticsearch/blob-references.ts'
import { elasticsearchBlobStore } from '../../adapters/elasticsearch/blob-store.ts'
import { elasticsearchClient } from '../../adapters/elasticsearch/client.ts'
import { elasticsearchEventStore } from '../../adapters/elasticsearch/event-store.ts'
import { ensureIndices, indexNames } from '../../adapters/elasticsearch/indices.ts'
import { elasticsearchLogStore } from '../../adapters/elasticsearch/log-store.ts'
import { elasticsearchPullRecords } from '../../adapters/elasticsearch/pull-records.ts'
import { elasticsearchSetStore } from '../../adapters/elasticsearch/set-store.ts'
import { elasticsearchStateStore } from '../../adapters/elasticsearch/state-store.ts'
import { elasticsearchWindowStore } from '../../adapters/elasticsearch/window-store.ts'
import type { Content } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { freshState } from '../../domain/run/state.ts'
import { bytesOf, collect, setOf, signal } from '../adapters/elasticsearch/stores.ts'
import { logPatterns } from '../fixtures/log-mappings.ts'

export interface WalkOptions {
  readonly url: string
  readonly apiKey: string
  readonly cluster: string
  /** @default all of it */
  readonly only?: 'events'
}

/** Later than all that is written here: everything is old enough to be collected, and every window to be pruned. */
const TOMORROW = new Date(Date.now() + 86_400_000)

/**
 * Everything that a worker asks of Elasticsearch, once, on a cluster that has a log of each kind and nothing else. What fails stops
 * nothing that follows.
 * @returns the messages of what failed.
 */
export async function walk({ url, apiKey, cluster, only }: WalkOptions): Promise<readonly string[]> {
  const client = elasticsearchClient({ url, apiKey })
  const failures: string[] = []
  const names = indexNames(cluster)
  try {
    for (const step of only === 'events' ? [events] : [start, sets, blobsAndStates, windows, events, logs]) await step(client, names, cluster, tried)
  } finally {
    await client.close()
  }
  return failures

  async function tried(action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      if (!(error instanceof FeedFailure)) throw error
      failures.push(error.message)
    }
  }
}

type Try = (action: () => Promise<unknown>) => Promise<void>
type Names = ReturnType<typeof indexNames>

async function start(client: Client, names: Names, _: string, tried: Try): Promise<void> {
  await tried(() => ensureIndices(client, names, signal()))
}

async function sets(client: Client, names: Names, _: string, tried: Try): Promise<void> {
  const store = elasticsearchSetStore(client, names)
  for (const [content, member] of [['IPSet', '203.0.113.9/32'], ['DomainNameSet', 'bad.example']] as const satisfies readonly [Content, string][]) {
    const set = setOf([member], content)
    await tried(() => store.write(set, 'pulled', null, signal()))
    await tried(() => store.read(content, 'pulled', signal()))
    await tried(async () => {
      const version = await store.version(content, 'pulled', signal())
      if (version !== null) await store.remove(content, 'pulled', version, signal())
    })
  }
}

async function blobsAndStates(client: Client, names: Names, cluster: string, tried: Try): Promise<void> {
  const blobs = elasticsearchBlobStore(client, names)
  const states = elasticsearchStateStore(client, names)
  const pulls = elasticsearchPullRecords(client, names)
  const feed: FeedKey = { cluster, name: 'pulled', uid: `uid-${cluster}` }
  let sha256 = 'none'
  await tried(() => blobs.assertWritable(signal()))
  await tried(async () => {
    const ref = await blobs.put(oneOf(bytesOf(1000)), signal())
    sha256 = ref.sha256
    await collect(blobs.get(sha256, signal()))
  })
  await tried(() => pulls.write(feed, { snapshot: { sha256, bytes: 1000 } } as PullRecord, signal()))
  await tried(() => pulls.read(feed, signal()))
  await tried(async () => {
    await states.read(feed, signal())
    await states.write(feed, freshState(feed.uid), await states.version(feed, signal()), signal())
  })
  await tried(() => states.list({ cluster }, signal()))
  await tried(() => collectAll(client, names))
  await tried(() => pulls.remove(feed, signal()))
  await tried(() => states.remove(feed, signal()))
}

async function collectAll(client: Client, names: Names): Promise<void> {
  const collection = elasticsearchBlobCollection(client, names)
  const references = elasticsearchBlobReferences(client, names)
  await references.removeGivenUp(TOMORROW, signal())
  const { items } = await collection.untouched(TOMORROW, null, signal())
  await references.named(items.map(({ sha256 }) => sha256), signal())
  await collection.removeBlobs(items, signal())
  const { items: uploads } = await collection.stray(TOMORROW, null, signal())
  await collection.removeUploads(uploads, signal())
}

async function windows(client: Client, names: Names, _: string, tried: Try): Promise<void> {
  const store = elasticsearchWindowStore(client, names)
  const window = (number: number) => ({ kind: 'flow', number, id: `w${String(number)}`, cutAt: '2026-01-01T00:00:00Z', points: [] }) as const
  await tried(() => store.newest('flow', signal()))
  for (const number of [1, 2]) await tried(() => store.create(window(number), signal()))
  await tried(() => store.older('flow', 2, signal()))
  await tried(() => store.prune('flow', TOMORROW, signal()))
}

async function events(client: Client, names: Names, _: string, tried: Try): Promise<void> {
  const store = elasticsearchEventStore(client, names)
  // With a field that no mapping has: a vendor's index may lack some of ours.
  for (const id of ['a', 'b']) await tried(() => store.write([{ id, document: { type: 'gtf_suspicious_flow', unmapped: 'x' } }], signal()))
}

async function logs(client: Client, _: Names, cluster: string, tried: Try): Promise<void> {
  const store = elasticsearchLogStore(client, logPatterns(cluster))
  for (const kind of ['flow', 'dns'] as const) {
    await tried(async () => {
      const points = await store.checkpoints(kind, signal())
      if (points.length === 0) throw new Error(`no ${kind} logs are seen`)
      await store.refresh(kind, points, signal())
      const spans = points.map(({ checkpoint: upTo, ...point }) => ({ ...point, after: -1, upTo }))
      await store.digest({ kind, spans }, signal())
      await store.unsearchable(kind, signal())
    })
  }
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
