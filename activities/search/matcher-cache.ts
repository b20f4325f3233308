import type { Content } from '../../domain/feed/content.ts'
import { addressMatcher } from '../../domain/sets/address-matcher.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import type { Matcher } from '../../domain/sets/matcher.ts'
import { nameMatcher } from '../../domain/sets/name-matcher.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { loadSet } from '../set-blobs.ts'
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
        const loaded = await loadSet(blobs, set, content, AbortSignal.timeout(LOAD_TIMEOUT_MS))
        return content === 'IPSet' ? addressMatcher(loaded) : nameMatcher(loaded, match)
      }
      return untilAborted(cache.get(`${content} ${match} ${set.sha256}`, load), signal)
    },
  }
}
