import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { elasticsearchBlobStore } from '../../../adapters/elasticsearch/blob-store.ts'
import { elasticsearchClient } from '../../../adapters/elasticsearch/client.ts'
import { ensureIndices, indexNames } from '../../../adapters/elasticsearch/indices.ts'
import { blobStoreContract } from './contracts/blob-store.ts'
import { bytesOf, collect, signal } from './stores.ts'

const names = indexNames(`blobs-${randomUUID()}`)
let client: Client

beforeAll(async () => {
  client = elasticsearchClient({ url: inject('servers')['ELASTICSEARCH_URL'] ?? '' })
  await ensureIndices(client, names, signal())
})
afterAll(() => client.close())

describe('blobs in Elasticsearch', () => {
  blobStoreContract(() => elasticsearchBlobStore(client, names))

  it('keeps chunks of at most 1 MiB', async () => {
    await elasticsearchBlobStore(client, names).put(one(bytesOf(2_000_000)), signal())
    const sizes = (await documents({ term: { kind: 'chunk' } })).map(({ source }) => String(source['data']).length)
    expect(Math.max(...sizes)).toBe(1024 * 1024)
  })

  it('says BlobMissing of a blob that lost a chunk, and stores it anew', async () => {
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(2_000_000)
    const { sha256 } = await blobs.put(one(bytes), signal())
    await client.delete({ index: names.blobs, id: `${await uploadOf(sha256)}-1` })
    await expect(collect(blobs.get(sha256, signal()))).rejects.toMatchObject({ code: 'BlobMissing' })
    await blobs.put(one(bytes), signal())
    expect(Buffer.compare(await collect(blobs.get(sha256, signal())), bytes)).toBe(0)
  })

  it('does not take a blob that lost a chunk for one that is there already', async () => {
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(2_000_000)
    const { sha256 } = await blobs.put(one(bytes), signal())
    const upload = await uploadOf(sha256)
    await client.delete({ index: names.blobs, id: `${upload}-0` })
    expect(await blobs.touch(sha256, signal())).toBe(false)
    await blobs.put(one(bytes), signal())
    expect(Buffer.compare(await collect(blobs.get(sha256, signal())), bytes)).toBe(0)
    expect(await documents({ term: { upload } })).toEqual([])
  })

  it.each([
    ['in the middle of what gzip packed', 400_000],
    ['in the stored hash of gzip', -3],
  ])('says BlobMissing of a blob with a flipped byte %s, and stores it anew', async (_, at) => {
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(600_000)
    const { sha256 } = await blobs.put(one(bytes), signal())
    const id = `${await uploadOf(sha256)}-0`
    const { _source: chunk } = await client.get<Record<string, unknown>>({ index: names.blobs, id })
    const packed = Buffer.from(String(chunk?.['data']), 'base64')
    const position = at < 0 ? packed.length + at : at
    packed.writeUInt8(packed.readUInt8(position) ^ 1, position)
    await client.index({ index: names.blobs, id, document: { ...chunk, data: packed.toString('base64') } })
    await expect(collect(blobs.get(sha256, signal()))).rejects.toMatchObject({ code: 'BlobMissing' })
    await blobs.put(one(bytes), signal())
    expect(Buffer.compare(await collect(blobs.get(sha256, signal())), bytes)).toBe(0)
  })

  it('S-07 says BlobMissing of a blob under the hash of another', async () => {
    const blobs = elasticsearchBlobStore(client, names)
    const { sha256 } = await blobs.put(one(bytesOf(100)), signal())
    const { _source: manifest } = await client.get<Record<string, unknown>>({ index: names.blobs, id: sha256 })
    const wrong = 'f'.repeat(64)
    await client.index({ index: names.blobs, id: wrong, document: { ...manifest } })
    await expect(collect(blobs.get(wrong, signal()))).rejects.toMatchObject({ code: 'BlobMissing' })
  })

  it('leaves nothing behind of a blob that was there already, or was removed', async () => {
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(2_000_000)
    const ref = await blobs.put(one(bytes), signal())
    const upload = await uploadOf(ref.sha256)
    await blobs.removeMade(ref, signal())
    expect(await documents({ term: { upload } })).toEqual([])
    await blobs.put(one(bytes), signal())
    const before = await documents({ match_all: {} })
    await blobs.put(one(bytes), signal())
    expect((await documents({ match_all: {} })).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  })

  it('writes the manifest alone of a blob of one chunk that is there already', async () => {
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(1000)
    await blobs.put(one(bytes), signal())
    const before = await operations()
    await blobs.put(one(bytes), signal())
    expect(await operations()).toBe(before + 1)
  })

  it('leaves no chunk behind of a stream that broke off', async () => {
    const before = (await documents({ term: { kind: 'chunk' } })).length
    const broken = (async function* () {
      // Taken one by one, so that the first are long stored when the last is asked for.
      for (let piece = 0; piece < 8; piece += 1) yield bytesOf(500_000)
      throw new RangeError('the host hung up')
    })()
    await expect(elasticsearchBlobStore(client, names).put(broken, signal())).rejects.toThrow(RangeError)
    expect(await documents({ term: { kind: 'chunk' } })).toHaveLength(before)
  })

  it('dates a blob anew whenever it is wanted again, by compare-and-set', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z')
    const blobs = elasticsearchBlobStore(client, names, () => new Date(time))
    const { sha256 } = await blobs.put(one(bytesOf(10)), signal())
    const touchedAt = async () => (await client.get<Record<string, unknown>>({ index: names.blobs, id: sha256 }))._source?.['touched_at']
    time += 1000
    expect(await blobs.touch(sha256, signal())).toBe(true)
    expect(await touchedAt()).toBe('2026-01-01T00:00:01.000Z')
  })

  it('stores one blob whole when two write it at once', async () => {
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(2_000_000)
    const [a, b] = await Promise.all([blobs.put(one(bytes), signal()), blobs.put(one(bytes), signal())])
    expect(a.sha256).toBe(b.sha256)
    expect([a, b].filter(({ made }) => made !== undefined)).toHaveLength(1)
    expect(Buffer.compare(await collect(blobs.get(a.sha256, signal())), bytes)).toBe(0)
  })

  it('P-12 says that it would not take a write, with no url', async () => {
    const blocked = indexNames(`blocked-${randomUUID()}`)
    await ensureIndices(client, blocked, signal())
    await client.indices.putSettings({ index: blocked.blobs, settings: { 'index.blocks.write': true } })
    const failure = await elasticsearchBlobStore(client, blocked).assertWritable(signal()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'StoreFailed', failureClass: 'user' })
    expect(String(failure)).toContain(`could not take a write (index ${blocked.blobs}): it answered 403, cluster_block_exception`)
  })

  it('says StoreFailed of a server that is away, with no url', async () => {
    const away = elasticsearchBlobStore(elasticsearchClient({ url: 'http://user:secret@127.0.0.1:9' }), names)
    const failure = await away.assertWritable(signal()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'StoreFailed', failureClass: 'wait' })
    expect(failure).not.toHaveProperty('cause')
    expect(String(failure)).not.toMatch(/127|secret/)
  })
})

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function uploadOf(sha256: string): Promise<string> {
  const { _source: manifest } = await client.get<Record<string, unknown>>({ index: names.blobs, id: sha256 })
  return String(manifest?.['upload'])
}

/** How many writes the index ever took. */
async function operations(): Promise<number> {
  const { indices } = await client.indices.stats({ index: names.blobs, level: 'shards' })
  return Object.values(indices?.[names.blobs]?.shards ?? {}).flat().map((shard) => shard.seq_no?.max_seq_no ?? -1)[0] ?? -1
}

async function documents(query: Record<string, object>) {
  await client.indices.refresh({ index: names.blobs })
  const { hits } = await client.search<Record<string, unknown>>({ index: names.blobs, size: 1000, query })
  return hits.hits.map(({ _id, _source }) => ({ id: _id, source: _source ?? {} }))
}
