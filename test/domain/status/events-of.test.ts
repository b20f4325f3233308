import { describe, expect, it } from 'vitest'
import { freshState, type FeedState, type Observed } from '../../../domain/run/state.ts'
import { eventsOf } from '../../../domain/status/events-of.ts'
import type { FeedStatus } from '../../../domain/status/feed-status.ts'
import { statusOf } from '../../../domain/status/status-of.ts'
import { adopted, observedFeed } from '../run/run-view.ts'

const AT = Date.UTC(2026, 2, 1, 12, 0, 0)
const NOTHING: FeedStatus = { errorConditions: [] }
const well: Partial<FeedState> = { version: adopted('a'), lastSyncAt: AT, lastSearchAt: AT }

function status(changes: Partial<FeedState>, observed: Partial<Observed> = {}): FeedStatus {
  return statusOf({ ...freshState('uid-1'), ...changes }, observedFeed(observed), AT)
}

/** The status as an API server keeps it whose CRD knows the page alone. */
function pruned({ lastSuccessfulSync, errorConditions }: FeedStatus): FeedStatus {
  return { errorConditions, ...(lastSuccessfulSync === undefined ? {} : { lastSuccessfulSync }) }
}

describe('events on a feed', () => {
  it('T-02 warn of an error condition that came, by its type, and of that alone', () => {
    const before = status({ ...well, conditions: [{ type: 'PullFailed', message: 'a' }] })
    const after = status({ ...well, conditions: [{ type: 'PullFailed', message: 'b' }, { type: 'SearchFailed', message: 'no index' }] })
    expect(eventsOf(before, after)).toEqual([{ type: 'Warning', reason: 'SearchFailed', note: 'no index' }])
  })

  it('T-02 say that conditions went', () => {
    const before = status({ ...well, conditions: [{ type: 'PullFailed', message: 'a' }, { type: 'StoreFailed', message: 'b' }] })
    expect(eventsOf(before, status(well))).toEqual([{ type: 'Normal', reason: 'Recovered', note: 'PullFailed, StoreFailed: no longer so' }])
  })

  it('T-05 say that a set was adopted, with what it changed', () => {
    const first = status({ ...well, version: adopted('a', { set: { sha256: 'a', members: 120_430 } }), delta: { added: 120_430, removed: 0 } })
    expect(eventsOf(NOTHING, first)).toEqual([{ type: 'Normal', reason: 'SetUpdated', note: '120,430 members are in force, 120,430 added and 0 removed' }])
    expect(eventsOf(first, status({ ...well, version: adopted('b') }))).toEqual([{ type: 'Normal', reason: 'SetUpdated', note: '3 members are in force' }])
  })

  it('T-06 say nothing when time passes, entries are rejected, or a network set was written', () => {
    const later = status({ ...well, lastSyncAt: AT + 3_600_000, lastSearchAt: AT + 3_600_000, rejected: { zone: 1 }, networkSet: { objects: 1, prefixes: 1 } }, { generation: 2 })
    expect(eventsOf(status(well), later)).toEqual([])
  })

  it('T-02 L-02 say that a feed was disabled, and not that its conditions went, and that it was enabled', () => {
    const failing = status({ ...well, conditions: [{ type: 'PullFailed', message: 'a' }] })
    const disabled = status(well, { enabled: false })
    expect(eventsOf(failing, disabled).map(({ reason }) => reason)).toEqual(['Disabled'])
    expect(eventsOf(disabled, status(well)).map(({ reason }) => reason)).toEqual(['Enabled'])
    expect(eventsOf(NOTHING, status({}, { enabled: false }))).toEqual([])
  })

  it('T-05 where the rest is dropped, conditions are told all the same and nothing is told twice', () => {
    const before = pruned(status(well))
    const after = pruned(status({ ...well, version: adopted('b'), conditions: [{ type: 'PullFailed', message: 'a' }] }))
    expect(eventsOf(before, after).map(({ reason }) => reason)).toEqual(['PullFailed'])
    expect(eventsOf(after, after)).toEqual([])
  })
})
