import type { FeedManifest } from '../../client/manifest.ts'
import type { FeedRecords, FeedResource, FeedResources, FeedRuns, RunInfo } from '../../client/parts.ts'
import { freshState } from '../../domain/run/state.ts'
import type { FeedState } from '../../domain/run/state.ts'

export const NEVER = new AbortController().signal

/** An API server that holds feeds and counts their lives. */
export class FakeResources implements FeedResources {
  readonly feeds = new Map<string, FeedResource>()
  /** Runs before the next write, as someone else's write would. */
  beforeWrite: (() => void) | null = null
  #lives = 0

  put(name: string, spec: object, status: object = {}): FeedResource {
    this.#lives += 1
    const feed = { name, uid: `uid-${this.#lives}`, object: { metadata: { name }, spec, status } }
    this.feeds.set(name, feed)
    return feed
  }

  specOf(name: string): unknown {
    return this.feeds.get(name)?.object['spec']
  }

  list(): Promise<readonly FeedResource[]> {
    return Promise.resolve([...this.feeds.values()])
  }

  read(name: string): Promise<FeedResource | null> {
    return Promise.resolve(this.feeds.get(name) ?? null)
  }

  create({ name, spec }: FeedManifest): Promise<FeedResource | null> {
    this.#interfere()
    return Promise.resolve(this.feeds.has(name) ? null : this.put(name, spec))
  }

  replace(current: FeedResource, { name, spec }: FeedManifest): Promise<FeedResource | null> {
    this.#interfere()
    if (this.feeds.get(name) !== current) return Promise.resolve(null)
    const changed = { ...current, object: { ...current.object, spec } }
    this.feeds.set(name, changed)
    return Promise.resolve(changed)
  }

  setMode(name: string, uid: string, mode: 'Enabled' | 'Disabled'): Promise<boolean> {
    this.#interfere()
    const feed = this.feeds.get(name)
    if (feed?.uid !== uid) return Promise.resolve(false)
    const spec = { ...(feed.object['spec'] as object), mode }
    this.feeds.set(name, { ...feed, object: { ...feed.object, spec } })
    return Promise.resolve(true)
  }

  #interfere(): void {
    const act = this.beforeWrite
    this.beforeWrite = null
    act?.()
  }
}

/** Runs as Temporal would show them; `onCancel` is what the run does before it ends. */
export class FakeRuns implements FeedRuns {
  readonly runs = new Map<string, RunInfo>()
  readonly looked: string[] = []
  onCancel: (name: string) => 'cancelled' | 'ended' | 'terminated' = () => 'cancelled'
  outcome = { outcome: 'updated', message: '3 members' }
  state: FeedState | null = null
  nextPullAt: number | null = null

  start(name: string): RunInfo {
    const run = {
      workflowId: `threatfeed/cluster/${name}`,
      runId: `run-of-${name}`,
      firstRunId: `run-of-${name}`,
      status: 'running',
      startedAt: '2026-01-01T00:00:00Z',
    }
    this.runs.set(name, run)
    return run
  }

  find(name: string): Promise<RunInfo | null> {
    return Promise.resolve(this.runs.get(name) ?? null)
  }

  running(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set([...this.runs].flatMap(([name, { status }]) => (status === 'running' ? [name] : []))))
  }

  lookAgain({ name, uid }: { readonly name: string; readonly uid: string }): Promise<void> {
    this.looked.push(`${name}/${uid}`)
    if (!this.runs.has(name)) this.start(name)
    return Promise.resolve()
  }

  refresh(name: string, wait: boolean): Promise<{ outcome: string; message: string } | null> {
    if (!this.runs.has(name)) return Promise.resolve(null)
    return Promise.resolve(wait ? this.outcome : { outcome: 'requested', message: '' })
  }

  cancel({ workflowId }: RunInfo): Promise<'cancelled' | 'ended' | 'terminated'> {
    return Promise.resolve(this.onCancel(workflowId.split('/').at(-1) ?? ''))
  }

  ask(): Promise<{ state: FeedState; nextPullAt: number | null } | null> {
    return Promise.resolve(this.state === null ? null : { state: this.state, nextPullAt: this.nextPullAt })
  }
}

export function emptyRecords(over: Partial<FeedRecords> = {}): FeedRecords {
  return { state: () => Promise.resolve(null), rejections: () => Promise.resolve(null), newestWindow: () => Promise.resolve(null), ...over }
}

/** What a run knows after a good pull at noon. */
export function syncedState(uid: string): FeedState {
  return {
    ...freshState(uid),
    version: {
      set: { sha256: 'ab'.repeat(32), members: 3 },
      content: 'IPSet',
      pullHash: 'p',
      adoptedAt: '2026-01-01T12:00:01Z',
      document: { seqNo: 1, primaryTerm: 1 },
      validators: null,
    },
    cursor: { number: 40, id: 'w40' },
    lastAttemptAt: Date.UTC(2026, 0, 1, 12),
    failedPulls: 2,
  }
}
