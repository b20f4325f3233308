import type { Content } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { addressMatcher } from '../../domain/sets/address-matcher.ts'
import type { IndicatorSet, SetRef } from '../../domain/sets/indicator-set.ts'
import type { Matcher } from '../../domain/sets/matcher.ts'
import { nameMatcher } from '../../domain/sets/name-matcher.ts'
import { readSet } from '../../domain/sets/read-set.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { untilAborted } from './abort.ts'
import { createCache } from './cache.ts'

/** Ten times the largest set there may be as addresses (contract N-06: 2,000,000 of 4 bytes), or five as names of 20 bytes. */
export const SETS_BUDGET_BYTES = 256 * 1024 * 1024
/** 90 MB at 40 MB a second, and what unpacking takes. */
const LOAD_TIMEOUT_MS = 120_000

export type Match = 'exact' | 'subdomains'

/** Sets ready to be matched, by content hash: feeds and searches of a worker share them. */
export interface MatcherCache {
  matcher(content: Content, set: SetRef, match: Match, signal: AbortSignal): Promise<Matcher>
}

export function createMatcherCache(blobs: Pick<BlobStore, 'get'>, budgetBytes: number = SETS_BUDGET_BYTES): MatcherCache {
  const cache = createCache<Matcher>(budgetBytes, ({ bytes }) => bytes)
  return {
    matcher(content, set, match, signal) {
      const load = async (): Promise<Matcher> => {
        const loaded = await loadSet(blobs, content, set, AbortSignal.timeout(LOAD_TIMEOUT_MS))
        return content === 'IPSet' ? addressMatcher(loaded) : nameMatcher(loaded, match)
      }
      return untilAborted(cache.get(`${content} ${match} ${set.sha256}`, load), signal)
    },
  }
}

/** @throws FeedFailure `BlobMissing` when the set is not in the store, or is none. */
export async function loadSet(blobs: Pick<BlobStore, 'get'>, content: Content, set: SetRef, signal: AbortSignal): Promise<IndicatorSet> {
  const chunks: Uint8Array[] = []
  for await (const chunk of blobs.get(set.sha256, signal)) chunks.push(chunk)
  const text = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    text.set(chunk, offset)
    offset += chunk.byteLength
  }
  const read = await readSet(text, content)
  if (!read.ok) throw new FeedFailure('BlobMissing', 'wait', `A stored set cannot be used: ${read.message}`)
  return read.set
}
