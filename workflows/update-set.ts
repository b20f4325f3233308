import { patched, workflowInfo } from '@temporalio/workflow'
import { afterSync } from '../domain/run/after-sync.ts'
import { afterStore } from '../domain/run/owed.ts'
import type { Pending } from '../domain/run/state.ts'
import type { ParseOutput, StoreInput } from '../domain/run/steps.ts'
import { retryDelay } from '../domain/run/schedule.ts'
import { isCutOff, stepFailure } from './failure.ts'
import type { StepFailure } from './failure.ts'
import type { FeedRun } from './feed-run.ts'
import { MENDED } from './mended.ts'
import { bringUpToDate } from './search-logs.ts'
import { parseFeed, pullFeed, readPushedSet, storeSet } from './steps.ts'

/** Asks the feed's host once (contract P-01, P-06). A body that came is pending from then on, and `adopt` takes it. */
export async function pull(run: FeedRun): Promise<void> {
  const { observed, state } = run
  if (observed === null) return
  const startedAt = Date.now()
  const asked = run.refreshes.begin()
  const known = state.version?.pullHash === observed.pullHash ? state.version : null
  // To another key a host may give another list, which need not be newer than the one in force (contract P-03).
  const version = known?.references === observed.references ? known : null
  run.update({ lastAttemptAt: startedAt, attemptedPullHash: observed.pullHash, attemptedReferences: observed.references ?? null })
  try {
    const pulled = await pullFeed({
      feed: run.feed,
      pullHash: observed.pullHash,
      validators: version?.validators ?? null,
      document: version?.document ?? null,
      set: version?.set ?? null,
      pullKey: `${workflowInfo().firstExecutionRunId}/${String(startedAt)}`,
      askedAt: startedAt,
    })
    if (pulled.outcome === 'pulled') {
      const { snapshot, validators, pullHash, content, format, allowEmpty } = pulled
      run.update({ pending: { snapshot, validators, pullHash, content, format, allowEmpty, set: null } })
      return
    }
    synced(run)
    run.refreshes.serve(asked, { outcome: 'unchanged', message: 'the host says that nothing changed' })
  } catch (error) {
    // It got no body, and none that failed: the feed's next run asks when it begins (contract P-01).
    if (isCutOff(error)) run.update({ attemptedPullHash: null })
    const failure = stepFailure(error, 'pull')
    pullFailed(run, failure)
    answerFailure(run, asked, failure)
  }
}

/** Parses and stores the pending body, as often as it takes; only a body that is wrong is given up (contract P-11, P-12). */
export async function adopt(run: FeedRun): Promise<void> {
  const { pending } = run.state
  if (pending === null) return
  const parsed = pending.set === null ? await parsePending(run, pending) : { set: pending.set, rejected: pending.rejected ?? {} }
  if (parsed === null) return
  const { pullHash, validators, snapshot, content } = pending
  await store(run, run.refreshes.begun, { content, ...parsed, source: { kind: 'pull', pullHash, validators, snapshot } })
}

/** What says that a body is wrong, lost, or no longer what the feed asks for. */
const OF_THE_BODY: ReadonlySet<string> = new Set(['PullFailed', 'BlobMissing', 'SpecChanged'])
/** A worker that ended over a body may have ended because of it: so often, each time with the tries of one step, it is parsed all the same. */
const CUT_OFF_MOST = 5

/** What a body gave, as far as a run goes on with it. */
type Parsed = Pick<ParseOutput, 'set' | 'rejected'>

async function parsePending(run: FeedRun, pending: Pending): Promise<Parsed | null> {
  const { snapshot, content, format, allowEmpty } = pending
  const { asked, begun } = run.refreshes
  try {
    const { set, rejected } = await parseFeed({ feed: run.feed, snapshot, content, format, allowEmpty })
    run.update({ pending: { ...pending, set, rejected } })
    return { set, rejected }
  } catch (error) {
    const failure = stepFailure(error, 'parse')
    if (failure.code === 'StoreFailed' || failure.code === 'ApiUnavailable') {
      run.failed('adopt', 'StoreFailed', failure)
      answerFailure(run, asked, failure)
    } else if (!OF_THE_BODY.has(failure.code) && (pending.cutOff ?? 0) < CUT_OFF_MOST && patched(MENDED)) {
      run.update({ pending: { ...pending, cutOff: (pending.cutOff ?? 0) + 1 } })
      run.failed('adopt', 'PullFailed', failure)
      answerFailure(run, asked, failure)
    } else {
      run.update({ pending: null })
      pullFailed(run, failure)
      answerFailure(run, begun, failure)
    }
    return null
  }
}

/** Looks at the pushed document, and adopts it when it changed (contract S-02, S-03). */
export async function readPushed(run: FeedRun): Promise<void> {
  const { observed, state } = run
  if (observed === null) return
  const { asked } = run.refreshes
  run.mark({ pushReadAt: Date.now() })
  try {
    const { content } = observed
    const read = await readPushedSet({ feed: run.feed, content, document: run.marks.pushReread ? null : (state.version?.document ?? null) })
    if (read.outcome === 'read') {
      await store(run, asked, { content, set: read.set, rejected: read.rejected, source: { kind: 'push', document: read.document } })
      return
    }
    const gone = read.outcome === 'absent' && state.version !== null
    run.condition('PushInvalid', gone ? 'the document was deleted by its writer; its last set stays in force' : null)
    run.condition('StoreFailed', null)
    const message = read.outcome === 'absent' ? 'there is no document yet' : 'the document has not changed'
    run.refreshes.serve(asked, { outcome: 'unchanged', message })
  } catch (error) {
    const failure = stepFailure(error, 'read the pushed document')
    // A wrong document is looked at again in the next slot, as a right one would be (contract S-02).
    if (failure.code === 'PushInvalid') run.condition('PushInvalid', failure.message)
    else run.failed('read-pushed', 'StoreFailed', failure)
    answerFailure(run, asked, failure)
  }
}

/**
 * Adopts a set: new logs are searched up to now with the old one first, so that the feed's own cursor bounds the search of older logs
 * (docs/architecture.md, "Adopting a version").
 */
async function store(run: FeedRun, answers: number, { rejected, ...input }: Parsed & Pick<StoreInput, 'content' | 'source'>): Promise<void> {
  // What cannot be stored now is waited with: nobody is asked before it is, so this is what all get who asked by now.
  const { asked } = run.refreshes
  const unchanged = run.state.version?.set.sha256 === input.set.sha256
  const step = input.source.kind === 'pull' ? 'adopt' : 'read-pushed'
  try {
    // A set that is lost cannot be searched for any more, and waiting for it would be for ever: the new one is owed to all logs then.
    if (!unchanged && (await bringUpToDate(run)) === 'no') {
      run.retryLater(step)
      const message = 'a changed set waits: new logs have to be searched with the set in force first, and cannot be now (see SearchFailed)'
      run.condition('StoreFailed', message)
      run.refreshes.serve(asked, { outcome: 'failed', message })
      return
    }
    const given = run.state.owed
    const stored = await storeSet({ feed: run.feed, ...input, state: { ...run.state, rejected }, lookbackMs: run.observed?.lookbackMs ?? 0 })
    const { version, owed } = stored.state
    run.update({ version, owed: afterStore(given, run.state.owed, owed), pending: null, rejected })
    if (!unchanged) run.update({ delta: { added: stored.added, removed: stored.removed } })
    run.condition('PushInvalid', null)
    run.condition('StoreFailed', null)
    run.mark({ pushReread: false })
    if (input.source.kind === 'pull' || !unchanged) synced(run)
    const message = unchanged ? 'the set is unchanged' : `${String(stored.added)} members added, ${String(stored.removed)} removed`
    run.refreshes.serve(answers, { outcome: unchanged ? 'unchanged' : 'updated', message })
  } catch (error) {
    const failure = stepFailure(error, 'store')
    run.failed(step, 'StoreFailed', failure)
    answerFailure(run, asked, failure)
  }
}

/** An attempt that met a changed resource answers nobody: another one follows the next look. */
function answerFailure(run: FeedRun, upTo: number, { code, message }: StepFailure): void {
  if (code !== 'SpecChanged') run.refreshes.serve(upTo, { outcome: 'failed', message })
}

function synced(run: FeedRun): void {
  run.update(afterSync(run.state, Date.now()))
}

function pullFailed(run: FeedRun, failure: StepFailure): void {
  if (failure.code === 'SpecChanged') {
    run.update({ attemptedPullHash: null })
    run.lookBefore('pull')
    return
  }
  const { slow = false, retryAfterS = null, unasked = false, asked = false } = failure.fields
  if ((failure.code === 'StoreFailed' && !asked) || failure.code === 'ApiUnavailable') {
    run.update({ attemptedPullHash: null })
    run.failed('pull', 'StoreFailed', failure)
    return
  }
  // Those that asked nobody make no later one wait longer.
  const failures = run.state.failedPulls + (unasked ? 0 : 1)
  const periodMs = run.observed?.periodMs ?? 0
  run.condition(asked ? 'StoreFailed' : 'PullFailed', failure.message)
  // The store took a write before the host was asked, and gave the body before it was found wrong (contract P-12).
  if (failure.code === 'PullFailed') run.condition('StoreFailed', null)
  run.update({ failedPulls: failures, unasked, retryPullAt: Date.now() + retryDelay({ failures, periodMs, slow, retryAfterS, unasked }) })
}
