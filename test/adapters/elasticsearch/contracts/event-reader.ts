import { expect, it } from 'vitest'
import type { EventReader } from '../../../../adapters/elasticsearch/event-reader.ts'
import type { FoundEvent } from '../../../../domain/events/found-event.ts'
import { foundEvent } from '../../../fakes/memory-event-reader.ts'
import { signal } from '../stores.ts'

export interface EventShelf {
  readonly reader: EventReader
  /** Puts events there, in sight. */
  add(events: readonly FoundEvent[]): Promise<void>
}

const NOON = Date.UTC(2026, 0, 1, 12)
const ids = (events: readonly FoundEvent[]): readonly string[] => events.map(({ id }) => id)

async function all(reader: EventReader, feed: string | null, since: number, isWanted: (event: { readonly id: string }) => boolean = () => true): Promise<readonly FoundEvent[]> {
  const found: FoundEvent[] = []
  for await (const page of reader.pages({ feed, since }, isWanted, signal())) {
    expect(page.length).toBeLessThanOrEqual(500)
    found.push(...page)
  }
  return found
}

/** What every EventReader does, the real one and the fake. */
export function eventReaderContract(make: () => Promise<EventShelf>): void {
  it('E-01 tells events as they are stored, in the order in which they were found, of one feed or of all', async () => {
    const { reader, add } = await make()
    const events = [foundEvent('b', NOON + 2), foundEvent('a', NOON + 1, 'other-feed'), foundEvent('c', NOON + 3, 'some-feed-2')]
    await add(events)
    expect(ids(await all(reader, null, NOON))).toEqual(['a', 'b', 'c'])
    expect(await all(reader, 'some-feed', NOON)).toEqual([events[0]])
    expect(await reader.newest({ feed: 'some-feed', since: NOON }, 10, signal())).toEqual([events[0]])
    expect([await reader.has('some-feed-2', signal()), await reader.has('some', signal())]).toEqual([true, false])
  })

  it('E-01 leaves out what was found before, what is not wanted, and what is no event of a feed', async () => {
    const { reader, add } = await make()
    await add([foundEvent('early', NOON - 1), foundEvent('on-time', NOON), foundEvent('late', NOON + 1), foundEvent('waf', NOON, 'some-feed', { type: 'waf' })])
    expect(ids(await all(reader, null, NOON))).toEqual(['on-time', 'late'])
    expect(ids(await all(reader, null, NOON, ({ id }) => id !== 'on-time'))).toEqual(['late'])
    expect(ids(await reader.newest({ feed: null, since: NOON }, 10, signal()))).toEqual(['on-time', 'late'])
  })

  it('E-01 tells each of many of one moment once, page by page, and the newest of them', async () => {
    const { reader, add } = await make()
    const many = Array.from({ length: 1_230 }, (_, n) => foundEvent(`e${n}`, NOON))
    await add([...many, foundEvent('last', NOON + 5)])
    const found = ids(await all(reader, null, NOON))
    expect(found).toHaveLength(1_231)
    expect(new Set(found)).toEqual(new Set([...ids(many), 'last']))
    expect(ids(await reader.newest({ feed: null, since: NOON }, 1, signal()))).toEqual(['last'])
    const newest = ids(await reader.newest({ feed: null, since: NOON }, 700, signal()))
    expect([newest.length, new Set(newest).size, newest.at(-1)]).toEqual([700, 700, 'last'])
  })

  it('E-01 finds nothing where nothing is', async () => {
    const { reader } = await make()
    expect(await all(reader, null, 0)).toEqual([])
    expect(await reader.newest({ feed: 'some-feed', since: 0 }, 10, signal())).toEqual([])
    expect(await reader.has('some-feed', signal())).toBe(false)
  })
}
