import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { elasticsearchClient } from '../../../adapters/elasticsearch/client.ts'
import { ensureIndices, indexNames } from '../../../adapters/elasticsearch/indices.ts'
import { elasticsearchPullRecords } from '../../../adapters/elasticsearch/pull-records.ts'
import { elasticsearchRejectionReports } from '../../../adapters/elasticsearch/rejection-reports.ts'
import { elasticsearchStateStore } from '../../../adapters/elasticsearch/state-store.ts'
import { freshState } from '../../../domain/run/state.ts'
import { stateStoreContract } from './contracts/state-store.ts'
import { signal, someFeed } from './stores.ts'

const names = indexNames(`state-${randomUUID()}`)
let client: Client

beforeAll(async () => {
  client = elasticsearchClient({ url: inject('servers')['ELASTICSEARCH_URL'] ?? '' })
  await ensureIndices(client, names, signal())
})
afterAll(() => client.close())

describe('states in Elasticsearch', () => {
  stateStoreContract(() => ({
    states: elasticsearchStateStore(client, names),
    otherProcess: elasticsearchStateStore(client, names),
    pulls: elasticsearchPullRecords(client, names),
    reports: elasticsearchRejectionReports(client, names),
  }))

  it('S-07 is one document for each life of a feed, its body not indexed', async () => {
    const feed = someFeed()
    await elasticsearchStateStore(client, names).write(feed, freshState(feed.uid), null, signal())
    const { _source: document } = await client.get<Record<string, unknown>>({ index: names.state, id: feed.uid })
    expect(document).toMatchObject({ kind: 'state', name: feed.name, uid: feed.uid, body: freshState(feed.uid) })
    const mappings = (await client.indices.getMapping({ index: names.state }))[names.state]?.mappings
    expect(mappings?.properties?.['body']).toEqual({ type: 'object', enabled: false })
  })

  it('P-12 says that no pull record would be taken, and leaves nothing where one would', async () => {
    const blocked = indexNames(`blocked-${randomUUID()}`)
    await ensureIndices(client, blocked, signal())
    const pulls = elasticsearchPullRecords(client, blocked)
    const feed = someFeed()
    await pulls.assertWritable(feed, signal())
    expect((await client.search({ index: blocked.state, allow_no_indices: true })).hits.hits).toEqual([])
    await client.indices.putSettings({ index: blocked.state, settings: { 'index.blocks.read_only_allow_delete': true } })
    await expect(pulls.assertWritable(feed, signal())).rejects.toMatchObject({ code: 'StoreFailed', message: expect.stringContaining('cluster_block_exception') })
    await client.indices.putSettings({ index: blocked.state, settings: { 'index.blocks.read_only_allow_delete': null } })
    await pulls.assertWritable(feed, signal())
  })

  it('S-07 lets exactly one of many writers at once win', async () => {
    const feed = someFeed()
    await elasticsearchStateStore(client, names).write(feed, freshState(feed.uid), null, signal())
    const processes = Array.from({ length: 8 }, () => elasticsearchStateStore(client, names))
    const taken = await Promise.all(processes.map((states) => states.version(feed, signal())))
    const written = processes.map((states, n) => states.write(feed, { ...freshState(feed.uid), failedPulls: n + 1 }, taken[n] ?? null, signal()))
    const ends = await Promise.allSettled(written)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const winner = ends.findIndex(({ status }) => status === 'fulfilled')
    expect(await elasticsearchStateStore(client, names).read(feed, signal())).toMatchObject({ failedPulls: winner + 1 })
  })

  it('S-07 lists more states than one page holds', async () => {
    const cluster = randomUUID()
    const feeds = Array.from({ length: 1001 }, (_, n) => someFeed(`feed-${n}`, cluster))
    const operations = feeds.flatMap((feed) => [{ index: { _id: feed.uid } }, { kind: 'state', ...feed, blobs: [], body: {} }])
    await client.bulk({ index: names.state, operations })
    const listed = await elasticsearchStateStore(client, names).list({ cluster }, signal())
    expect(new Set(listed.map(({ uid }) => uid))).toEqual(new Set(feeds.map(({ uid }) => uid)))
    expect(listed).toHaveLength(1001)
  })

  it('S-07 takes a damaged document for none, and one of an older version with what it lacks', async () => {
    const states = elasticsearchStateStore(client, names)
    const [damaged, older] = [someFeed(), someFeed()]
    const envelope = { kind: 'state', cluster: 'cluster', name: 'x', blobs: [] }
    await client.index({ index: names.state, id: damaged.uid, document: { ...envelope, uid: damaged.uid, body: { uid: damaged.uid, debts: 'none' } } })
    expect(await states.read(damaged, signal())).toBeNull()
    await client.index({ index: names.state, id: older.uid, document: { ...envelope, uid: older.uid, body: { uid: older.uid, failedPulls: 3 } } })
    expect(await states.read(older, signal())).toEqual({ ...freshState(older.uid), failedPulls: 3 })
  })
})
