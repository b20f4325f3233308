import { FeedFailure } from '../domain/failure.ts'
import type { FeedState, Owed, OwedSet } from '../domain/run/state.ts'
import type { StoreInput } from '../domain/run/steps.ts'
import type { WindowCursor } from '../domain/search/window.ts'
import { delta, intersect, union } from '../domain/sets/algebra.ts'
import type { IndicatorSet, SetRef } from '../domain/sets/indicator-set.ts'
import { emptySet } from '../domain/sets/make-set.ts'
import type { BlobStore } from './ports/blob-store.ts'
import { loadSet, saveSet } from './set-blobs.ts'

/** What changes, and what the backward search owes from then on (contract Q-07). */
export async function compareSets(
  blobs: BlobStore,
  { state, set, lookbackMs }: StoreInput,
  next: IndicatorSet,
  signal: AbortSignal,
): Promise<{ readonly owed: Owed | null; readonly added: number; readonly removed: number }> {
  // The same set brings nothing new, and what is owed keeps its bound and how far it was searched.
  if (state.version?.set.sha256 === set.sha256 && state.version.content === next.content) {
    return { owed: lookbackMs === 0 ? null : state.owed, added: 0, removed: 0 }
  }
  const nothing = await emptySet(next.content)
  const ofSameContent = state.version?.content === next.content ? state.version : null
  const old = (await loadOrNull(blobs, ofSameContent?.set, next, signal)) ?? nothing
  const { added, removed } = await delta(old, next)
  const counts = { added: added.members, removed: removed.members }
  if (lookbackMs === 0) return { owed: null, ...counts }
  // What was owed under another content went with it.
  const before = ofSameContent === null ? null : state.owed
  return { owed: await owedAfter(blobs, before, added, next, state.cursor, signal), ...counts }
}

/**
 * What is owed once `next` is adopted: `(owed ∪ added) ∩ next`. The search in progress keeps its bound and its place, and what is new
 * waits for its end with those that wait already: versions may come faster than the search, which ends all the same.
 */
async function owedAfter(
  blobs: BlobStore,
  before: Owed | null,
  added: IndicatorSet,
  next: IndicatorSet,
  cursor: FeedState['cursor'],
  signal: AbortSignal,
): Promise<Owed | null> {
  const stillOwed = async (owed: OwedSet | undefined): Promise<IndicatorSet | null> => {
    if (owed === undefined) return emptySet(next.content)
    const set = await loadOrNull(blobs, owed.set, next, signal)
    return set === null ? null : intersect(set, next)
  }
  const [begun, waited] = [await stillOwed(before ?? undefined), await stillOwed(before?.next)]
  // What cannot be read any more is all owed again.
  const isLost = begun === null || waited === null
  const behind = isLost ? next : await union(waited, added)
  const waiting = behind.members === 0 ? null : { set: await saveSet(blobs, behind, signal), upTo: bound(cursor) }
  if (before === null || isLost || begun.members === 0) return waiting === null ? null : { ...waiting, position: null }
  const { upTo, position } = before
  return { set: await saveSet(blobs, begun, signal), upTo, position, ...(waiting === null ? {} : { next: waiting }) }
}

/** No log older than the first window is searched forward, so without a cursor there is no bound to search back from. */
function bound(cursor: FeedState['cursor']): WindowCursor {
  if (cursor === null) throw new FeedFailure('SearchFailed', 'wait', 'Logs have not been searched yet, which comes before a set is adopted')
  return cursor
}

async function loadOrNull(blobs: BlobStore, set: SetRef | undefined, { content }: IndicatorSet, signal: AbortSignal): Promise<IndicatorSet | null> {
  if (set === undefined) return null
  try {
    return await loadSet(blobs, set, content, signal)
  } catch (error) {
    if (error instanceof FeedFailure && error.code === 'BlobMissing') return null
    throw error
  }
}
