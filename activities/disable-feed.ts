import { cancellationSignal } from '@temporalio/activity'
import type { FeedSteps } from '../domain/run/steps.ts'
import type { FeedApi } from './ports/feed-api.ts'

export interface DisableFeedPorts {
  readonly feeds: FeedApi
}

/** Writes `mode: Disabled` to the resource if it still has this uid (contract L-06). */
export function createDisableFeed({ feeds }: DisableFeedPorts): FeedSteps['disableFeed'] {
  return ({ feed }) => feeds.disable(feed.name, feed.uid, cancellationSignal())
}
