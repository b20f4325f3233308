import { describe, expect, it } from 'vitest'
import { CONDITION_TYPES, type FeedState, freshState } from '../../../domain/run/state.ts'
import { currentStatus } from '../../../domain/status/current-status.ts'
import type { FeedStatus } from '../../../domain/status/feed-status.ts'
import { mergeStatus } from '../../../domain/status/merge-status.ts'
import { statusToWrite } from '../../../domain/status/status-to-write.ts'
import { MAX_CONDITIONS, MAX_MESSAGE, statusOf } from '../../../domain/status/status-of.ts'

const AT = Date.UTC(2026, 2, 1, 12, 0, 0)

function state(changes: Partial<FeedState>): FeedState {
  return { ...freshState('uid'), ...changes }
}

function messageOf(message: string): string {
  return statusOf(state({ conditions: [{ type: 'PullFailed', message }] }), null, AT).errorConditions[0]?.message ?? ''
}

describe('the status of a state', () => {
  it('T-01 shows the last sync and search, and neither before the first', () => {
    expect(statusOf(state({}), null, AT)).toEqual({ errorConditions: [] })
    expect(statusOf(state({ lastSyncAt: AT, lastSearchAt: AT + 1000 }), null, AT)).toEqual({
      lastSuccessfulSync: '2026-03-01T12:00:00Z',
      lastSuccessfulSearch: '2026-03-01T12:00:01Z',
      errorConditions: [],
    })
  })

  it('T-03 writes whole seconds of UTC, rounded down', () => {
    expect(statusOf(state({ lastSyncAt: AT + 999 }), null, AT).lastSuccessfulSync).toBe('2026-03-01T12:00:00Z')
    expect(statusOf(state({ lastSyncAt: Number.NaN }), null, AT).lastSuccessfulSync).toBeUndefined()
  })

  it('T-02 shows one condition for each type, the newest, in one order whatever the state’s', () => {
    const conditions = [...CONDITION_TYPES].reverse().map((type) => ({ type, message: `old ${type}` }))
    const shown = statusOf(state({ conditions: [...conditions, { type: 'PullFailed', message: 'new' }] }), null, AT).errorConditions
    expect(shown.map(({ type }) => type)).toEqual(CONDITION_TYPES)
    expect(shown.length).toBeLessThanOrEqual(MAX_CONDITIONS)
    expect(shown.find(({ type }) => type === 'PullFailed')?.message).toBe('new')
  })

  it('T-04 bounds and sanitises messages', () => {
    expect(messageOf('a\u0000b\u001b[31mc\r\nd\u202ee')).toBe('a b [31mc d e')
    expect([...messageOf('🦊'.repeat(600))]).toHaveLength(MAX_MESSAGE)
    expect(messageOf('x'.repeat(MAX_MESSAGE))).toBe('x'.repeat(MAX_MESSAGE))
    expect(messageOf('x'.repeat(MAX_MESSAGE + 1))).toBe(`${'x'.repeat(MAX_MESSAGE - 1)}…`)
  })

  it('T-04 keeps of a url the host alone', () => {
    expect(messageOf('GET https://user:canary@feeds.example:8443/canary?key=canary#canary failed')).toBe('GET feeds.example failed')
    expect(messageOf('bad address "http://[canary/?canary" found')).toBe('bad address "…" found')
  })
})

describe('reading the status of a resource', () => {
  it('T-01 takes what is there and survives what is not a status', () => {
    const status: FeedStatus = {
      lastSuccessfulSync: '2026-03-01T12:00:00Z',
      errorConditions: [{ type: 'SearchFailed', message: 'x' }],
    }
    expect(currentStatus({ status })).toEqual(status)
    expect(currentStatus({})).toEqual({ errorConditions: [] })
    expect(currentStatus({ status: { lastSuccessfulSync: 'yesterday', lastSuccessfulSearch: 3, errorConditions: 'none' } })).toEqual({ errorConditions: [] })
  })

  it('T-02 a condition it does not know is replaced at the next write', () => {
    const current = currentStatus({ status: { errorConditions: [{ type: 'Odd', message: 'x' }, null] } })
    expect(current.errorConditions).toHaveLength(2)
    expect(statusToWrite(current, { errorConditions: [] }, AT)).not.toBeNull()
  })
})

describe('when a status is written', () => {
  const shown: FeedStatus = { lastSuccessfulSync: '2026-03-01T12:00:00Z', lastSuccessfulSearch: '2026-03-01T12:00:00Z', errorConditions: [] }

  it('T-06 a changed, new or gone condition at once', () => {
    const failing: FeedStatus = { ...shown, errorConditions: [{ type: 'PullFailed', message: 'refused' }] }
    expect(statusToWrite(shown, failing, AT)).not.toBeNull()
    expect(statusToWrite(failing, shown, AT)).not.toBeNull()
    expect(statusToWrite(failing, { ...shown, errorConditions: [{ type: 'PullFailed', message: 'timed out' }] }, AT)).not.toBeNull()
    expect(statusToWrite(failing, failing, AT + 3_600_000)).toBeNull()
  })

  it('T-06 the first time of a kind at once', () => {
    expect(statusToWrite({ errorConditions: [] }, { lastSuccessfulSync: '2026-03-01T12:00:00Z', errorConditions: [] }, AT)).not.toBeNull()
  })

  it('T-06 a time that merely advances at most every five minutes', () => {
    const later: FeedStatus = { ...shown, lastSuccessfulSearch: '2026-03-01T12:04:00Z' }
    expect(statusToWrite(shown, later, AT + 299_999)).toBeNull()
    expect(statusToWrite(shown, later, AT + 300_000)).not.toBeNull()
    expect(statusToWrite(shown, shown, AT + 300_000)).toBeNull()
  })

  it('Q-09 never lets a time go back or vanish', () => {
    const earlier: FeedStatus = { lastSuccessfulSync: '2026-03-01T11:00:00Z', errorConditions: [] }
    expect(statusToWrite(shown, earlier, AT + 3_600_000)).toBeNull()
    const { lastSuccessfulSearch } = shown
    expect(lastSuccessfulSearch).toBeDefined()
    expect(mergeStatus(shown, { lastSuccessfulSearch: '2020-03-01T11:00:00Z', errorConditions: [] })).toMatchObject({ lastSuccessfulSearch })
    expect(mergeStatus(shown, { ...earlier, lastSuccessfulSync: '2026-03-01T13:00:00Z' })).toEqual({ ...shown, lastSuccessfulSync: '2026-03-01T13:00:00Z' })
  })
})
