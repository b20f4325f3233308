import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it } from 'vitest'
import type { FeedEvents } from '../../activities/ports/feed-events.ts'
import { createReportStatus } from '../../activities/report-status.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { freshState } from '../../domain/run/state.ts'
import type { FeedState, Observed } from '../../domain/run/state.ts'
import type { FeedStatus } from '../../domain/status/feed-status.ts'
import { adopted, observedFeed } from '../domain/run/run-view.ts'
import { memoryFeedApi } from '../fakes/memory-feed-api.ts'
import { memoryStateIndex, memoryStateStore } from '../fakes/memory-state-store.ts'

const NEVER = new AbortController().signal
const environment = new MockActivityEnvironment()
const AT = Date.UTC(2026, 2, 1, 12, 0, 0)

function key(uid: string) {
  return { cluster: 'c', name: 'a', uid }
}

/** Remembers what was told, as `Reason: note`. */
function memoryFeedEvents(): FeedEvents & { readonly told: string[] } {
  const told: string[] = []
  return {
    told,
    async tell(_, events) {
      told.push(...events.map(({ reason, note }) => `${reason}: ${note}`))
    },
  }
}

function setUp() {
  const feeds = memoryFeedApi()
  const events = memoryFeedEvents()
  const states = memoryStateStore(memoryStateIndex())
  const clock = { now: AT }
  const ports = { feeds, events, states, now: () => clock.now }
  const uid = feeds.put('a', {})
  const report = (changes: Partial<FeedState>, observed: Partial<Observed> | null = null, more: Partial<typeof ports> = {}, keep = true) =>
    environment.run(createReportStatus({ ...ports, ...more }), {
      feed: key(uid),
      state: { ...freshState(uid), ...changes },
      observed: observed === null ? null : observedFeed(observed),
      keep,
    })
  const status = async (): Promise<unknown> => (await feeds.read('a', NEVER))?.object['status']
  return { ...ports, clock, uid, report, status }
}

const [written, held] = [{ written: true }, { written: false }]

describe('reporting the status of a feed', () => {
  it('T-01 S-07 writes the state document and the status', async () => {
    const { states, uid, report, status } = setUp()
    const changes = { lastSyncAt: AT, conditions: [{ type: 'SearchFailed', message: 'no index' }] as const }
    expect(await report(changes)).toEqual(written)
    expect(await states.read(key(uid), NEVER)).toEqual({ ...freshState(uid), ...changes })
    expect(await status()).toEqual({ lastSuccessfulSync: '2026-03-01T12:00:00Z', errorConditions: [{ type: 'SearchFailed', message: 'no index' }] })
  })

  it('T-05 writes what our own CRD adds, with the generation that was looked at, and once', async () => {
    const { clock, report, status } = setUp()
    const failing = { conditions: [{ type: 'SearchFailed', message: 'no index' }] as const }
    expect(await report(failing, { generation: 4 })).toEqual(written)
    expect(await status()).toMatchObject({ observedGeneration: 4, conditions: [{ type: 'Ready', status: 'False', reason: 'SearchFailed', observedGeneration: 4 }, {}, {}] })
    clock.now += 3_600_000
    expect(await report(failing, { generation: 4 })).toEqual(held)
    expect(await report(failing, { generation: 5 })).toEqual(written)
    expect(await status()).toMatchObject({ observedGeneration: 5, conditions: [{ type: 'Ready', lastTransitionTime: '2026-03-01T12:00:00Z' }, {}, {}] })
  })

  it('S-07 the state is written first: a status that fails leaves it behind', async () => {
    const { feeds, states, uid, report } = setUp()
    const down = { ...feeds, updateStatus: () => Promise.reject(new FeedFailure('ApiUnavailable', 'wait', 'down')) }
    await expect(report({}, null, { feeds: down })).rejects.toMatchObject({ code: 'ApiUnavailable' })
    expect(await states.read(key(uid), NEVER)).toEqual(freshState(uid))
  })

  it('T-06 a store that is away does not keep the status from being written', async () => {
    const { states, report, status } = setUp()
    const away = { ...states, write: () => Promise.reject(new FeedFailure('StoreFailed', 'wait', 'away')) }
    const changes = { conditions: [{ type: 'StoreFailed', message: 'away' }] as const }
    await expect(report(changes, null, { states: away })).rejects.toMatchObject({ code: 'StoreFailed' })
    expect(await status()).toMatchObject({ errorConditions: [{ type: 'StoreFailed', message: 'away' }] })
  })

  it('S-07 T-05 a run that could not read what earlier ones knew leaves what is in force as it is shown', async () => {
    const { clock, events, report, status } = setUp()
    const known = { version: adopted('a'), networkSetFor: 'a/v1-nets', networkSet: { objects: 1, prefixes: 3 }, lastSyncAt: AT, lastSearchAt: AT }
    await report(known, { networkSet: 'wanted' })
    const { set, networkSet } = (await status()) as FeedStatus
    events.told.length = 0
    clock.now += 60_000
    const away = { conditions: [{ type: 'StoreFailed', message: 'away' }] as const }
    await report(away, { networkSet: 'wanted', generation: 2 }, {}, false)
    expect(await status()).toMatchObject({
      observedGeneration: 2,
      set,
      networkSet,
      conditions: [
        { type: 'Ready', status: 'False', reason: 'StoreFailed' },
        { type: 'Synced', status: 'False', reason: 'StoreFailed' },
        { type: 'Enforced', status: 'True' },
        { type: 'Searched', status: 'True' },
      ],
    })
    await report(known, { networkSet: 'wanted', generation: 2 })
    expect(events.told).toEqual(['StoreFailed: away', 'Recovered: StoreFailed: no longer so'])
  })

  it('T-05 of what was never shown such a run says that it is not known', async () => {
    const { report, status } = setUp()
    await report({ conditions: [{ type: 'StoreFailed', message: 'away' }] }, { networkSet: 'wanted' }, {}, false)
    expect(await status()).toMatchObject({ conditions: [{}, {}, { type: 'Enforced', status: 'Unknown' }, { type: 'Searched', status: 'Unknown' }] })
    expect(await status()).not.toHaveProperty('set')
  })

  it('T-06 a time that merely advances waits five minutes, a condition does not', async () => {
    const { clock, report } = setUp()
    const after = (ms: number, message?: string) => {
      clock.now = AT + ms
      return report({ lastSearchAt: clock.now, conditions: message === undefined ? [] : [{ type: 'PullFailed', message }] })
    }
    expect(await after(0)).toEqual(written)
    expect(await after(60_000)).toEqual(held)
    expect(await after(120_000, 'refused')).toEqual(written)
    expect(await after(180_000)).toEqual(written)
    expect(await after(240_000)).toEqual(held)
    expect(await after(480_000)).toEqual(written)
  })

  it('T-06 Q-09 a clock that was set back, or a former run ahead of ours, keeps no condition from being said, and takes no time back', async () => {
    const { clock, report, status } = setUp()
    await report({ lastSyncAt: AT, lastSearchAt: AT })
    clock.now = AT - 3_600_000
    const changes = { lastSyncAt: clock.now, lastSearchAt: clock.now }
    expect(await report(changes)).toEqual(held)
    expect(await report({ ...changes, conditions: [{ type: 'PullFailed', message: 'refused' }] })).toEqual(written)
    expect(await status()).toEqual({
      lastSuccessfulSync: '2026-03-01T12:00:00Z',
      lastSuccessfulSearch: '2026-03-01T12:00:00Z',
      errorConditions: [{ type: 'PullFailed', message: 'refused' }],
    })
  })

  it('T-06 L-05 a resource that is gone or has another uid gets no status, and that is no failure', async () => {
    const { feeds, report, status } = setUp()
    feeds.delete('a')
    expect(await report({ lastSyncAt: AT })).toEqual(held)
    feeds.put('a', {})
    expect(await report({ lastSyncAt: AT })).toEqual(held)
    expect(await status()).toBeUndefined()
  })
})

describe('telling what changed', () => {
  it('T-02 T-06 a condition once, not again with another message or as time passes, and that it went', async () => {
    const { clock, events, report } = setUp()
    const failing = (message: string) => report({ lastSearchAt: clock.now, conditions: [{ type: 'PullFailed', message }] }, {})
    await failing('feeds.example answered 500')
    await failing('feeds.example answered 503')
    clock.now += 3_600_000
    await failing('feeds.example answered 503')
    expect(events.told).toEqual(['PullFailed: feeds.example answered 500'])
    await report({}, {})
    expect(events.told.slice(1)).toEqual(['Recovered: PullFailed: no longer so'])
  })

  it('T-04 in the words of the status, in which a url is its host', async () => {
    const { events, report } = setUp()
    await report({ conditions: [{ type: 'PullFailed', message: 'GET https://feeds.example/canary?key=canary failed' }] }, {})
    expect(events.told).toEqual(['PullFailed: GET feeds.example failed'])
  })

  it('T-06 nothing where nothing was written', async () => {
    const { feeds, events, report } = setUp()
    feeds.delete('a')
    await report({ conditions: [{ type: 'PullFailed', message: 'refused' }] }, {})
    expect(events.told).toEqual([])
  })
})
