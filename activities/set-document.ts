import { FeedFailure } from '../domain/failure.ts'
import { sameVersion, type DocumentVersion } from '../domain/run/references.ts'
import type { Version } from '../domain/run/state.ts'
import type { IndicatorSet } from '../domain/sets/indicator-set.ts'
import { changed } from './current-feed.ts'
import type { SetStore } from './ports/set-store.ts'

/** One small request, which the step's own end must not keep from being made. */
export const UNDO_MS = 30_000

/** Each lost race is a write of someone else; a pusher that writes more often than this many times in seconds is at odds with the feed. */
const RACES = 5

/** Looks at the resource that a set is written for. A document bears the feed's name alone, whichever life of it wrote it. */
export interface LifeCheck {
  /** @throws FeedFailure `SpecChanged` when the set is no longer what the resource asks for. */
  readonly refuseOutdated: () => Promise<void>
  /** Whether another life of the feed has begun; a resource that is not found is no proof of it. */
  readonly isOver: () => Promise<boolean>
}

/**
 * Makes a feed's document hold a set, with optimistic concurrency: a lost race is read again and tried again (contract S-04). A
 * document that holds exactly this set already, by an earlier attempt or by our last version, is not written. A pusher's is written over
 * even then (contract L-03): what counts as ours goes with the feed (contract S-05).
 *
 * The resource is looked at between the read that a write hangs on and the write, and once more after it, so that a step that wakes in
 * another life of the feed neither writes over what that one wrote nor leaves something of its own (contract L-05).
 * @throws FeedFailure `SpecChanged`; `StoreFailed`, class `retry`, when every race was lost.
 */
export async function writeSetDocument(
  sets: SetStore,
  set: IndicatorSet,
  name: string,
  ours: Version | null,
  life: LifeCheck,
  signal: AbortSignal,
): Promise<{ readonly document: DocumentVersion; readonly written: boolean }> {
  const text = new TextDecoder().decode(set.text)
  for (let race = 0; race < RACES; race += 1) {
    const current = await sets.version(set.content, name, signal)
    const known = current !== null && ours !== null && ours.content === set.content && sameVersion(current, ours.document)
    // What we wrote ourselves need not be read to know what it holds.
    if (known && ours.pullHash !== null && ours.set.sha256 === set.sha256) return { document: current, written: false }
    if (current !== null && !known) {
      const stored = await sets.read(set.content, name, signal)
      // Ours have a date (contract S-01).
      if (stored?.fields.includes('created_at') && holds(stored.members, text)) return { document: stored.version, written: false }
    }
    await life.refuseOutdated()
    const document = await sets.write(set, name, current, signal)
    if (document === null) continue
    if (await life.isOver()) {
      await sets.remove(set.content, name, document, AbortSignal.timeout(UNDO_MS))
      throw changed(`The resource of feed ${name} was made anew while its set was written`)
    }
    return { document, written: true }
  }
  throw new FeedFailure('StoreFailed', 'retry', `Others kept writing the set document of feed ${name}`)
}

/** Whether the field holds exactly the canonical members, in their order. */
function holds(members: unknown, text: string): boolean {
  return Array.isArray(members) && members.every((member) => typeof member === 'string') && members.join('\n') === text && (members.length > 0 || text === '')
}
