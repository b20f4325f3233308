import { cancellationSignal } from '@temporalio/activity'
import { FeedFailure } from '../domain/failure.ts'
import type { RequestSteps } from '../domain/run/requests.ts'
import type { AskedRuns, EndedRuns } from './ports/asked-runs.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { FeedRuns } from './ports/feed-runs.ts'

export interface RequestPorts {
  readonly feeds: FeedApi
  readonly runs: Pick<FeedRuns, 'lookAgain'>
  readonly asked: AskedRuns & EndedRuns
}

/**
 * Steps at once that wait for a run: half of the slots there are beside the watch (worker/capacity.ts), so that however many requests wait,
 * the watch finds its slot and the others theirs. Whoever comes when all are taken is told to ask again.
 */
const WAITING = 6

/** The adapters' own times are those of steps that nobody waits for, and some make several calls: here they would hold a slot for minutes. */
const STEP_MS = 10_000

/** The steps of a request of somebody who reaches Temporal alone (domain/run/requests.ts). */
export function createRequestSteps({ feeds, runs, asked }: RequestPorts): RequestSteps {
  let waiting = 0
  const wait = async <T>(call: () => Promise<T>): Promise<T | 'pending'> => {
    if (waiting >= WAITING) return 'pending'
    waiting += 1
    try {
      return await call()
    } finally {
      waiting -= 1
    }
  }

  return {
    lookUpFeed: ({ name }) =>
      brief(async (signal) => {
        const feed = await feeds.read(name, signal)
        return feed === null ? null : { uid: feed.uid, mode: isDisabled(feed.object) ? 'Disabled' : 'Enabled' }
      }),
    enableFeed: ({ feed }) => brief((signal) => feeds.enable(feed.name, feed.uid, signal)),
    disableFeed: ({ feed }) => brief((signal) => feeds.disable(feed.name, feed.uid, signal)),
    callRun: ({ feed }) => brief((signal) => runs.lookAgain(feed, signal)),
    findRun: (feed) => brief((signal) => asked.find(feed, signal)),
    requestRefresh: (feed) => brief((signal) => asked.refresh(feed, signal)),
    awaitRefresh: ({ feed, key }) => wait(() => brief((signal) => asked.awaitRefresh(feed, key, signal))),
    requestCancel: ({ feed, run }) => brief((signal) => asked.cancel(feed, run, signal)),
    awaitEnd: ({ feed, run }) => wait(() => brief((signal) => asked.end(feed, run, signal))),
    askRun: (feed) => brief((signal) => asked.ask(feed, signal)),
  }
}

/**
 * Runs a step's work with its cancellation, and ends it after {@link STEP_MS}. The adapters throw the reason for which a caller's signal
 * was aborted.
 */
async function brief<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort(new FeedFailure('ApiUnavailable', 'wait', `no server answered this request within ${STEP_MS / 1000} seconds`))
  }, STEP_MS)
  try {
    return await work(AbortSignal.any([cancellationSignal(), late.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** Absent is enabled (contract V-02). */
function isDisabled(object: Readonly<Record<string, unknown>>): boolean {
  const { spec } = object
  return typeof spec === 'object' && spec !== null && 'mode' in spec && spec.mode === 'Disabled'
}
