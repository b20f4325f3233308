import { describe, expect, it } from 'vitest'
import { CONDITION_TYPES, freshState, type FeedState, type Observed } from '../../../domain/run/state.ts'
import { currentStatus } from '../../../domain/status/current-status.ts'
import type { Condition, FeedStatus } from '../../../domain/status/feed-status.ts'
import { statusOf } from '../../../domain/status/status-of.ts'
import { statusToWrite } from '../../../domain/status/status-to-write.ts'
import { adopted, observedFeed } from '../run/run-view.ts'

const AT = Date.UTC(2026, 2, 1, 12, 0, 0)
const well: Partial<FeedState> = { version: adopted('a1b2c3d4e5f60718'), lastSyncAt: AT, lastSearchAt: AT }

function status(changes: Partial<FeedState> = {}, observed: Partial<Observed> = {}, at = AT): FeedStatus {
  return statusOf({ ...freshState('uid-1'), ...changes }, observedFeed(observed), at)
}

/** The conditions as `Type=Status Reason`. */
function conditions(changes: Partial<FeedState>, observed: Partial<Observed> = {}): readonly string[] {
  return (status(changes, observed).conditions ?? []).map(({ type, status: is, reason }) => `${type}=${is} ${reason}`)
}

function one(changes: Partial<FeedState>, type: Condition['type']): Condition | undefined {
  return status(changes).conditions?.find((condition) => condition.type === type)
}

describe('the conditions that our own CRD adds', () => {
  it('T-05 are Ready, Synced and Searched of a feed that is well, and Enforced where a network set is wanted', () => {
    expect(conditions(well)).toEqual(['Ready=True Ready', 'Synced=True SetInForce', 'Searched=True LogsSearched'])
    expect(conditions({ ...well, networkSetFor: 'a/v1-nets' }, { networkSet: 'wanted' })).toEqual([
      'Ready=True Ready',
      'Synced=True SetInForce',
      'Enforced=True NetworkSetWritten',
      'Searched=True LogsSearched',
    ])
  })

  it('T-05 are pending until there is a result, and not ready', () => {
    expect(conditions({}, { networkSet: 'wanted' })).toEqual(['Ready=False Pending', 'Synced=Unknown Pending', 'Enforced=Unknown Pending', 'Searched=Unknown Pending'])
    expect(conditions({ ...well, lastSearchAt: null })).toEqual(['Ready=False Pending', 'Synced=True SetInForce', 'Searched=Unknown Pending'])
    expect(one({}, 'Ready')?.message).toBe('no set is in force yet')
  })

  it.each([
    ['PullFailed', 'Synced'],
    ['PushInvalid', 'Synced'],
    ['StoreFailed', 'Synced'],
    ['UpdateHeld', 'Synced'],
    ['SearchFailed', 'Searched'],
    ['LogsUnsearchable', 'Searched'],
  ] as const)('T-05 %s is the reason why a feed is neither ready nor %s, with its message', (type, part) => {
    const failing = { ...well, conditions: [{ type, message: 'GET https://feeds.example/canary failed' }] }
    for (const name of ['Ready', part] as const) {
      expect(one(failing, name)).toMatchObject({ status: 'False', reason: type, message: 'GET feeds.example failed' })
    }
    expect(conditions(failing).filter((text) => text.includes('False'))).toHaveLength(2)
  })

  it('T-05 tell what an invalid spec costs: pulls, or the network set alone (V-23)', () => {
    const invalid = { ...well, networkSetFor: 'a/v1-nets', conditions: [{ type: 'InvalidSpec', message: 'x' }] as const }
    expect(conditions(invalid, { pullable: false })).toEqual(['Ready=False InvalidSpec', 'Synced=False InvalidSpec', 'Searched=True LogsSearched'])
    expect(conditions(invalid, { networkSet: 'invalid' })).toEqual([
      'Ready=False InvalidSpec',
      'Synced=True SetInForce',
      'Enforced=False InvalidSpec',
      'Searched=True LogsSearched',
    ])
    const unwritten = { ...invalid, conditions: [{ type: 'GlobalNetworkSetSyncFailed', message: 'x' }] as const }
    expect(conditions(unwritten, { networkSet: 'wanted' })).toContain('Enforced=False GlobalNetworkSetSyncFailed')
  })

  it('T-05 no error condition leaves a feed ready', () => {
    for (const type of CONDITION_TYPES) expect(one({ ...well, conditions: [{ type, message: 'x' }] }, 'Ready')).toMatchObject({ status: 'False', reason: type })
  })

  it('T-02 T-05 of a disabled feed there is one: that it is not ready, since it is disabled', () => {
    const shown = status({ ...well, networkSetFor: null }, { enabled: false })
    expect(shown.errorConditions).toEqual([])
    expect(shown.conditions?.map(({ type, status: is, reason }) => [type, is, reason])).toEqual([['Ready', 'False', 'Disabled']])
  })

  it('T-05 have the shape of metav1.Condition, reasons in CamelCase', () => {
    for (const condition of status({}, { networkSet: 'wanted', generation: 7 }).conditions ?? []) {
      expect(Object.keys(condition)).toEqual(['type', 'status', 'observedGeneration', 'lastTransitionTime', 'reason', 'message'])
      expect(condition).toMatchObject({ observedGeneration: 7, lastTransitionTime: '2026-03-01T12:00:00Z' })
      expect(condition.reason).toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    }
  })
})

describe('when a condition changed', () => {
  const next = (shown: FeedStatus, changes: Partial<FeedState>, at: number): FeedStatus | null => statusToWrite(shown, status(changes, {}, at), at)
  const transition = (shown: FeedStatus | null): string | undefined => shown?.conditions?.[0]?.lastTransitionTime

  it('T-05 its transition moves with its status, and not with reason or message', () => {
    const refused = next({ errorConditions: [] }, { ...well, conditions: [{ type: 'PullFailed', message: 'refused' }] }, AT)
    expect(transition(refused)).toBe('2026-03-01T12:00:00Z')
    const later = next(refused ?? { errorConditions: [] }, { ...well, conditions: [{ type: 'SearchFailed', message: 'x' }] }, AT + 60_000)
    expect(transition(later)).toBe('2026-03-01T12:00:00Z')
    expect(transition(next(later ?? { errorConditions: [] }, well, AT + 120_000))).toBe('2026-03-01T12:02:00Z')
  })

  it('T-05 T-06 the same again is not written, in whatever order the API server gives the reasons of rejected entries', () => {
    const state = { ...well, rejected: { zone: 2, empty: 1 }, delta: { added: 3, removed: 0 }, networkSet: { objects: 1, prefixes: 2 } }
    const shown = next({ errorConditions: [] }, state, AT)
    const stored = currentStatus({ status: JSON.parse(JSON.stringify({ ...shown, set: { ...shown?.set, rejectedByReason: { zone: 2, empty: 1 } } })) as unknown })
    expect(stored).toEqual(shown)
    expect(next(stored, state, AT + 3_600_000)).toBeNull()
    expect(next(stored, { ...state, rejected: { zone: 1 } }, AT + 1000)).not.toBeNull()
    expect(next(stored, { ...state, networkSet: { objects: 2, prefixes: 2 } }, AT + 1000)).not.toBeNull()
  })

  it('T-05 T-06 is no reason to write where the CRD drops it, and goes along with what is', () => {
    const shown: FeedStatus = { lastSuccessfulSync: '2026-03-01T12:00:00Z', lastSuccessfulSearch: '2026-03-01T12:00:00Z', errorConditions: [] }
    expect(next(shown, { ...well, lastSearchAt: AT + 60_000, networkSet: { objects: 1, prefixes: 1 } }, AT + 60_000)).toBeNull()
    expect(next(shown, { ...well, lastSearchAt: AT + 300_000 }, AT + 300_000)).toMatchObject({ observedGeneration: 1 })
    expect(next(shown, { ...well, conditions: [{ type: 'PullFailed', message: 'x' }] }, AT + 1_000)).toMatchObject({ observedGeneration: 1 })
  })

  it('T-05 a report from before the first look leaves what is shown', () => {
    const shown = next({ errorConditions: [] }, well, AT) ?? { errorConditions: [] }
    expect(statusToWrite(shown, statusOf({ ...freshState('uid-1'), ...well }, null, AT), AT + 60_000)).toBeNull()
  })

  it('T-05 what others wrote there is replaced', () => {
    const odd = currentStatus({ status: { observedGeneration: 'x', conditions: [null, { type: 'Odd', status: 'Maybe' }], set: 7, networkSet: { objects: 'x' } } })
    expect(odd).toMatchObject({ errorConditions: [], conditions: [{ reason: '' }, { reason: '', status: 'Unknown' }] })
    expect(next(odd, well, AT)).toMatchObject({ observedGeneration: 1, conditions: [{ lastTransitionTime: '2026-03-01T12:00:00Z' }, {}, {}] })
  })
})

describe('the figures of the last set', () => {
  it('T-05 are its version, its members, what it changed, and what was rejected by reason', () => {
    expect(status({})).not.toHaveProperty('set')
    const changes = { ...well, rejected: { zone: 2, empty: 1 }, delta: { added: 3, removed: 1 }, networkSet: { objects: 1, prefixes: 2 } }
    expect(status(changes)).toMatchObject({
      set: { version: 'a1b2c3d4e5f6', members: 3, added: 3, removed: 1, rejected: 3, rejectedByReason: { empty: 1, zone: 2 }, adoptedAt: '2026-01-01T00:00:00Z' },
      networkSet: { objects: 1, prefixes: 2 },
    })
  })

  it('T-05 go with the set and with the network set', () => {
    const shown = statusToWrite({ errorConditions: [] }, status({ ...well, networkSet: { objects: 1, prefixes: 2 } }), AT)
    const without = statusToWrite(shown ?? { errorConditions: [] }, status({}), AT)
    expect(without).not.toBeNull()
    expect(without).not.toHaveProperty('set')
    expect(without).not.toHaveProperty('networkSet')
  })
})
