import type { FeedKey } from '../domain/run/references.ts'
import type { Version } from '../domain/run/state.ts'
import type { FeedSteps, RemoveInput } from '../domain/run/steps.ts'
import { setFromValues } from '../domain/sets/set-from-values.ts'
import { beating } from './beating.ts'
import { givingWay } from './giving-way.ts'
import type { PullRecords } from './ports/blob-store.ts'
import type { SetStore } from './ports/set-store.ts'
import type { RejectionReports, StateStore } from './ports/state-store.ts'

export interface RemoveFeedPorts {
  readonly sets: SetStore
  readonly states: StateStore
  readonly pulls: PullRecords
  readonly reports: RejectionReports
}

/** @throws FeedFailure `StoreFailed` */
export function createRemoveFeed(ports: RemoveFeedPorts): FeedSteps['removeFeed'] {
  return (input) => beating((signal) => removeStored(ports, input, signal))
}

/**
 * Removes what a feed stored: the document if it is still the one we wrote, then records, and of a deleted feed its state, which names
 * all the others, last (contract S-05, L-03). A pushed document is its writer's. Blobs that nothing names any more are the collector's,
 * since another feed may want the same at any time. Running again finds what is left.
 * @throws FeedFailure `StoreFailed`
 */
export async function removeStored(ports: RemoveFeedPorts, { feed, state, reason }: RemoveInput, signal: AbortSignal): Promise<void> {
  const { sets, states, pulls, reports } = ports
  const { version } = state
  if (version !== null && version.pullHash !== null) await sets.remove(version.content, feed.name, version.document, signal)
  await removeUntold(ports, feed, version, signal)
  await pulls.remove(feed, signal)
  await reports.remove(feed, signal)
  if (reason === 'deleted') await states.remove(feed, signal)
}

/**
 * A document that a step wrote before it ended, with a set that no state tells of: its run was terminated over it. It is ours if it has
 * the date that ours have (contract S-01) and holds the set made of the newest body pulled.
 * @param version the one that the state tells of: a pushed document is its writer's.
 */
export async function removeUntold(
  { sets, reports }: Pick<RemoveFeedPorts, 'sets' | 'reports'>,
  feed: FeedKey,
  version: Version | null,
  signal: AbortSignal,
): Promise<void> {
  const made = await reports.made(feed, signal)
  const isPushed = version !== null && version.pullHash === null
  if (made === null || !made.pulled || isPushed) return
  const { content } = made
  const stored = await sets.read(content, feed.name, signal)
  if (stored === null || !stored.fields.includes('created_at')) return
  // A cleanup that another attempt has ended since took the report with it, and what was read may be the next life's (contract L-05).
  if ((await reports.made(feed, signal)) === null) return
  const read = await setFromValues(stored.members, content, givingWay(signal))
  if (read.ok && read.parsed.set.sha256 === made.sha256) await sets.remove(content, feed.name, stored.version, signal)
}
