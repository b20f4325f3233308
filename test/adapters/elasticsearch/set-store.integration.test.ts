import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { elasticsearchClient } from '../../../adapters/elasticsearch/client.ts'
import { ensureIndices, indexNames } from '../../../adapters/elasticsearch/indices.ts'
import { elasticsearchSetStore } from '../../../adapters/elasticsearch/set-store.ts'
import { writeSetDocument } from '../../../activities/set-document.ts'
import { setStoreContract } from './contracts/set-store.ts'
import { setOf, signal } from './stores.ts'

const names = indexNames(`sets-${randomUUID()}`)
let client: Client

beforeAll(async () => {
  client = elasticsearchClient({ url: inject('servers')['ELASTICSEARCH_URL'] ?? '' })
  await ensureIndices(client, names, signal())
})
afterAll(() => client.close())

describe('sets in Elasticsearch', () => {
  setStoreContract(() => elasticsearchSetStore(client, names))

  it('S-01 writes 120,430 prefixes, dated, that an address is found by', async () => {
    const at = new Date('2026-02-03T04:05:06Z')
    const sets = elasticsearchSetStore(client, names, () => at)
    const members = Array.from({ length: 120_430 }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`)
    await sets.write(setOf(members), 'large', null, signal())
    const document = await client.get<{ ips: string[]; created_at: string }>({ index: names.sets.IPSet, id: 'large' })
    expect(document._source?.ips).toEqual(members)
    expect(document._source?.created_at).toBe('2026-02-03T04:05:06.000Z')
    await client.indices.refresh({ index: names.sets.IPSet })
    const by = async (ips: string) =>
      (await client.count({ index: names.sets.IPSet, query: { bool: { filter: [{ term: { ips } }, { ids: { values: ['large'] } }] } } })).count
    expect([await by('10.1.0.7'), await by('11.1.0.7')]).toEqual([1, 0])
  })

  it('S-03 reads what a pusher wrote, of whatever shape, with the names of its fields', async () => {
    const sets = elasticsearchSetStore(client, names)
    await client.index({ index: names.sets.IPSet, id: 'pushed', document: { ips: '1.2.3.0/24', note: 'mine' } })
    expect(await sets.read('IPSet', 'pushed', signal())).toMatchObject({ members: '1.2.3.0/24', fields: ['ips', 'note'] })
    await client.index({ index: names.sets.IPSet, id: 'pushed', document: { addresses: [] } })
    expect(await sets.read('IPSet', 'pushed', signal())).toMatchObject({ members: undefined, fields: ['addresses'] })
  })

  it('S-04 notices a document that someone overwrote or deleted, and one that came back under the same version number', async () => {
    const sets = elasticsearchSetStore(client, names)
    const ours = await sets.write(setOf(['1.1.1.1/32']), 'contested', null, signal())
    await client.index({ index: names.sets.IPSet, id: 'contested', document: { ips: ['2.2.2.2/32'] } })
    expect(await sets.version('IPSet', 'contested', signal())).not.toEqual(ours)
    expect(await sets.write(setOf([]), 'contested', ours, signal())).toBeNull()
    await client.delete({ index: names.sets.IPSet, id: 'contested' })
    expect(await sets.version('IPSet', 'contested', signal())).toBeNull()
    expect(await sets.write(setOf([]), 'contested', ours, signal())).toBeNull()
    expect(await sets.write(setOf([]), 'contested', null, signal())).not.toBeNull()
  })

  it('S-04 S-05 knows no document of an index that was deleted and made again, though it bears the same numbers', async () => {
    const own = indexNames(`again-${randomUUID()}`)
    await ensureIndices(client, own, signal())
    const sets = elasticsearchSetStore(client, own)
    const ours = await sets.write(setOf(['1.1.1.1/32']), 'only', null, signal())
    if (ours === null) throw new Error('not written')
    await client.indices.delete({ index: own.sets.IPSet })
    expect(await sets.version('IPSet', 'only', signal())).toBeNull()
    await client.index({ index: own.sets.IPSet, id: 'only', document: { ips: ['2.2.2.2/32'] } })
    const theirs = await sets.version('IPSet', 'only', signal())
    expect([theirs?.seqNo, theirs?.primaryTerm]).toEqual([ours.seqNo, ours.primaryTerm])
    expect(theirs).not.toEqual(ours)
    expect((await sets.read('IPSet', 'only', signal()))?.version).toEqual(theirs)
    expect(await sets.write(setOf([]), 'only', ours, signal())).toBeNull()
    expect(await sets.remove('IPSet', 'only', ours, signal())).toBe(false)
    expect(await sets.read('IPSet', 'only', signal())).toMatchObject({ members: ['2.2.2.2/32'] })
  })

  it('S-04 writes over nothing unread: a writer in the middle is read, whatever it wrote, and the race is run again', async () => {
    const sets = elasticsearchSetStore(client, names)
    const looks: unknown[] = []
    let intruders = 3
    const raced: typeof sets = {
      ...sets,
      async read(...asked) {
        const found = await sets.read(...asked)
        looks.push(found?.members)
        return found
      },
      async write(...asked) {
        if (intruders-- > 0) await client.index({ index: names.sets.IPSet, id: 'raced', document: { ips: [`9.9.9.${intruders}/32`] } })
        return sets.write(...asked)
      },
    }
    const life = { refuseOutdated: async () => undefined, isOver: async () => false }
    expect(await writeSetDocument(raced, setOf(['1.1.1.1/32']), 'raced', null, life, signal())).toMatchObject({ written: true })
    expect(looks).toEqual([['9.9.9.2/32'], ['9.9.9.1/32'], ['9.9.9.0/32']])
    expect(await sets.read('IPSet', 'raced', signal())).toMatchObject({ members: ['1.1.1.1/32'] })
  })

  it('S-01 says which field of an index of someone else refuses a set, and leaves the index as it is', async () => {
    const own = indexNames(`strict-${randomUUID()}`)
    const mappings = { dynamic: 'strict', properties: { ips: { type: 'date' } } } as const
    await client.indices.create({ index: own.sets.IPSet, mappings })
    await ensureIndices(client, own, signal())
    const writing = elasticsearchSetStore(client, own).write(setOf(['1.1.1.1/32']), 'refused', null, signal())
    await expect(writing).rejects.toMatchObject({ code: 'StoreFailed', failureClass: 'user', message: expect.stringContaining('ips') })
    expect((await client.indices.getMapping({ index: own.sets.IPSet }))[own.sets.IPSet]?.mappings.properties).toEqual(mappings.properties)
  })

  it('never repeats a member in a failure', async () => {
    const wrong = setOf(['secret.example'])
    const failure = await elasticsearchSetStore(client, names).write(wrong, 'wrong', null, signal()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'StoreFailed', failureClass: 'user' })
    expect(String(failure)).toContain('write the set of feed wrong')
    expect(String(failure)).toContain('it answered 400, document_parsing_exception at field ips of type ip_range')
    expect(String(failure)).not.toContain('secret')
  })
})
