import { freshMarks } from '../../../domain/run/run-view.ts'
import type { LoopMarks, Requests, RunView } from '../../../domain/run/run-view.ts'
import { freshState } from '../../../domain/run/state.ts'
import type { FeedState, Observed, Version } from '../../../domain/run/state.ts'

export const SETTINGS = { searchIntervalMs: 60_000, lookbackMs: 192 * 3_600_000, continueAfterEvents: 250, searchAttributes: false }

export function observedFeed(changes: Partial<Observed> = {}): Observed {
  return {
    uid: 'uid-1',
    generation: 1,
    specHash: 'v1-spec',
    pullHash: 'v1-pull',
    networkSetHash: 'v1-nets',
    content: 'IPSet',
    enabled: true,
    periodMs: 3_600_000,
    networkSet: 'absent',
    match: 'exact',
    lookbackMs: SETTINGS.lookbackMs,
    invalid: null,
    pullable: true,
    settings: SETTINGS,
    ...changes,
  }
}

export function adopted(sha256: string, changes: Partial<Version> = {}): Version {
  return {
    set: { sha256, members: 3 },
    content: 'IPSet',
    pullHash: 'v1-pull',
    adoptedAt: '2026-01-01T00:00:00Z',
    document: { seqNo: 1, primaryTerm: 1 },
    validators: null,
    ...changes,
  }
}

interface Changes {
  readonly state?: Partial<FeedState>
  readonly observed?: Partial<Observed> | null
  readonly requests?: Partial<Requests>
  readonly marks?: Partial<LoopMarks>
  readonly backwardRunning?: boolean
  readonly searchedLast?: boolean
}

export function runView({ state, observed, requests, marks, backwardRunning = false, searchedLast = false }: Changes = {}): RunView {
  return {
    id: 'threatfeed/c/f',
    state: { ...freshState('uid-1'), ...state },
    observed: observed === null ? null : observedFeed(observed),
    requests: { look: false, refresh: false, deleted: false, ...requests },
    marks: { ...freshMarks(), loaded: true, networkSetKnown: true, ...marks },
    backwardRunning,
    searchedLast,
  }
}
