import type { Content } from '../domain/feed/content.ts'
import type { FeedKey } from '../domain/run/references.ts'
import type { Rejections } from '../domain/sets/indicator-set.ts'
import { changed, currentFeed } from './current-feed.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { SetStore } from './ports/set-store.ts'
import type { MadeSet, RejectionReports, StateStore } from './ports/state-store.ts'
import { removeUntold } from './remove-feed.ts'

export interface NewestReportPorts {
  readonly feeds: FeedApi
  readonly sets: SetStore
  readonly states: StateStore
  readonly reports: RejectionReports
}

/**
 * Writes what became of the newest body over the report of the one before. That may be the only trace of a document under another
 * content, where a run was terminated over it or could not write its state: the document goes first (contract L-03).
 * @throws FeedFailure `SpecChanged` when the feed has the former content again, `StoreFailed`, `ApiUnavailable`
 */
export async function writeNewestReport(
  ports: NewestReportPorts,
  feed: FeedKey,
  report: { readonly rejections: Rejections; readonly made: MadeSet },
  signal: AbortSignal,
): Promise<void> {
  const before = await ports.reports.made(feed, signal)
  if (before !== null && before.content !== report.made.content) await leaveContent(ports, feed, before.content, signal)
  await ports.reports.write(feed, report, signal)
}

async function leaveContent(ports: NewestReportPorts, feed: FeedKey, former: Content, signal: AbortSignal): Promise<void> {
  const { feeds, states } = ports
  // A step that was asleep while the content changed would take what is in force.
  if ((await currentFeed(feeds, feed, signal)).content === former) throw changed(`The content of feed ${feed.name} was changed`)
  await removeUntold(ports, feed, (await states.read(feed, signal))?.version ?? null, signal)
}
