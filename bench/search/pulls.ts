import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { createParseFeed } from '../../activities/parse-feed.ts'
import type { FeedApi } from '../../activities/ports/feed-api.ts'
import type { FeedHost } from '../../activities/ports/feed-host.ts'
import { createPullFeed } from '../../activities/pull-feed.ts'
import { loadSet } from '../../activities/set-blobs.ts'
import { elasticsearchBlobStore } from '../../adapters/elasticsearch/blob-store.ts'
import { indexNames } from '../../adapters/elasticsearch/indices.ts'
import { elasticsearchPullRecords } from '../../adapters/elasticsearch/pull-records.ts'
import { elasticsearchRejectionReports } from '../../adapters/elasticsearch/rejection-reports.ts'
import { elasticsearchSetStore } from '../../adapters/elasticsearch/set-store.ts'
import { elasticsearchStateStore } from '../../adapters/elasticsearch/state-store.ts'
import { pullHash } from '../../domain/feed/hashes.ts'
import { readFeed } from '../../domain/feed/read-feed.ts'
import type { DocumentVersion, Validators } from '../../domain/run/references.ts'
import type { ParseOutput, PullOutput } from '../../domain/run/steps.ts'
import { seeded } from '../measure/random.ts'
import { generateAddresses } from '../parse/generate.ts'
import { CLUSTER } from './load-logs.ts'
import type { Asked, BenchServer } from './server.ts'
import { NEW_LIST } from './ways.ts'

/** What a pull asked of Elasticsearch. */
export interface PullRow {
  readonly title: string
  /** Requests that write a list, whole or in part: a set, a body. */
  readonly bodies: number
  /** Requests that write some hundred bytes about them. */
  readonly small: number
  readonly searches: number
  readonly reads: number
}

const MEMBERS = 5_000
const FEED = { cluster: CLUSTER, name: 'pulled', uid: 'pulled-uid' } as const
const OBJECT = {
  metadata: { name: FEED.name, uid: FEED.uid, generation: 1 },
  spec: { content: 'IPSet', pull: { period: '1h', http: { url: 'https://feeds.example/list', format: { newlineDelimited: {} } } } },
}
/** The shortest list of the bench is 75 kB long; all that is written about one is shorter than this. */
const LIST_BYTES = 10_000
const VALIDATORS: Validators = { etag: '"1"' }

/** A pull of a new list, and two of the same list again: from a host that knows validators, and from one that sends it all. */
export async function measurePulls(server: BenchServer, progress: (line: string) => void): Promise<readonly PullRow[]> {
  progress('pulls')
  const { client } = server
  // Names of its own: what an earlier run left in a kept folder is no part of this one.
  const names = indexNames(`${CLUSTER}-${Date.now()}`)
  const [blobs, sets] = [elasticsearchBlobStore(client, names), elasticsearchSetStore(client, names)]
  const [pulls, states, reports] = [elasticsearchPullRecords(client, names), elasticsearchStateStore(client, names), elasticsearchRejectionReports(client, names)]
  const body = new TextEncoder().encode(generateAddresses(MEMBERS, seeded(31)).members.join('\n'))
  let answer: 'list' | 'not modified' = 'list'
  const host: FeedHost = {
    get: async () => (answer === 'list' ? { kind: 'body', contentType: null, body: (async function* () { yield body })(), validators: VALIDATORS } : { kind: 'not-modified' }),
  }
  const object = { name: FEED.name, uid: FEED.uid, resourceVersion: '1', object: OBJECT }
  const feeds: FeedApi = { read: async () => object, updateStatus: async () => null, disable: async () => 'absent', enable: async () => 'absent' }
  const headers = { read: async () => null, version: async () => null }
  const limits = { attemptMs: 60_000, streamBytes: 100_000_000, jsonBytes: 10_000_000 }
  const pull = createPullFeed({ feeds, headers, host, sets, blobs, pulls, limits })
  const parse = createParseFeed({ feeds, blobs, sets, states, reports })
  const activity = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
  const hash = await pullHash(readFeed(OBJECT).feed)
  let held: { readonly document: DocumentVersion | null; readonly parsed: ParseOutput } | null = null
  let number = 0

  /** As a run does: what has another set than before is written to its document. */
  async function once(): Promise<void> {
    const input = { feed: FEED, pullHash: hash, validators: held === null ? null : VALIDATORS, document: held?.document ?? null, set: held?.parsed.set ?? null, pullKey: `pull-${(number += 1)}`, askedAt: number }
    const output: PullOutput = await activity.run(pull, input)
    if (output.outcome === 'not-modified') return
    const { snapshot, content, format, allowEmpty } = output
    const parsed: ParseOutput = await activity.run(parse, { feed: FEED, snapshot, content, format, allowEmpty })
    if (parsed.set.sha256 === held?.parsed.set.sha256) return
    const signal = AbortSignal.timeout(60_000)
    held = { document: await sets.write(await loadSet(blobs, parsed.set, content, signal), FEED.name, held?.document ?? null, signal), parsed }
  }

  const rows = [rowOf(NEW_LIST, await server.during(once)), rowOf('the same list again', await server.during(once))]
  answer = 'not modified'
  return [...rows, rowOf('not modified', await server.during(once))]
}

function rowOf(title: string, asked: readonly Asked[]): PullRow {
  const searches = asked.filter(({ path }) => /\/_(?:search|msearch|async_search)\b/.test(path))
  const writes = asked.filter(({ method, path }) => method !== 'GET' && method !== 'HEAD' && !/\/_(?:search|msearch|async_search|mget|count)\b/.test(path))
  const bodies = writes.filter(({ bytes }) => bytes >= LIST_BYTES)
  return { title, bodies: bodies.length, small: writes.length - bodies.length, searches: searches.length, reads: asked.length - searches.length - writes.length }
}
