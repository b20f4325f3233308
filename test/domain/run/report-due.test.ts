import { describe, expect, it } from 'vitest'
import { nextStep } from '../../../domain/run/next-step.ts'
import { reportedNow } from '../../../domain/run/report-due.ts'
import { nextSlot } from '../../../domain/run/schedule.ts'
import { freshState } from '../../../domain/run/state.ts'
import type { FeedState } from '../../../domain/run/state.ts'
import { NOW, quiet, quietMarks } from './quiet.ts'
import { SETTINGS, runView } from './run-view.ts'

describe('a report', () => {
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
})
