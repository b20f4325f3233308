import { FeedFailure } from '../domain/failure.ts'
import { afterSync } from '../domain/run/after-sync.ts'
import { blobsOf } from '../domain/run/blobs-of.ts'
import { sameVersion, type DocumentVersion } from '../domain/run/references.ts'
import type { FeedState, Version } from '../domain/run/state.ts'
import type { FeedSteps, StoreInput } from '../domain/run/steps.ts'
import { wholeSeconds } from '../domain/run/whole-seconds.ts'
import { beating } from './beating.ts'
import { compareSets } from './compare-sets.ts'
import { changed, currentFeed, currentPull } from './current-feed.ts'
import type { BlobStore, PullRecords } from './ports/blob-store.ts'
import type { FeedApi } from './ports/feed-api.ts'
import type { SetStore } from './ports/set-store.ts'
import type { StateStore } from './ports/state-store.ts'
import { loadSet } from './set-blobs.ts'
import { UNDO_MS, writeSetDocument, type LifeCheck } from './set-document.ts'

export interface StoreSetPorts {
  readonly feeds: FeedApi
  readonly sets: SetStore
  readonly blobs: BlobStore
  readonly states: StateStore
  readonly pulls: PullRecords
  readonly now: () => Date
}

/**
 * Adopts a set: document, then state, then the snapshot goes. Each step finds what a crash left: run again with the same input it
 * comes to the same end (docs/architecture.md, "Adopting a version"). It takes the version of the state when it begins, so that one that
 * was asleep while others went on is stopped before it writes either.
 * @throws FeedFailure `SpecChanged` when the set is no longer what the resource asks for, `BlobMissing`, `StoreFailed`
 */
export function createStoreSet(ports: StoreSetPorts): FeedSteps['storeSet'] {
  const { feeds, sets, blobs, states, pulls, now } = ports
  return (input) =>
    beating(async (signal) => {
      const over = await states.version(input.feed, signal)
      const life: LifeCheck = {
        async refuseOutdated() {
          await refuseOutdated(ports, input, signal)
          await refuseLate(ports, input, over, signal)
        },
        isOver: async () => {
          const found = await feeds.read(input.feed.name, AbortSignal.timeout(UNDO_MS))
          return found !== null && found.uid !== input.feed.uid
        },
      }
      await life.refuseOutdated()
      const next = await loadSet(blobs, input.set, input.content, signal)
      const { document, written } =
        input.source.kind === 'push'
          ? { document: input.source.document, written: false }
          : await writeSetDocument(sets, next, input.feed.name, input.state.version, life, signal)
      const { owed, added, removed } = await compareSets(blobs, input, next, signal)

      const { version: previous } = input.state
      const same = previous !== null && previous.set.sha256 === next.sha256 && previous.content === next.content
      const version: Version = {
        set: input.set,
        content: input.content,
        pullHash: input.source.kind === 'pull' ? input.source.pullHash : null,
        adoptedAt: same ? previous.adoptedAt : wholeSeconds(now()),
        document,
        validators: input.source.kind === 'pull' ? input.source.validators : null,
        // No pull was begun since the one that gave this body.
        ...(input.source.kind === 'push' || input.state.attemptedReferences === null ? {} : { references: input.state.attemptedReferences }),
      }
      const known = same && input.source.kind === 'push' ? input.state : afterSync(input.state, now().getTime())
      const state: FeedState = { ...known, version, owed, pending: stillPending(input) }
      // A run that never hears of this adoption goes on with what it had: until it writes its own state, that stays named.
      await states.write(input.feed, state, over, signal, blobsOf({ ...input.state, pending: null }))
      await forgetSnapshot({ blobs, pulls }, input, signal)
      return { state, added, removed, written }
    })
}

async function refuseOutdated({ feeds }: StoreSetPorts, { feed, content, source }: StoreInput, signal: AbortSignal): Promise<void> {
  if (source.kind === 'pull') {
    await currentPull(feeds, feed, source.pullHash, signal)
    return
  }
  const current = await currentFeed(feeds, feed, signal)
  if (current.pull !== undefined || current.content !== content) throw changed(`Feed ${feed.name} no longer takes this pushed set`)
}

/** Another step of this feed has adopted a set or reported since this one began, and so came after it: this one may have been asleep. */
async function refuseLate({ states }: StoreSetPorts, { feed }: StoreInput, over: DocumentVersion | null, signal: AbortSignal): Promise<void> {
  if (sameVersion(await states.version(feed, signal), over)) return
  throw new FeedFailure('StoreFailed', 'retry', `The state of feed ${feed.name} was written while its set was to be adopted`)
}

/** A body pulled meanwhile stays pending. */
function stillPending({ state: { pending }, source }: StoreInput): FeedState['pending'] {
  if (pending === null || source.kind === 'push') return pending
  return pending.snapshot.sha256 === source.snapshot?.sha256 ? null : pending
}

async function forgetSnapshot(
  { blobs, pulls }: Pick<StoreSetPorts, 'blobs' | 'pulls'>,
  { feed, source }: StoreInput,
  signal: AbortSignal,
): Promise<void> {
  if (source.kind === 'push' || source.snapshot === null) return
  const record = await pulls.read(feed, signal)
  if (record?.snapshot.sha256 === source.snapshot.sha256) await pulls.remove(feed, signal)
  await blobs.removeMade(source.snapshot, signal)
}
