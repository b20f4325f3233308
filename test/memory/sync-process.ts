import { MockActivityEnvironment } from '@temporalio/testing'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import type { FeedApi } from '../../activities/ports/feed-api.ts'
import type { NetworkSetApi } from '../../activities/ports/network-set-api.ts'
import { createSyncNetworkSet } from '../../activities/sync-network-set.ts'
import type { HeldNetworkSet, NetworkSet } from '../../domain/network-set/network-set.ts'
import type { SyncNetworkSetInput, SyncNetworkSetOutput } from '../../domain/run/steps.ts'
import { scattered, scattered6 } from '../domain/network-set/given.ts'

// Writes a network set of so many prefixes in a process of its own, then finds it written, and says what memory it took at most:
// node sync-process.ts 4|6 PREFIXES

let peak = 0
const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external

/** An API server beside it: each object as the JSON that goes over the wire, which is kept out of the figure. */
const objects = new Map<string, { readonly held: HeldNetworkSet; readonly json: Buffer }>()
let kept = 0

function put({ name, labels, annotations, nets }: NetworkSet): HeldNetworkSet {
  const json = Buffer.from(JSON.stringify(nets))
  peak = Math.max(peak, held() - kept - json.length)
  const made = { name, uid: name, resourceVersion: '1', labels, annotations }
  objects.set(name, { held: made, json })
  kept += json.length
  return made
}

const networkSets: NetworkSetApi = {
  list: async () => [...objects.values()].map((object) => object.held),
  read: async ({ name }) => JSON.parse(objects.get(name)?.json.toString() ?? '[]') as string[],
  create: async (object) => put(object),
  update: async () => false,
  remove: async () => false,
}

const [family = '4', prefixes = '0'] = process.argv.slice(2)
const text = Buffer.from((family === '4' ? scattered : scattered6)(Number(prefixes)).sort().join('\n'))
const blobs: Pick<BlobStore, 'get'> = {
  async *get() {
    for (let at = 0; at < text.length; at += 1_000_000) yield text.subarray(at, at + 1_000_000)
  },
}
const object = { spec: { pull: { http: { url: 'https://feeds.example/list' } }, globalNetworkSet: {} }, metadata: { name: 'large' } }
const feeds: Pick<FeedApi, 'read'> = { read: async (name) => ({ name, uid: 'u', resourceVersion: '1', object }) }
const sync = createSyncNetworkSet({ feeds: feeds as FeedApi, networkSets, blobs: blobs as BlobStore })

const watch = setInterval(() => (peak = Math.max(peak, held() - kept)), 2)
const input: SyncNetworkSetInput = { feed: { cluster: 'c', name: 'large', uid: 'u' }, set: { sha256: 'x', members: Number(prefixes) } }
const outcomes: SyncNetworkSetOutput[] = []
for (let times = 0; times < 2; times++) {
  outcomes.push(await new MockActivityEnvironment().run<[SyncNetworkSetInput], SyncNetworkSetOutput, typeof sync>(sync, input))
}
clearInterval(watch)
const cpu = process.cpuUsage()
process.stdout.write(JSON.stringify({ heldMB: peak / 1e6, rssMB: process.memoryUsage().rss / 1e6, cpuS: (cpu.user + cpu.system) / 1e6, outcomes }))
