import { describe, expect, it } from 'vitest'
import { nextStep, reportedNow, summaryOf, timesOf, withCondition } from '../../../domain/run/next-step.ts'
import type { RunView } from '../../../domain/run/next-step.ts'
import { nextPullAt, nextSlot } from '../../../domain/run/schedule.ts'
import { freshState } from '../../../domain/run/state.ts'
import type { FeedState } from '../../../domain/run/state.ts'
import { SETTINGS, adopted, observedFeed, runView } from './run-view.ts'

const NOW = 1_800_000_000_000
const quiet = { version: adopted('a'), cursor: { number: 1, id: 'w' }, attemptedPullHash: 'v1-pull', lastAttemptAt: NOW - 1000, lastSyncAt: NOW, lastSearchAt: NOW }
const reported = (state: FeedState): { at: number; summary: string; times: string } => ({
  at: NOW - 1000,
  summary: summaryOf(state, observedFeed()),
  times: timesOf(state),
})
/** The same once all that there is to say of it was said. */
function said(view: RunView): RunView {
  return { ...view, marks: { ...view.marks, reported: { at: NOW - 1000, summary: summaryOf(view.state, view.observed), times: timesOf(view.state) } } }
}
const quietMarks = { searchedAt: NOW, reported: reported({ ...freshState('uid-1'), ...quiet }), reconcile: false }

describe('nextStep', () => {
  it('looks at the resource first, and again when asked', () => {
    expect(nextStep(runView({ observed: null }), NOW)).toEqual({ kind: 'observe' })
    expect(nextStep(runView({ state: quiet, marks: quietMarks, requests: { look: true } }), NOW)).toEqual({ kind: 'observe' })
  })

  it('P-01 pulls at once when nothing is stored, and then waits for its period', () => {
    expect(nextStep(runView(), NOW)).toEqual({ kind: 'pull' })
    const view = runView({ state: { ...quiet, version: null }, marks: quietMarks })
    const due = nextPullAt(view.id, NOW - 1000, 3_600_000)
    expect(nextStep({ ...view, marks: { ...view.marks, reported: reported(view.state) } }, due - 1)).toMatchObject({ kind: 'wait', until: due })
    expect(nextStep({ ...view, marks: { ...view.marks, reported: reported(view.state) } }, due)).toEqual({ kind: 'pull' })
  })

  it('L-03 pulls at once when url, format, headers or content changed, without waiting out a failure', () => {
    const state = { ...quiet, retryPullAt: NOW + 1e9, failedPulls: 3 }
    expect(nextStep(runView({ state, marks: quietMarks, observed: { pullHash: 'v1-other' } }), NOW)).toEqual({ kind: 'pull' })
    expect(nextStep(runView({ state, marks: quietMarks }), NOW)).not.toEqual({ kind: 'pull' })
  })

  it('P-12 adopts a body that is in the store before asking the host again', () => {
    const pending = {
      snapshot: { sha256: 's', bytes: 1 },
      validators: null,
      pullHash: 'v1-pull',
      content: 'IPSet',
      format: { kind: 'newline' },
      allowEmpty: false,
      set: null,
    } as const
    const view = runView({ state: { ...quiet, pending, lastAttemptAt: 0 }, marks: quietMarks, requests: { refresh: true } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'adopt' })
    const waiting = { ...view, marks: { ...view.marks, retryAt: { adopt: NOW + 5000 } } }
    expect(nextStep(waiting, NOW)).toMatchObject({ kind: 'wait', until: NOW + 5000 })
  })

  it('V-23 an invalid spec stops pulls, while the last good set is searched and enforced', () => {
    const view = runView({
      state: { ...quiet, lastAttemptAt: 0 },
      observed: { pullable: false, invalid: 'spec.pull.period: ...', networkSet: 'wanted' },
      marks: { ...quietMarks, searchedAt: NOW - 60_000 },
    })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
    const synced = { ...view, state: { ...view.state, networkSetFor: 'a/v1-nets' } }
    expect(nextStep(synced, NOW)).toEqual({ kind: 'search-forward' })
  })

  it('V-23 an invalid network-set stanza leaves what is enforced, an invalid content what is stored', () => {
    const state = { ...quiet, networkSetFor: 'a/v1-nets' }
    const marks = { ...quietMarks, reconcile: true }
    expect(nextStep(said(runView({ state, marks, observed: { networkSet: 'invalid', invalid: 'labels' } })), NOW)).toMatchObject({ kind: 'wait' })
    expect(nextStep(runView({ state, marks, observed: { networkSet: 'absent' } }), NOW)).toEqual({ kind: 'sync-network-set' })
    const typo = { content: 'DomainNameSet', pullable: false, invalid: 'spec.content', networkSet: 'invalid' } as const
    expect(nextStep(said(runView({ state, marks, observed: typo })), NOW)).toMatchObject({ kind: 'wait' })
  })

  it('L-02 a disabled feed loses its network set and then only waits', () => {
    const view = runView({ state: { ...quiet, networkSetFor: 'a/v1-nets', lastAttemptAt: 0 }, observed: { enabled: false, networkSet: 'wanted' }, marks: { ...quietMarks, searchedAt: null } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
    const removed = { ...view, state: { ...view.state, networkSetFor: null } }
    expect(nextStep(removed, NOW)).toEqual({ kind: 'report' })
    expect(nextStep(said(removed), NOW)).toMatchObject({ kind: 'wait', until: null })
  })

  it('L-03 while a former content cannot be cleaned up, nothing of the new one is done', () => {
    const marks = { ...quietMarks, searchedAt: null, retryAt: { 'drop-content': NOW + 9 } }
    const view = runView({ state: quiet, marks, observed: { content: 'DomainNameSet', pullHash: 'v1-names' } })
    expect(nextStep(view, NOW)).toMatchObject({ kind: 'wait', until: NOW + 9 })
  })

  it('L-02 a new run looks once for a network set that no state tells of', () => {
    const view = runView({ state: quiet, marks: { ...quietMarks, networkSetKnown: false } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
  })

  it('L-03 a changed content is cleaned up before anything new is pulled', () => {
    const view = runView({ state: quiet, marks: quietMarks, observed: { content: 'DomainNameSet', pullHash: 'v1-names' } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'drop-content' })
  })

  it('S-02 reads a pushed document once an interval', () => {
    const view = runView({ observed: { periodMs: null } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'read-pushed' })
    const read = { ...view, marks: { ...view.marks, pushReadAt: NOW, reported: reported(view.state) } }
    const wait = nextStep(read, NOW)
    expect(wait.kind).toBe('wait')
    if (wait.kind === 'wait') expect(wait.until).toBeLessThanOrEqual(NOW + 60_000)
  })

  it('L-04 reads a pushed document at once when it is asked for', () => {
    const marks = { pushReadAt: NOW, searchedAt: NOW, reconcile: false }
    const view = runView({ observed: { periodMs: null }, requests: { refresh: true }, marks })
    expect(nextStep(view, NOW + 1)).toEqual({ kind: 'read-pushed' })
    expect(nextStep({ ...view, requests: { ...view.requests, refresh: false } }, NOW + 1)).not.toEqual({ kind: 'read-pushed' })
  })

  it('L-05 an absence is confirmed half a minute later, and nothing else is done meanwhile', () => {
    const view = runView({ state: { ...quiet, lastAttemptAt: 0 }, marks: { ...quietMarks, absentSince: NOW }, requests: { look: true } })
    expect(nextStep(view, NOW + 29_999)).toMatchObject({ kind: 'wait', until: NOW + 30_000 })
    expect(nextStep(view, NOW + 30_000)).toEqual({ kind: 'observe' })
  })

  it('L-05 a delete event of this uid is believed', () => {
    expect(nextStep(runView({ state: quiet, requests: { deleted: true } }), NOW)).toEqual({ kind: 'remove' })
  })

  it.each([{ absentSince: NOW - 30_000 }, { absentSince: null }])('L-05 one that is known to be gone is not looked for again while the store does not say what it left (%j)', (absence) => {
    const marks = { loaded: false, retryAt: { load: NOW + 5000 }, ...absence }
    const view = runView({ observed: null, requests: { deleted: true, look: true }, marks })
    expect(nextStep(view, NOW)).toMatchObject({ kind: 'wait', until: NOW + 5000 })
    expect(nextStep(view, NOW + 5000)).toEqual({ kind: 'load' })
    expect(nextStep({ ...view, requests: { ...view.requests, deleted: false } }, NOW)).toEqual({ kind: 'observe' })
  })

  it('searches backward beside the loop, one at a time', () => {
    const owed = { set: { sha256: 'o', members: 1 }, upTo: { number: 1, id: 'w' }, position: null }
    const state = { ...quiet, owed }
    expect(nextStep(runView({ state, marks: quietMarks }), NOW)).toEqual({ kind: 'search-backward' })
    expect(nextStep(runView({ state, marks: quietMarks, backwardRunning: true }), NOW)).toMatchObject({ kind: 'wait' })
  })

  it('T-06 writes a change at once, and a time that merely advances every five minutes', () => {
    const view = runView({ state: quiet, marks: quietMarks })
    expect(nextStep(view, NOW)).toMatchObject({ kind: 'wait' })
    const failing = { ...view, state: { ...view.state, conditions: [{ type: 'PullFailed', message: 'no' } as const] } }
    expect(nextStep(failing, NOW)).toEqual({ kind: 'report' })
    const later = { ...view, state: { ...view.state, lastSearchAt: NOW + 1 }, marks: { ...view.marks, searchedAt: NOW + 299_000 } }
    expect(nextStep(later, NOW + 298_999)).toMatchObject({ kind: 'wait' })
    expect(nextStep(later, NOW + 299_000)).toEqual({ kind: 'report' })
  })

  describe('a time that merely advances', () => {
    const state = { ...freshState('uid-1'), ...quiet }
    /** When the next report is due after one of now, counted from now. */
    const due = (searchIntervalMs: number, changes: Partial<FeedState> = {}, searchedAt: number | null = NOW): number => {
      const view = runView({ state: { ...state, ...changes }, observed: { settings: { ...SETTINGS, searchIntervalMs } }, marks: { ...quietMarks, searchedAt } })
      return (reportedNow(view, NOW).nextAt ?? 0) - NOW
    }

    it('Q-08 T-06 is told of with the first search after five minutes, by no timer of its own', () => {
      const view = runView({ state, marks: quietMarks })
      const slot = nextSlot(view.id, NOW + 300_000, 60_000)
      expect(slot - NOW).toBeLessThanOrEqual(360_000)
      const later = { ...view, state: { ...view.state, lastSearchAt: NOW + 1 }, marks: { ...view.marks, searchedAt: slot - 60_000, reported: reportedNow(view, NOW) } }
      expect(nextStep(later, slot - 1)).toEqual({ kind: 'wait', until: slot, next: 'the next search of new logs' })
      expect(nextStep(later, slot)).toEqual({ kind: 'search-forward' })
      const searched = { ...later, marks: { ...later.marks, searchedAt: slot }, searchedLast: true }
      expect(nextStep(searched, slot + 20)).toEqual({ kind: 'report' })
    })

    it('T-06 is told of after five minutes, or within a minute more, whatever the interval', () => {
      for (const seconds of [10, 45, 60, 75, 90, 120, 299, 300, 301, 3600]) {
        const after = due(seconds * 1000)
        expect([seconds, after >= 300_000, after <= 360_000]).toEqual([seconds, true, true])
      }
    })

    it('Q-08 T-06 is told of with each search, where one comes every five minutes', () => {
      const view = runView({ state, observed: { settings: { ...SETTINGS, searchIntervalMs: 300_000 } }, marks: quietMarks })
      const slot = nextSlot(view.id, NOW, 300_000)
      const told = { ...view, state: { ...view.state, lastSearchAt: slot + 10 }, marks: { ...view.marks, searchedAt: slot } }
      expect(reportedNow(told, slot + 900).nextAt).toBe(slot + 300_010)
    })

    it('T-06 of a clock that goes wrong is taken to be between the last search and now', () => {
      expect(due(3_600_000, { lastSearchAt: NOW + 3_600_000 })).toBe(300_000)
      expect(due(3_600_000, { lastSearchAt: NOW - 3_600_000, lastSyncAt: null }, NOW - 5_000)).toBe(295_000)
    })
  })

  it('T-05 T-06 writes at once what our own CRD shows: a spec that was looked at, a network set, rejected entries', () => {
    const view = runView({ state: quiet, marks: quietMarks })
    for (const observed of [{ generation: 2 }, { enabled: false }]) expect(nextStep(runView({ state: quiet, marks: quietMarks, observed }), NOW)).toEqual({ kind: 'report' })
    for (const changes of [{ networkSet: { objects: 1, prefixes: 3 } }, { rejected: { zone: 1 } }]) {
      expect(nextStep({ ...view, state: { ...view.state, ...changes } }, NOW)).toEqual({ kind: 'report' })
    }
  })

  it('G-05 compares the network set after each look, and once it is written waits for the next', () => {
    const state = { ...quiet, networkSetFor: 'a/v1-nets' }
    const view = runView({ state, observed: { networkSet: 'wanted' }, marks: { ...quietMarks, reconcile: true } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
    expect(nextStep(said({ ...view, marks: { ...view.marks, reconcile: false } }), NOW)).toMatchObject({ kind: 'wait' })
  })

  it('G-06 a network set that waits for its next try holds up no search', () => {
    const marks = { ...quietMarks, searchedAt: null, retryAt: { 'sync-network-set': NOW + 9 } }
    const view = runView({ state: { ...quiet, networkSetFor: null }, observed: { networkSet: 'wanted' }, marks })
    expect(nextStep(view, NOW)).toEqual({ kind: 'search-forward' })
  })

  it('Q-07 T-06 searches of new logs that take as long as the interval leave older logs and the status their turn', () => {
    const owed = { set: { sha256: 'o', members: 1 }, upTo: { number: 1, id: 'w' }, position: null }
    const late = runView({
      state: { ...quiet, owed },
      observed: { periodMs: null },
      marks: { ...quietMarks, reported: null, searchedAt: NOW - 60_000, pushReadAt: NOW - 60_000 },
    })
    expect(nextStep(late, NOW)).toEqual({ kind: 'read-pushed' })
    const searched = { ...late, searchedLast: true }
    expect(nextStep(searched, NOW)).toEqual({ kind: 'search-backward' })
    expect(nextStep({ ...searched, backwardRunning: true }, NOW)).toEqual({ kind: 'report' })
    expect(nextStep(said({ ...searched, backwardRunning: true }), NOW)).toEqual({ kind: 'read-pushed' })
  })

  it('a step that failed waits for its own time, so that a lasting failure cannot spin', () => {
    const view = runView({ state: { ...quiet, networkSetFor: null }, observed: { networkSet: 'wanted' }, marks: { ...quietMarks, retryAt: { 'sync-network-set': NOW + 9 } } })
    expect(nextStep(said(view), NOW)).toMatchObject({ kind: 'wait', until: NOW + 9, next: 'writing the network set' })
  })
})

describe('withCondition', () => {
  it('T-02 keeps one condition per type and removes it when that type succeeds', () => {
    const one = withCondition([], 'PullFailed', 'a')
    const two = withCondition(one, 'SearchFailed', 'b')
    expect(withCondition(two, 'PullFailed', 'c')).toEqual([
      { type: 'PullFailed', message: 'c' },
      { type: 'SearchFailed', message: 'b' },
    ])
    expect(withCondition(two, 'PullFailed', null)).toEqual([{ type: 'SearchFailed', message: 'b' }])
  })
})
