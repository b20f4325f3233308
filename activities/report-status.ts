import { cancellationSignal } from '@temporalio/activity'
import type { FeedSteps, ReportInput } from '../domain/run/steps.ts'
import { asShown } from '../domain/status/as-shown.ts'
import { eventsOf } from '../domain/status/events-of.ts'
import { statusOf } from '../domain/status/status-of.ts'
import { statusToWrite } from '../domain/status/status-to-write.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { FeedEvents } from './ports/feed-events.ts'
import type { StateStore } from './ports/state-store.ts'

export interface ReportStatusPorts {
  readonly feeds: FeedApi
  readonly events: FeedEvents
  readonly states: StateStore
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Writes the state document, and then the resource's status when it is to be written now (contract S-07, T-01 to T-06), and tells what
 * changed in it. The state first: what the status says must outlive the run. A store that is away does not keep the status from saying
 * so. A resource that is gone, or has another uid, has no status of ours.
 */
export function createReportStatus({ feeds, events, states, now }: ReportStatusPorts): FeedSteps['reportStatus'] {
  return async (input) => {
    const signal = cancellationSignal()
    const [kept] = await Promise.allSettled([input.keep ? keep(states, input, signal) : undefined])
    const written = await writeStatus({ feeds, events, now }, input, signal)
    if (kept.status === 'rejected') throw kept.reason
    return { written }
  }
}

async function keep(states: StateStore, { feed, state }: ReportInput, signal: AbortSignal): Promise<void> {
  await states.write(feed, state, await states.version(feed, signal), signal)
}

/** The one writer of a feed's status. */
async function writeStatus(
  { feeds, events, now }: Omit<ReportStatusPorts, 'states'>,
  { feed, state, observed, keep: loaded }: ReportInput,
  signal: AbortSignal,
): Promise<boolean> {
  const at = now()
  const wanted = statusOf(state, observed, at)
  const change = await feeds.updateStatus(feed.name, feed.uid, (shown) => statusToWrite(shown, loaded ? wanted : asShown(shown, wanted), at), signal)
  if (change === null) return false
  await events.tell(change.feed, eventsOf(change.before, change.after), signal)
  return true
}
