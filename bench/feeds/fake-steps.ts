import { setTimeout as sleep } from 'node:timers/promises'
import type { FeedKey } from '../../domain/run/references.ts'
import type { Observed } from '../../domain/run/state.ts'
import type { FeedSteps } from '../../domain/run/steps.ts'

/** What a small request to a server takes: the step itself is not what is measured. */
export const STEP_MS = 5

const DAY = 24 * 3_600_000
const SET = { sha256: 'a'.repeat(64), members: 5_000 }

export interface FakeSteps {
  readonly intervalMs: number
  readonly continueAfterEvents: number
  /** Told of each search of new logs, the step that a feed makes in every interval. */
  readonly onSearch: (name: string) => void
}

/**
 * The steps of quiet feeds, with a world that lies in this process: one list a day, no hits. Workflow, worker and server are the real
 * ones, and what they cost is what is measured.
 */
export function fakeSteps({ intervalMs, continueAfterEvents, onSearch }: FakeSteps): FeedSteps {
  const after = async <T>(value: T): Promise<T> => sleep(STEP_MS, value)
  let window = 0
  const observed = ({ uid }: FeedKey): Observed => ({
    uid,
    generation: 1,
    specHash: 'v1-spec',
    pullHash: 'v1-pull',
    networkSetHash: 'v1-nets',
    content: 'IPSet',
    enabled: true,
    periodMs: DAY,
    networkSet: 'absent',
    match: 'exact',
    lookbackMs: 8 * DAY,
    invalid: null,
    pullable: true,
    settings: { searchIntervalMs: intervalMs, lookbackMs: 8 * DAY, continueAfterEvents, searchAttributes: true },
  })
  return {
    loadState: () => after(null),
    observeFeed: ({ feed }) => after({ kind: 'present', observed: observed(feed) }),
    pullFeed: ({ pullHash }) =>
      after({
        outcome: 'pulled',
        host: 'feeds.example',
        snapshot: { sha256: 'b'.repeat(64), bytes: 70_000 },
        validators: { etag: '"1"' },
        pullHash,
        content: 'IPSet',
        format: { kind: 'newline' },
        allowEmpty: false,
      }),
    parseFeed: () => after({ set: SET, entries: SET.members, rejected: {} }),
    readPushedSet: () => after({ outcome: 'absent' }),
    storeSet: ({ state, set, content }) => {
      const version = { set, content, pullHash: 'v1-pull', adoptedAt: new Date().toISOString(), document: { seqNo: 1, primaryTerm: 1 }, validators: null }
      return after({ state: { ...state, version, pending: null }, added: set.members, removed: 0, written: true })
    },
    syncNetworkSet: () => after({ objects: 0, prefixes: 0, writes: 0 }),
    searchForward: ({ feed, debts }) => {
      onSearch(feed.name)
      window += 1
      return after({ cursor: { number: window, id: `window-${window}` }, debts, startedAt: Date.now(), hits: 0, newEvents: 0, unsearchable: null })
    },
    searchBackward: () => after({ position: null, hits: 0, newEvents: 0 }),
    reportStatus: () => after({ written: true }),
    removeFeed: () => after(undefined),
    disableFeed: () => after('disabled'),
  }
}
