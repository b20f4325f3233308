import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow'
import type { RequestSteps } from '../domain/run/requests.ts'
import type { ControllerSteps, FeedSteps } from '../domain/run/steps.ts'

/**
 * Expected failures come back at once and wait on the feed's own timer; what is retried here is a worker or a connection that broke:
 * four tries over 1 + 2 + 4 seconds. A step that was cancelled is waited for, so that it cannot write after the cleanup.
 */
const common = {
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 4 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const

/** One small request or two to a server; the clients give up after 30 seconds. */
const brief = { ...common, startToCloseTimeout: '1m' } as const
/** Up to 90 MB read, made and written at 3 µs a member: a minute at worst, allowed ten times that. */
const bulky = { ...common, startToCloseTimeout: '10m', heartbeatTimeout: '60s' } as const

export const { loadState } = proxyActivities<FeedSteps>({ ...brief, summary: 'load what an earlier run knew' })
export const { observeFeed } = proxyActivities<FeedSteps>({ ...brief, summary: 'look at the resource' })
export const { reportStatus } = proxyActivities<FeedSteps>({ ...brief, summary: 'write state and status' })
export const { disableFeed } = proxyActivities<FeedSteps>({ ...brief, summary: 'set mode: Disabled' })

/** An attempt has at most 5 minutes (contract P-07), and the store another one for the end of the body. */
export const { pullFeed } = proxyActivities<FeedSteps>({
  ...common,
  startToCloseTimeout: '6m',
  heartbeatTimeout: '30s',
  summary: 'ask the feed host',
})
export const { parseFeed } = proxyActivities<FeedSteps>({ ...bulky, summary: 'parse the body' })
export const { readPushedSet } = proxyActivities<FeedSteps>({ ...bulky, summary: 'read the pushed document' })
export const { storeSet } = proxyActivities<FeedSteps>({ ...bulky, summary: 'store and adopt the set' })
export const { syncNetworkSet } = proxyActivities<FeedSteps>({ ...bulky, summary: 'sync the network set' })
export const { removeFeed } = proxyActivities<FeedSteps>({ ...bulky, summary: 'remove what the feed stored' })
export const { searchForward } = proxyActivities<FeedSteps>({ ...bulky, summary: 'search new logs' })
/** A slice has about a minute of work. */
export const { searchBackward } = proxyActivities<FeedSteps>({ ...bulky, summary: 'search older logs for new members' })

/**
 * Never ends by itself. Another worker has it within the heartbeat timeout of one that died; every interval alike, since a long backoff
 * would leave the cluster unwatched.
 */
export const { watchFeeds } = proxyActivities<ControllerSteps>({
  startToCloseTimeout: '24h',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 1, maximumInterval: '1s' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  // One handed over with the workflow's answer is not told of with the version of the worker that has it (server 1.32), for a day.
  allowEagerDispatch: false,
  summary: 'watch the feeds of the cluster',
})

/** On the controller's queue, so that they wait for no search; each gives up after ten seconds (activities/answer-requests.ts). */
export const requestSteps = proxyActivities<RequestSteps>({ ...brief, summary: 'for a request from outside' })
