import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { elasticsearchEventReader, type EventReader } from '../../../adapters/elasticsearch/event-reader.ts'
import type { FoundEvent } from '../../../domain/events/found-event.ts'
import { searchWorld, signal, type SearchWorld } from '../../activities/search/world.ts'
import { foundEvent } from '../../fakes/memory-event-reader.ts'
import { eventReaderContract } from './contracts/event-reader.ts'

let world: SearchWorld
let reader: EventReader
beforeEach(async () => {
  world = await searchWorld(inject('servers')['ELASTICSEARCH_URL'] ?? '')
  reader = elasticsearchEventReader(world.client, { events: world.alias })
})
afterEach(() => world.close())

async function add(events: readonly FoundEvent[]): Promise<void> {
  await world.ports.events.write(events, signal())
  await world.client.indices.refresh({ index: world.alias })
}

async function ids(feed: string | null, since = 0): Promise<readonly string[]> {
  const found: string[] = []
  for await (const page of reader.pages({ feed, since }, () => true, signal())) found.push(...page.map(({ id }) => id))
  return found
}

describe('the reader of events in Elasticsearch', () => {
  eventReaderContract(() => Promise.resolve({ reader, add }))

  it('E-01 reads one snapshot: what comes in between two pages is of the next', async () => {
    await add(Array.from({ length: 600 }, (_, n) => foundEvent(`e${n}`, 1_000 + n)))
    const pages = reader.pages({ feed: null, since: 0 }, () => true, signal())[Symbol.asyncIterator]()
    expect((await pages.next()).value).toHaveLength(500)
    await add([foundEvent('between', 1_000), foundEvent('after', 5_000)])
    expect((await pages.next()).value).toHaveLength(100)
    expect((await pages.next()).done).toBe(true)
    expect(await ids(null)).toHaveLength(602)
  })

  it('E-01 E-03 reads across a rollover of the events', async () => {
    await add([foundEvent('before', 1_000)])
    await world.client.indices.rollover({ alias: world.alias })
    await add([foundEvent('after', 2_000)])
    expect(await ids('some-feed')).toEqual(['before', 'after'])
  })

  it('E-01 reads an index whose mapping was found by itself, where a feed’s name is taken apart into words', async () => {
    const { id, document } = foundEvent('a', 1_000, 'deny-list.one')
    await world.client.index({ index: world.alias, id, document, refresh: true })
    expect(await ids('deny-list.one')).toEqual(['a'])
    expect(await ids('deny-list')).toEqual([])
    expect(await reader.has('deny-list.one', signal())).toBe(true)
  })

  it('E-01 lets go of its snapshot, also when nobody takes the rest', async () => {
    await add(Array.from({ length: 600 }, (_, n) => foundEvent(`e${n}`, 1_000)))
    for await (const page of reader.pages({ feed: null, since: 0 }, () => true, signal())) {
      expect(page).toHaveLength(500)
      break
    }
    const stats = await world.client.indices.stats({ index: world.alias, metric: 'search' })
    expect(stats._all.total?.search?.open_contexts).toBe(0)
  })

  it('E-01 says that an index cannot be read, and never that it holds nothing', async () => {
    await add([foundEvent('a', 1_000)])
    const [index = ''] = Object.keys(await world.client.indices.getAlias({ index: world.alias }))
    await world.client.indices.close({ index })
    await expect(ids(null)).rejects.toMatchObject({ code: 'SearchFailed', message: expect.stringContaining(world.alias) })
  })
})
