import { cancellationSignal } from '@temporalio/activity'
import { observe } from '../domain/feed/observe.ts'
import type { RunSettings } from '../domain/run/state.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import type { FeedApi } from './ports/feed-api.ts'

export interface ObserveFeedPorts {
  readonly feeds: FeedApi
  /** From the worker's configuration; handed to runs with each look. */
  readonly settings: RunSettings
}

/** One look at the resource. `absent` is one 404 that names it, not yet a deletion (contract L-05). */
export function createObserveFeed({ feeds, settings }: ObserveFeedPorts): FeedSteps['observeFeed'] {
  return async ({ feed }) => {
    const found = await feeds.read(feed.name, cancellationSignal())
    if (found === null) return { kind: 'absent' }
    if (found.uid !== feed.uid) return { kind: 'replaced', uid: found.uid }
    return { kind: 'present', observed: await observe(found.object, settings) }
  }
}
