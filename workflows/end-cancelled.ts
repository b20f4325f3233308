import { condition, sleep } from '@temporalio/workflow'
import { CONFIRM_ABSENCE_MS } from '../domain/run/next-step.ts'
import { load, remove, report } from './carry-out.ts'
import { stepFailure } from './failure.ts'
import { RETRY_STEP_MS } from './feed-run.ts'
import type { FeedRun } from './feed-run.ts'
import { disableFeed, syncNetworkSet } from './steps.ts'
import { dropBody } from './take-look.ts'

/** A day without an API server costs 3,200 events of history this way; every 30 s it would cost the 50,000 that a run may have in two. */
const RETRY_MOST_MS = 5 * 60_000

/** Shows what the run waits for, and until when. */
type Tell = (what: string, at: number | null) => void

/**
 * What a cancellation leads to (contract L-06): `mode: Disabled`, no network set, no conditions. The run does not end before the
 * resource says so: the controller would start it again, enabled, and the two would disagree. A resource that is gone, or goes meanwhile,
 * has nothing to disable: what it left is removed (contract L-05). To be called where cancellation does not reach.
 */
export async function endCancelled(run: FeedRun, tell: Tell): Promise<void> {
  run.refreshes.close({ outcome: 'disabled', message: 'the run of the feed was cancelled, which disables it' })
  await disable(run, tell)
  if (run.deleted) await removeAll(run, tell)
  else await leaveIdle(run, tell)
}

/** Until the resource says that it is disabled, or is known to be gone. */
async function disable(run: FeedRun, tell: Tell): Promise<void> {
  let absentSince: number | null = null
  for (let waitMs = RETRY_STEP_MS; !run.deleted; ) {
    const seen = await tried('disable', () => disableFeed({ feed: run.feed }))
    if (seen === 'disabled') return
    if (seen === 'replaced' || (seen === 'absent' && absentSince !== null && Date.now() >= absentSince + CONFIRM_ABSENCE_MS)) {
      run.deleted = true
      return
    }
    // An absence is two answers in a row; in between the wait begins anew.
    absentSince = seen === 'absent' ? (absentSince ?? Date.now()) : null
    if (seen === 'absent') waitMs = CONFIRM_ABSENCE_MS
    tell('setting mode: Disabled on the resource, as the cancellation asks', Date.now() + waitMs)
    await condition(() => run.deleted, waitMs, { summary: 'until mode: Disabled is tried again' })
    waitMs = Math.min(2 * waitMs, RETRY_MOST_MS)
  }
}

/** As a look at the disabled resource would. Each is tried once: what fails of it the idle run of the disabled feed finds and mends. */
async function leaveIdle(run: FeedRun, tell: Tell): Promise<void> {
  dropBody(run)
  run.update({ cursor: null, conditions: [] })
  await tried('sync-network-set', async () => {
    await syncNetworkSet({ feed: run.feed, set: null })
    run.update({ networkSetFor: null, networkSet: null })
  })
  // A slice that is being stopped may write until it has ended.
  await condition(() => !run.searchingBackward)
  if (run.observed !== null) run.observed = { ...run.observed, enabled: false }
  await tried('report', () => report(run))
  tell('nothing: the feed was disabled by a cancellation', null)
}

async function removeAll(run: FeedRun, tell: Tell): Promise<void> {
  const cleanUp = async (): Promise<true> => {
    // Only what an earlier run knew tells what there is to remove.
    if (!run.marks.loaded) await load(run)
    await remove(run)
    return true
  }
  for (let waitMs = RETRY_STEP_MS; (await tried('remove', cleanUp)) === null; waitMs = Math.min(2 * waitMs, RETRY_MOST_MS)) {
    tell('cleaning up after the resource, which is gone', Date.now() + waitMs)
    await sleep(waitMs, { summary: 'until the cleanup is tried again' })
  }
}

/** null for a step that failed. */
async function tried<T>(name: string, act: () => Promise<T>): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    stepFailure(error, name)
    return null
  }
}
