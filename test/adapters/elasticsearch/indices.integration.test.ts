import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { elasticsearchBlobStore } from '../../../adapters/elasticsearch/blob-store.ts'
import { elasticsearchClient } from '../../../adapters/elasticsearch/client.ts'
import { ensureIndices, indexNames } from '../../../adapters/elasticsearch/indices.ts'
import { elasticsearchSetStore } from '../../../adapters/elasticsearch/set-store.ts'
import { bytesOf, collect, setOf, signal } from './stores.ts'

let client: Client

beforeAll(() => {
  client = elasticsearchClient({ url: inject('servers')['ELASTICSEARCH_URL'] ?? '' })
})
afterAll(() => client.close())

describe('indices', () => {
  it('S-01 gives the first PUT of a pusher the same mapping, in a hidden index', async () => {
    const names = indexNames(`templates-${randomUUID()}`)
    await ensureIndices(client, names, signal())
    await client.index({ index: names.sets.IPSet, id: 'global-threat-feed', document: { ips: ['99.99.99.99/32', '100.100.100.0/24'] } })
    await client.index({ index: names.sets.DomainNameSet, id: 'bad', document: { domains: ['hackers.and.stuff'], tool: { version: 2 } } })
    for (const [index, field, type] of [[names.sets.IPSet, 'ips', 'ip_range'], [names.sets.DomainNameSet, 'domains', 'keyword']] as const) {
      const { mappings, settings } = (await client.indices.get({ index, expand_wildcards: 'all' }))[index] ?? {}
      expect(mappings).toMatchObject({ dynamic: 'false', properties: { [field]: { type }, created_at: { type: 'date' } } })
      expect(Object.keys(mappings?.properties ?? {}).sort()).toEqual(['created_at', field].sort())
      expect(settings?.index).toMatchObject({ hidden: 'true', auto_expand_replicas: '0-1' })
    }
  })

  it('S-01 uses an index that exists with another mapping as it is', async () => {
    const names = indexNames(`foreign-${randomUUID()}`)
    const mappings = { properties: { ips: { type: 'keyword' as const }, owner: { type: 'text' as const } } }
    await client.indices.create({ index: names.sets.IPSet, mappings })
    await ensureIndices(client, names, signal())
    expect((await client.indices.getMapping({ index: names.sets.IPSet }))[names.sets.IPSet]?.mappings.properties).toEqual(mappings.properties)
    const sets = elasticsearchSetStore(client, names)
    expect(await sets.write(setOf(['1.2.3.4/32']), 'feed', null, signal())).not.toBeNull()
    expect(await sets.read('IPSet', 'feed', signal())).toMatchObject({ members: ['1.2.3.4/32'] })
    expect((await client.indices.getMapping({ index: names.sets.IPSet }))[names.sets.IPSet]?.mappings.properties).toMatchObject(mappings.properties)
  })

  it('S-06 takes configured names, and S-01 templates follow them', async () => {
    const set = `custom-ips-${randomUUID()}`
    const names = indexNames(`custom-${randomUUID()}`, { sets: { IPSet: set, DomainNameSet: `${set}-names` } })
    await ensureIndices(client, names, signal())
    await elasticsearchSetStore(client, names).write(setOf(['1.2.3.4/32']), 'feed', null, signal())
    expect((await client.indices.getMapping({ index: set }))[set]?.mappings.properties?.['ips']).toEqual({ type: 'ip_range' })
  })

  it('S-07 makes own indices once, however many workers start at once', async () => {
    const names = indexNames(`own-${randomUUID()}`)
    await Promise.all([1, 2, 3].map(() => ensureIndices(client, names, signal())))
    await ensureIndices(client, names, signal())
    for (const index of [names.state, names.blobs, names.windows]) {
      expect(await client.indices.exists({ index, expand_wildcards: 'all' })).toBe(true)
    }
    expect(await client.indices.exists({ index: names.events })).toBe(false)
  })

  it('gives an index of our own its mapping again when someone deletes it under a running worker', async () => {
    const names = indexNames(`lost-${randomUUID()}`)
    await ensureIndices(client, names, signal())
    await client.indices.delete({ index: names.blobs })
    const blobs = elasticsearchBlobStore(client, names)
    const bytes = bytesOf(100)
    const { sha256 } = await blobs.put(
      (async function* () {
        yield bytes
      })(),
      signal(),
    )
    expect(Buffer.compare(await collect(blobs.get(sha256, signal())), bytes)).toBe(0)
    expect((await client.indices.getMapping({ index: names.blobs }))[names.blobs]?.mappings.dynamic).toBe('strict')
  })
})
