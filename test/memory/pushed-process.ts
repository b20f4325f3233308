import { MockActivityEnvironment } from '@temporalio/testing'
import { createReadPushedSet } from '../../activities/read-pushed-set.ts'
import type { BlobStore } from '../../activities/ports/blob-store.ts'
import { elasticsearchClient } from '../../adapters/elasticsearch/client.ts'
import type { ReadPushedInput, ReadPushedOutput } from '../../domain/run/steps.ts'
import { indexNames } from '../../adapters/elasticsearch/indices.ts'
import { elasticsearchSetStore } from '../../adapters/elasticsearch/set-store.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memoryStateStore } from '../fakes/memory-state-store.ts'

// Reads a pushed document in a process of its own, and says what memory it took at most: node pushed-process.ts URL

let peak = 0

function held(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Lets go of what it is given, as a store does. */
const blobs: Pick<BlobStore, 'touch' | 'put'> = {
  touch: async () => false,
  async put(bytes) {
    let length = 0
    for await (const piece of bytes) length += piece.length
    return { sha256: '', bytes: length }
  },
}

const client = elasticsearchClient({ url: process.argv[2] ?? '' })
const read = createReadPushedSet({
  feeds: memoryFeedApi(),
  states: memoryStateStore(),
  sets: elasticsearchSetStore(client, indexNames('cluster')),
  blobs: blobs as BlobStore,
  reports: { read: async () => null, made: async () => null, write: async () => undefined, remove: async () => undefined },
})
const before = held()
const watch = setInterval(() => (peak = Math.max(peak, held())), 2)
const feed = { cluster: 'cluster', name: 'large', uid: 'uid' }
const input: ReadPushedInput = { feed, content: 'IPSet', document: null }
const output: ReadPushedOutput = await new MockActivityEnvironment().run<[ReadPushedInput], ReadPushedOutput, typeof read>(read, input)
clearInterval(watch)
await client.close()
if (output.outcome !== 'read') throw new Error(output.outcome)
process.stdout.write(JSON.stringify({ beyondMB: (Math.max(peak, held()) - before) / 1_000_000, members: output.set.members }))
