import { cancellationSignal } from '@temporalio/activity'
import { observe } from '../domain/feed/observe.ts'
import type { RunSettings } from '../domain/run/state.ts'
import type { FeedSteps } from '../domain/run/steps.ts'
import { referencesHash } from '../domain/feed/hashes.ts'
import { readFeed } from '../domain/feed/read-feed.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { HeaderSource } from './ports/header-source.ts'

export interface ObserveFeedPorts {
  readonly feeds: FeedApi
  readonly headers: Pick<HeaderSource, 'version'>
  /** From the worker's configuration, as it is now; handed to runs with each look. */
  readonly settings: () => RunSettings
}

/** One look at the resource. `absent` is one 404 that names it, not yet a deletion (contract L-05). */
export function createObserveFeed({ feeds, headers, settings }: ObserveFeedPorts): FeedSteps['observeFeed'] {
  return async ({ feed }) => {
    const found = await feeds.read(feed.name, cancellationSignal())
    if (found === null) return { kind: 'absent' }
    if (found.uid !== feed.uid) return { kind: 'replaced', uid: found.uid }
    const observed = await observe(found.object, settings())
    const references = await referencedVersions(headers, found.object)
    return { kind: 'present', observed: references === null ? observed : { ...observed, references } }
  }
}

/** Which versions there are of what the headers refer to, each object asked for once; null for headers that refer to nothing. */
async function referencedVersions(source: Pick<HeaderSource, 'version'>, object: unknown): Promise<string | null> {
  const references = readFeed(object).feed.pull?.headers.flatMap(({ reference }) => (reference === undefined ? [] : [reference])) ?? []
  const distinct = [...new Map(references.map((reference) => [`${reference.kind}/${reference.name}`, reference])).values()]
  if (distinct.length === 0) return null
  return referencesHash(await Promise.all(distinct.map(async (reference) => (await source.version(reference, cancellationSignal())) ?? '')))
}
