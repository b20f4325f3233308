import { cancellationSignal } from '@temporalio/activity'
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
    async lookUpFeed({ name }) {
      const feed = await feeds.read(name, cancellationSignal())
      return feed === null ? null : { uid: feed.uid, mode: isDisabled(feed.object) ? 'Disabled' : 'Enabled' }
    },
    enableFeed: ({ feed }) => feeds.enable(feed.name, feed.uid, cancellationSignal()),
    disableFeed: ({ feed }) => feeds.disable(feed.name, feed.uid, cancellationSignal()),
    callRun: ({ feed }) => runs.lookAgain(feed, cancellationSignal()),
    findRun: (feed) => asked.find(feed, cancellationSignal()),
    requestRefresh: (feed) => asked.refresh(feed, cancellationSignal()),
    awaitRefresh: ({ feed, key }) => wait(() => asked.awaitRefresh(feed, key, cancellationSignal())),
    requestCancel: ({ feed, run }) => asked.cancel(feed, run, cancellationSignal()),
    awaitEnd: ({ feed, run }) => wait(() => asked.end(feed, run, cancellationSignal())),
    askRun: (feed) => asked.ask(feed, cancellationSignal()),
  }
}

/** Absent is enabled (contract V-02). */
function isDisabled(object: Readonly<Record<string, unknown>>): boolean {
  const { spec } = object
  return typeof spec === 'object' && spec !== null && 'mode' in spec && spec.mode === 'Disabled'
}
