import { ApplicationFailure } from '@temporalio/common'
import type { FeedState, Observed } from '../../domain/run/state.ts'
import type { FeedSteps, Observation, PullOutput } from '../../domain/run/steps.ts'
import { observedFeed } from '../domain/run/run-view.ts'

export interface Call {
  readonly step: keyof FeedSteps
  readonly input: unknown
}

/** An expected failure as the worker's interceptor gives it. */
export function failure(code: string, message: string, fields: object = {}): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [fields] })
}

/**
 * The steps of one feed, played from a script: a resource, a host and a store that a test changes while the workflow runs. Records each
 * call in order.
 */
export class ScriptedSteps implements FeedSteps {
  readonly calls: Call[] = []
  observed: Observed = observedFeed()
  observation: (() => Observation) | null = null
  body = 'a'
  pull: (() => PullOutput) | null = null
  stored: FeedState | null = null
  saved: FeedState | null = null
  pushed: { readonly seqNo: number; readonly set: string } | null = null
  window = 0
  fail: Partial<Record<keyof FeedSteps, () => Error>> = {}
  backwardSlices = 1

  count(step: keyof FeedSteps): number {
    return this.calls.filter((call) => call.step === step).length
  }

  inputs<S extends keyof FeedSteps>(step: S): Parameters<FeedSteps[S]>[0][] {
    return this.calls.filter((call) => call.step === step).map((call) => call.input as Parameters<FeedSteps[S]>[0])
  }

  /** The steps as a worker takes them: functions of their own. */
  activities(): FeedSteps {
    const record =
      <S extends keyof FeedSteps>(step: S, play: FeedSteps[S]): FeedSteps[S] =>
      (async (input: never) => {
        this.calls.push({ step, input })
        const fail = this.fail[step]
        if (fail !== undefined) throw fail()
        return await (play as (input: never) => Promise<unknown>)(input)
      }) as FeedSteps[S]
    return {
      loadState: record('loadState', this.loadState),
      observeFeed: record('observeFeed', this.observeFeed),
      pullFeed: record('pullFeed', this.pullFeed),
      parseFeed: record('parseFeed', this.parseFeed),
      readPushedSet: record('readPushedSet', this.readPushedSet),
      storeSet: record('storeSet', this.storeSet),
      syncNetworkSet: record('syncNetworkSet', this.syncNetworkSet),
      searchForward: record('searchForward', this.searchForward),
      searchBackward: record('searchBackward', this.searchBackward),
      reportStatus: record('reportStatus', this.reportStatus),
      removeFeed: record('removeFeed', this.removeFeed),
      disableFeed: record('disableFeed', this.disableFeed),
    }
  }

  loadState: FeedSteps['loadState'] = async () => this.stored
  observeFeed: FeedSteps['observeFeed'] = async () => this.observation?.() ?? { kind: 'present', observed: this.observed }
  pullFeed: FeedSteps['pullFeed'] = async ({ pullHash }) =>
    this.pull?.() ?? {
      outcome: 'pulled',
      host: 'feeds.example',
      snapshot: { sha256: `snapshot-${this.body}`, bytes: 10 },
      validators: { etag: this.body },
      pullHash,
      content: this.observed.content,
      format: { kind: 'newline' },
      allowEmpty: false,
    }
  parseFeed: FeedSteps['parseFeed'] = async ({ snapshot }) => ({
    set: { sha256: snapshot.sha256.replace('snapshot-', 'set-'), members: 3 },
    entries: 3,
    rejected: {},
  })
  readPushedSet: FeedSteps['readPushedSet'] = async ({ document }) => {
    if (this.pushed === null) return { outcome: 'absent' }
    if (document?.seqNo === this.pushed.seqNo) return { outcome: 'unchanged' }
    const set = { sha256: this.pushed.set, members: 2 }
    return { outcome: 'read', document: { seqNo: this.pushed.seqNo, primaryTerm: 1 }, set, entries: 2, rejected: {} }
  }
  storeSet: FeedSteps['storeSet'] = async ({ state, set, content, source }) => {
    const unchanged = state.version?.set.sha256 === set.sha256
    const document = source.kind === 'push' ? source.document : { seqNo: this.calls.length, primaryTerm: 1 }
    const version = {
      set,
      content,
      pullHash: source.kind === 'pull' ? source.pullHash : null,
      adoptedAt: '2026-01-01T00:00:00Z',
      document,
      validators: source.kind === 'pull' ? source.validators : null,
      ...(source.kind === 'push' || state.attemptedReferences === null ? {} : { references: state.attemptedReferences }),
    }
    const owed = unchanged || state.cursor === null ? state.owed : { set, upTo: state.cursor, position: null }
    return { state: { ...state, version, owed, pending: null }, added: unchanged ? 0 : 3, removed: 0, written: !unchanged }
  }
  syncNetworkSet: FeedSteps['syncNetworkSet'] = async ({ set }) => ({ objects: set === null ? 0 : 1, prefixes: set?.members ?? 0, writes: 1 })
  searchForward: FeedSteps['searchForward'] = async ({ debts }) => {
    this.window += 1
    const cursor = { number: this.window, id: `w${String(this.window)}` }
    return { cursor, debts, startedAt: Date.now(), hits: 0, newEvents: 0, unsearchable: null }
  }
  searchBackward: FeedSteps['searchBackward'] = async ({ position }) => {
    const done = Number(position ?? '0') + 1
    return { position: done >= this.backwardSlices ? null : String(done), hits: 0, newEvents: 0 }
  }
  reportStatus: FeedSteps['reportStatus'] = async ({ state }) => {
    this.saved = state
    return { written: true }
  }
  removeFeed: FeedSteps['removeFeed'] = async () => undefined
  disableFeed: FeedSteps['disableFeed'] = async () => 'disabled'
}
