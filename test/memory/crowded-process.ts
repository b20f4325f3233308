import { randomBytes } from 'node:crypto'
import { Client } from '@elastic/elasticsearch'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { createSearchTools, type SearchPorts } from '../../activities/search/search-ports.ts'
import { createSearchForward } from '../../activities/search-forward.ts'
import { elasticsearchEventStore } from '../../adapters/elasticsearch/event-store.ts'
import { elasticsearchLogStore } from '../../adapters/elasticsearch/log-store.ts'
import { elasticsearchWindowStore } from '../../adapters/elasticsearch/window-store.ts'
import type { SearchForwardInput, SearchForwardOutput } from '../../domain/run/steps.ts'
import { memoryBlobStore } from '../fakes/memory-blob-store.ts'
import { logPatterns } from '../fixtures/log-mappings.ts'

// Searches all that arrived since a cursor for a feed that holds every address, in a process of its own, and says what memory it took:
// node crowded-process.ts URL CLUSTER SHA256 CURSOR

const [node = '', cluster = '', sha256 = '', cursor = '{}'] = process.argv.slice(2)
const client = new Client({ node, enableMetaHeader: false })
const names = { windows: `.threatfeed.windows.${cluster}`, events: `tigera_secure_ee_events.${cluster}` }
const blobs = memoryBlobStore()
await blobs.put((async function* () { yield new TextEncoder().encode('0.0.0.0/0') })(), AbortSignal.timeout(5_000))
const ports: SearchPorts = {
  windows: elasticsearchWindowStore(client, names),
  logs: elasticsearchLogStore(client, logPatterns(cluster)),
  events: elasticsearchEventStore(client, names),
  blobs,
  clock: () => 0,
  now: () => new Date(),
  random: () => randomBytes(6).toString('hex'),
}
let peak = 0
const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external
const before = held()
const watch = setInterval(() => (peak = Math.max(peak, held() - before)), 2)
const input: SearchForwardInput = {
  feed: { cluster, name: 'everything', uid: 'u' },
  content: 'IPSet',
  match: 'exact',
  set: { sha256, members: 1 },
  cursor: JSON.parse(cursor) as SearchForwardInput['cursor'],
  debts: [],
  fresh: true,
  searchIntervalMs: 60_000,
}
const search = createSearchForward(ports, createSearchTools(ports))
const output = await new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run<[SearchForwardInput], SearchForwardOutput, typeof search>(search, input)
clearInterval(watch)
await client.close()
process.stdout.write(JSON.stringify({ heldMB: peak / 1e6, rssMB: process.memoryUsage().rss / 1e6, output }))
