import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { BlobCollector } from '../../../activities/collect-blobs.ts'
import { saveSet } from '../../../activities/set-blobs.ts'
import { elasticsearchBlobCollection } from '../../../adapters/elasticsearch/blob-collection.ts'
import { elasticsearchBlobReferences } from '../../../adapters/elasticsearch/blob-references.ts'
import { elasticsearchBlobStore } from '../../../adapters/elasticsearch/blob-store.ts'
import { elasticsearchClient } from '../../../adapters/elasticsearch/client.ts'
import { ensureIndices, indexNames, type IndexNames } from '../../../adapters/elasticsearch/indices.ts'
import { elasticsearchPullRecords } from '../../../adapters/elasticsearch/pull-records.ts'
import { elasticsearchRejectionReports } from '../../../adapters/elasticsearch/rejection-reports.ts'
import { elasticsearchStateStore } from '../../../adapters/elasticsearch/state-store.ts'
import { freshState, type FeedState } from '../../../domain/run/state.ts'
import { recordOf } from '../../activities/world.ts'
import { steppedClient } from './stepped-client.ts'
import { bytesOf, collect, setOf, signal, someFeed } from './stores.ts'

const HOUR = 3_600_000
const url = inject('servers')['ELASTICSEARCH_URL'] ?? ''
let client: Client

beforeAll(() => {
  client = elasticsearchClient({ url })
})
afterAll(() => client.close())

/** Stores of a cluster of their own, whose clock is set by hand. */
async function world() {
  const names = indexNames(`collector-${randomUUID()}`)
  await ensureIndices(client, names, signal())
  return worldOf(names, client, { time: Date.parse('2026-01-01T00:00:00Z') })
}

function worldOf(names: IndexNames, through: Client, clock: { time: number }) {
  const now = () => new Date(clock.time)
  return {
    names,
    clock,
    /** The same as another worker sees it. */
    over: (other: Client) => worldOf(names, other, clock),
    blobs: elasticsearchBlobStore(through, names, now),
    states: elasticsearchStateStore(through, names, now),
    pulls: elasticsearchPullRecords(through, names, now),
    reports: elasticsearchRejectionReports(through, names, now),
    collector: new BlobCollector({ collection: elasticsearchBlobCollection(through, names), references: elasticsearchBlobReferences(through, names), now }),
    round() {
      return this.collector.round(signal())
    },
    async has(sha256: string) {
      return (await client.exists({ index: names.blobs, id: sha256 })).valueOf()
    },
    async documents() {
      await client.indices.refresh({ index: names.blobs })
      return (await client.count({ index: names.blobs })).count
    },
  }
}
type World = Awaited<ReturnType<typeof world>>

async function put({ blobs }: Pick<World, 'blobs'>, bytes = bytesOf(100)) {
  async function* one() {
    yield bytes
  }
  return blobs.put(one(), signal())
}

function members(sha256: string) {
  return { sha256, members: 1 }
}

const UP_TO = { number: 1, id: 'w' }
const SPAN = { index: 'flows', uuid: 'u', history: 'h', shard: 0, after: -1, upTo: 3 }
const PULLED = { validators: null, pullHash: 'h', content: 'IPSet', format: { kind: 'newline' }, allowEmpty: false } as const

/** Each way in which a state refers to a blob. */
const BY_STATE: readonly (readonly [string, (sha256: string) => Partial<FeedState>])[] = [
  ['the set in force', (sha256) => ({ version: { set: members(sha256), content: 'IPSet', pullHash: 'h', adoptedAt: '', document: { seqNo: 0, primaryTerm: 1 }, validators: null } })],
  ['what is owed', (sha256) => ({ owed: { set: members(sha256), upTo: UP_TO, position: null } })],
  ['the set of a debt', (sha256) => ({ debts: [{ span: SPAN, set: members(sha256) }] })],
  ['a body that waits', (sha256) => ({ pending: { ...PULLED, snapshot: { sha256, bytes: 1 }, set: null } })],
  ['the set of a body that waits', (sha256) => ({ pending: { ...PULLED, snapshot: { sha256: 'x', bytes: 1 }, set: members(sha256) } })],
]

describe('the collector', () => {
  it('S-07 takes what nothing refers to, manifest and chunks, a day after it was last wanted and not before', async () => {
    const from = await world()
    const { sha256 } = await put(from, bytesOf(2_000_000))
    from.clock.time += 24 * HOUR
    expect(await from.round()).toEqual({ blobs: 0, strayChunks: 0, pullRecords: 0 })
    await from.blobs.touch(sha256, signal())
    from.clock.time += 24 * HOUR
    expect(await from.round()).toEqual({ blobs: 0, strayChunks: 0, pullRecords: 0 })
    from.clock.time += HOUR
    expect(await from.round()).toEqual({ blobs: 1, strayChunks: 0, pullRecords: 0 })
    expect(await from.documents()).toBe(0)
  })

  it.each(BY_STATE)('S-07 never takes %s, however old, and takes it once the state lets go', async (_, referring) => {
    const from = await world()
    const feed = someFeed()
    const { sha256 } = await put(from)
    await from.states.write(feed, { ...freshState(feed.uid), ...referring(sha256) }, null, signal())
    from.clock.time += 1000 * HOUR
    expect(await from.round()).toMatchObject({ blobs: 0 })
    await from.states.write(feed, freshState(feed.uid), await from.states.version(feed, signal()), signal())
    expect(await from.round()).toMatchObject({ blobs: 1 })
  })

  it('S-07 P-12 never takes a body that was acknowledged and that no state tells of yet, nor the set made of it', async () => {
    const from = await world()
    const feed = someFeed()
    const [body, set] = [await put(from), await put(from)]
    await from.pulls.write(feed, recordOf(body, { askedAt: 7 }), signal())
    await from.reports.write(feed, { rejections: { counts: {}, samples: [] }, made: { sha256: set.sha256, content: 'IPSet', pulled: true } }, signal())
    from.clock.time += 1000 * HOUR
    expect(await from.round()).toEqual({ blobs: 0, strayChunks: 0, pullRecords: 0 })
    await from.states.write(feed, { ...freshState(feed.uid), lastAttemptAt: 7, pending: { ...PULLED, snapshot: body, set: null } }, null, signal())
    expect(await from.round()).toEqual({ blobs: 0, strayChunks: 0, pullRecords: 0 })
  })

  it('S-07 takes a pull record whose body was given up or adopted, and the body with it, a day after', async () => {
    const from = await world()
    const feed = someFeed()
    await from.pulls.write(feed, recordOf(await put(from), { askedAt: 7 }), signal())
    await from.states.write(feed, { ...freshState(feed.uid), lastAttemptAt: 7 }, null, signal())
    from.clock.time += 24 * HOUR
    expect(await from.round()).toMatchObject({ pullRecords: 0 })
    from.clock.time += HOUR
    expect(await from.round()).toEqual({ blobs: 1, strayChunks: 0, pullRecords: 1 })
    expect(await from.pulls.read(feed, signal())).toBeNull()
  })

  it('S-07 counts what a worker of another version names, in documents whose kind and body it does not know', async () => {
    const from = await world()
    const { sha256 } = await put(from)
    const document = { kind: 'of tomorrow', cluster: 'c', name: 'x', uid: 'u', blobs: [sha256], body: { unheard: ['of'] } }
    await client.index({ index: from.names.state, id: 'u-of-tomorrow', document })
    from.clock.time += 1000 * HOUR
    expect(await from.round()).toMatchObject({ blobs: 0 })
  })

  it('takes nothing while the index that names blobs is missing', async () => {
    const from = await world()
    const { sha256 } = await put(from)
    await client.indices.delete({ index: from.names.state })
    from.clock.time += 1000 * HOUR
    await expect(from.round()).rejects.toMatchObject({ code: 'StoreFailed' })
    expect(await from.has(sha256)).toBe(true)
  })

  it('S-07 takes chunks without a manifest a day after they were written, whole blobs beside them stay', async () => {
    const from = await world()
    const feed = someFeed()
    const [left, kept] = [await put(from, bytesOf(2_000_000)), await put(from, bytesOf(2_000_000))]
    await from.states.write(feed, { ...freshState(feed.uid), owed: { set: members(kept.sha256), upTo: UP_TO, position: null } }, null, signal())
    // As a crash leaves it, before the manifest is written or after it is removed.
    await client.delete({ index: from.names.blobs, id: left.sha256 })
    from.clock.time += 24 * HOUR
    expect(await from.round()).toMatchObject({ strayChunks: 0 })
    from.clock.time += HOUR
    expect(await from.round()).toEqual({ blobs: 0, strayChunks: 3, pullRecords: 0 })
    expect(await from.documents()).toBe(4)
    expect((await collect(from.blobs.get(kept.sha256, signal()))).length).toBe(2_000_000)
  })

  it('takes more than a page holds of blobs, uploads and chunks, also when two do it at once', async () => {
    const from = await world()
    const date = new Date(from.clock.time).toISOString()
    const blobs = Array.from({ length: 1100 }, (_, n) => n).flatMap((n) => [
      { create: { _id: `manifest-${n}` } },
      { kind: 'manifest', upload: `m-${n}`, chunks: 1, bytes: 1, touched_at: date },
      { create: { _id: `m-${n}-0` } },
      { kind: 'chunk', upload: `m-${n}`, touched_at: date, data: '' },
      { create: { _id: `s-${n}-0` } },
      { kind: 'chunk', upload: `s-${n}`, touched_at: date, data: '' },
    ])
    await client.bulk({ index: from.names.blobs, operations: blobs })
    from.clock.time += 25 * HOUR
    const rounds = await Promise.all([from.round(), from.over(client).round()])
    expect(rounds.reduce((sum, { blobs: taken }) => sum + taken, 0)).toBe(1100)
    await from.round()
    expect(await from.documents()).toBe(0)
  })

  it('says what it was refused', async () => {
    const from = await world()
    await put(from)
    from.clock.time += 25 * HOUR
    await client.indices.putSettings({ index: from.names.blobs, settings: { 'index.blocks.write': true } })
    await expect(from.round()).rejects.toMatchObject({ code: 'StoreFailed', message: expect.stringContaining('remove blobs') })
  })
})

/** A that was let go of for B more than a day ago, and is what the feed pulls again now. */
async function letGo(from: World) {
  const feed = someFeed()
  const set = setOf([`10.${Math.floor(Math.random() * 255)}.${Math.floor(Math.random() * 255)}.${Math.floor(Math.random() * 255)}/32`])
  await saveSet(from.blobs, set, signal())
  await from.states.write(feed, freshState(feed.uid), null, signal())
  from.clock.time += 25 * HOUR
  const adopt = async ({ blobs, reports }: World) => {
    const { sha256 } = await saveSet(blobs, set, signal())
    await reports.write(feed, { rejections: { counts: {}, samples: [] }, made: { sha256, content: 'IPSet', pulled: true } }, signal())
  }
  return { feed, sha256: set.sha256, adopt, text: Buffer.from(set.text).toString() }
}

async function textOf({ blobs }: World, sha256: string): Promise<string> {
  return (await collect(blobs.get(sha256, signal()))).toString()
}

describe('A, then B, then A again, while the collector runs', () => {
  it('S-07 the collector between any two requests of the writer takes nothing that is named in the end', async () => {
    const from = await world()
    const endings = new Set<boolean>()
    for (let at = 0, more = true; more; at += 1) {
      const { sha256, adopt, text } = await letGo(from)
      const stepped = steppedClient(url, at, async () => endings.add((await from.round()).blobs === 1))
      await adopt(from.over(stepped.client))
      more = stepped.requests() > at
      await stepped.client.close()
      expect([at, await textOf(from, sha256)]).toEqual([at, text])
      from.clock.time += 1000 * HOUR
      await from.round()
      expect([at, await textOf(from, sha256)]).toEqual([at, text])
    }
    // In some it took the old blob before the writer touched it, in some it came too late.
    expect(endings).toEqual(new Set([true, false]))
  })

  it('S-07 the writer between any two requests of the collector finds in the end what it named', async () => {
    const from = await world()
    const endings = new Set<number>()
    for (let at = 0, more = true; more; at += 1) {
      const { sha256, adopt, text } = await letGo(from)
      const stepped = steppedClient(url, at, () => adopt(from))
      endings.add((await from.over(stepped.client).round()).blobs)
      more = stepped.requests() > at
      await stepped.client.close()
      expect([at, more ? await textOf(from, sha256) : text]).toEqual([at, text])
    }
    expect(endings).toEqual(new Set([0, 1]))
  })

  it('S-07 a collector that dies between any two of its requests leaves nothing for ever, and nothing named without a chunk', async () => {
    const from = await world()
    for (let at = 0, more = true; more; at += 1) {
      const { sha256, adopt, text } = await letGo(from)
      const stepped = steppedClient(url, at, () => Promise.reject(new Error('killed')))
      const died = await from.over(stepped.client).round().then(() => false, () => true)
      more = stepped.requests() > at || died
      await stepped.client.close()
      if (at % 2 === 0) {
        await adopt(from)
        expect([at, await textOf(from, sha256)]).toEqual([at, text])
        continue
      }
      await from.round()
      expect([at, await from.has(sha256)]).toEqual([at, false])
    }
    const feeds = await client.search({ index: from.names.state, size: 0, query: { term: { kind: 'rejections' } }, track_total_hits: true })
    const named = typeof feeds.hits.total === 'number' ? feeds.hits.total : (feeds.hits.total?.value ?? 0)
    from.clock.time += 1000 * HOUR
    await from.round()
    expect(await from.documents()).toBe(2 * named)
  })
})
