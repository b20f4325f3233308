import { FeedFailure } from '../domain/failure.ts'
import { sameVersion, type DocumentVersion } from '../domain/run/references.ts'
import type { Version } from '../domain/run/state.ts'
import type { IndicatorSet } from '../domain/sets/indicator-set.ts'
import type { SetStore } from './ports/set-store.ts'

/** Each lost race is a write of someone else; a pusher that writes more often than this many times in seconds is at odds with the feed. */
const RACES = 5

/**
 * Makes a feed's document hold a set, with optimistic concurrency: a lost race is read again and tried again (contract S-04). A
 * document that holds exactly this set already, by an earlier attempt or by our last version, is not written.
 * @throws FeedFailure `StoreFailed`, class `retry`, when every race was lost.
 */
export async function writeSetDocument(
  sets: SetStore,
  set: IndicatorSet,
  name: string,
  ours: Version | null,
  signal: AbortSignal,
): Promise<{ readonly document: DocumentVersion; readonly written: boolean }> {
  const text = new TextDecoder().decode(set.text)
  for (let race = 0; race < RACES; race += 1) {
    const current = await sets.version(set.content, name, signal)
    const known = current !== null && ours !== null && ours.content === set.content && sameVersion(current, ours.document)
    const written = known && ours.pullHash !== null
    // What we wrote ourselves need not be read to know what it holds.
    if (written && ours.set.sha256 === set.sha256) return { document: current, written: false }
    if (current !== null && !written) {
      const stored = await sets.read(set.content, name, signal)
      if (stored !== null && holds(stored.members, text)) return { document: stored.version, written: false }
    }
    const document = await sets.write(set, name, current, signal)
    if (document !== null) return { document, written: true }
  }
  throw new FeedFailure('StoreFailed', 'retry', `Others kept writing the set document of feed ${name}`)
}

/** Whether the field holds exactly the canonical members, in their order. */
function holds(members: unknown, text: string): boolean {
  return Array.isArray(members) && members.every((member) => typeof member === 'string') && members.join('\n') === text && (members.length > 0 || text === '')
}
