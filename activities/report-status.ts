import { cancellationSignal } from '@temporalio/activity'
import type { FeedKey } from '../domain/run/references.ts'
import type { FeedState } from '../domain/run/state.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import { currentStatus } from '../domain/status/current-status.ts'
import { shouldWrite } from '../domain/status/should-write.ts'
import { statusOf } from '../domain/status/status-of.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { StateStore } from './ports/state-store.ts'

export interface ReportStatusPorts {
  readonly feeds: FeedApi
  readonly states: StateStore
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Writes the state document, and then the resource's status when it is to be written now (contract S-07, T-01 to T-06). The state
 * first: what the status says must outlive the run. A store that is away does not keep the status from saying so. A resource that is
 * gone, or has another uid, has no status of ours.
 */
export function createReportStatus({ feeds, states, now }: ReportStatusPorts): FeedSteps['reportStatus'] {
  return async ({ feed, state, keep }) => {
    const signal = cancellationSignal()
    const [kept] = await Promise.allSettled([keep ? states.write(feed, state, signal) : undefined])
    const written = await writeStatus({ feeds, now }, feed, state, signal)
    if (kept.status === 'rejected') throw kept.reason
    return { written }
  }
}

async function writeStatus({ feeds, now }: Omit<ReportStatusPorts, 'states'>, feed: FeedKey, state: FeedState, signal: AbortSignal): Promise<boolean> {
  const found = await feeds.read(feed.name, signal)
  if (found?.uid !== feed.uid) return false
  const wanted = statusOf(state)
  if (!shouldWrite(currentStatus(found.object), wanted, now())) return false
  return await feeds.writeStatus(feed.name, feed.uid, wanted, signal)
}
