import { beforeEach, describe, expect, it } from 'vitest'
import { followEvents, LATEST_MS, type FollowOptions } from '../../client/follow-events.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { foundEvent, MemoryEventReader } from '../fakes/memory-event-reader.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
let reader: MemoryEventReader
let now: number
beforeEach(() => {
  reader = new MemoryEventReader()
  now = NOON
})

/** Follows for as many rounds as there are changes between them. @returns ids by round. */
async function follow(options: Partial<FollowOptions>, ...between: readonly (() => void)[]): Promise<readonly (readonly string[])[]> {
  const ended = new AbortController()
  const rounds: string[][] = [[]]
  const changes = [...between]
  const pause = (ms: number): Promise<void> => {
    now += ms
    const change = changes.shift()
    if (change === undefined) ended.abort()
    else change()
    rounds.push([])
    return Promise.resolve()
  }
  for await (const page of followEvents({ feed: null, since: null, ...options }, { events: reader, now: () => now, pause }, ended.signal)) {
    rounds.at(-1)?.push(...page.map(({ id }) => id))
  }
  return rounds.slice(0, -1)
}

describe('following events', () => {
  it('E-01 shows what comes into sight from now on, each once', async () => {
    reader.add(foundEvent('old', NOON - 1_000))
    const rounds = await follow({}, () => reader.add(foundEvent('a', now)), () => reader.add(foundEvent('b', now), foundEvent('c', now)), () => {})
    expect(rounds).toEqual([[], ['a'], ['b', 'c'], []])
  })

  it('E-01 begins with those found since a moment, where one is given', async () => {
    reader.add(foundEvent('before', NOON - 3_601_000), foundEvent('a', NOON - 3_599_000), foundEvent('b', NOON))
    expect(await follow({ since: NOON - 3_600_000 }, () => {})).toEqual([['a', 'b'], []])
  })

  it('E-01 shows one that is seen after another that was found later, by minutes', async () => {
    const rounds = await follow({}, () => reader.add(foundEvent('later', NOON + 1_000)), () => reader.add(foundEvent('earlier', NOON - LATEST_MS + 2_000)), () => {})
    expect(rounds).toEqual([[], ['later'], ['earlier'], []])
  })

  it('E-01 is not blinded by a worker whose clock is ahead by an hour', async () => {
    const rounds = await follow({}, () => reader.add(foundEvent('ahead', NOON + 3_600_000)), () => reader.add(foundEvent('a', now)), () => {})
    expect(rounds).toEqual([[], ['ahead'], ['a'], []])
  })

  it('E-01 forgets those that it has seen once none as old is looked at, and shows none of them again', async () => {
    const busy = (): void => {
      now += LATEST_MS / 2
      reader.add(foundEvent(`at-${now}`, now))
    }
    const rounds = await follow({ since: NOON }, busy, busy, busy, busy, () => {})
    expect(rounds.map(({ length }) => length)).toEqual([0, 1, 1, 1, 1, 0])
  })

  it('E-01 follows one feed alone', async () => {
    expect(await follow({ feed: 'mine' }, () => reader.add(foundEvent('a', now, 'mine'), foundEvent('b', now, 'other')))).toEqual([[], ['a']])
  })

  it('E-01 goes on where Elasticsearch is away for a while, and misses nothing of it', async () => {
    const away = (): void => {
      reader.beforePage = () => {
        throw new FeedFailure('SearchFailed', 'wait', 'no connection')
      }
      reader.add(foundEvent('meanwhile', now))
    }
    const back = (): void => {
      reader.beforePage = () => {}
    }
    expect(await follow({}, away, () => {}, back)).toEqual([[], [], [], ['meanwhile']])
  })

  it.each([
    ['at the start', 'wait', 0],
    ['for over a minute', 'wait', 60_000],
    ['for good, as it refuses', 'user', 2_000],
  ] as const)('E-01 ends when Elasticsearch is away %s', async (_when, failureClass, after) => {
    const fail = (): never => {
      throw new FeedFailure('SearchFailed', failureClass, 'no connection')
    }
    if (after === 0) reader.beforePage = fail
    const away = (): void => {
      reader.beforePage = fail
      now += after
    }
    await expect(follow({}, away, () => {})).rejects.toThrow('no connection')
  })
})
