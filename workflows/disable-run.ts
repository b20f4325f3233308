import { condition, sleep } from '@temporalio/workflow'
import { stepFailure } from './failure.ts'
import { RETRY_STEP_MS } from './feed-run.ts'
import type { FeedRun } from './feed-run.ts'
import { disableFeed, syncNetworkSet } from './steps.ts'

/** A day without an API server costs 3,200 events of history this way; every 30 s it would cost the 50,000 that a run may have in two. */
const RETRY_MOST_MS = 5 * 60_000

/**
 * What a cancellation leads to (contract L-06): `mode: Disabled`, no network set, no conditions. The run does not end before the
 * resource says so: the controller would start it again, enabled, and the two would disagree. The rest is tried once; what fails of it the
 * idle run of the disabled feed finds and mends. To be called where cancellation does not reach.
 */
export async function disableRun(run: FeedRun, tell: (what: string, at: number | null) => void): Promise<void> {
  run.update({ cursor: null, conditions: [], pending: null })
  const disable = (): Promise<void> => disableFeed({ feed: run.feed })
  for (let waitMs = RETRY_STEP_MS; !(await succeeds('disable', disable)); waitMs = Math.min(2 * waitMs, RETRY_MOST_MS)) {
    tell('setting mode: Disabled on the resource, as the cancellation asks', Date.now() + waitMs)
    await sleep(waitMs, { summary: 'until mode: Disabled is tried again' })
  }
  await succeeds('sync-network-set', async () => {
    await syncNetworkSet({ feed: run.feed, set: null })
    run.update({ networkSetFor: null })
  })
  // A slice that is being stopped may write until it has ended.
  await condition(() => !run.searchingBackward)
  await succeeds('report', () => run.report())
  if (run.observed !== null) run.observed = { ...run.observed, enabled: false }
  tell('nothing: the feed was disabled by a cancellation', null)
}

/** A cancelled run whose resource is gone has nothing to disable: it ends its cleanup (contract L-05). */
export async function removeRun(run: FeedRun, tell: (what: string, at: number | null) => void): Promise<void> {
  for (let waitMs = RETRY_STEP_MS; !run.ended; waitMs = Math.min(2 * waitMs, RETRY_MOST_MS)) {
    if (await succeeds('remove', () => run.remove())) break
    tell('cleaning up after the resource, which is gone', Date.now() + waitMs)
    await sleep(waitMs, { summary: 'until the cleanup is tried again' })
  }
}

async function succeeds(name: string, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    stepFailure(error, name)
    return false
  }
}
