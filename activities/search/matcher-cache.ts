import type { Content } from '../../domain/feed/content.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { holdAddresses, streamedAddresses } from '../../domain/sets/address-matcher.ts'
import type { SetRef } from '../../domain/sets/indicator-set.ts'
import type { GuessingMatcher, HeldSet, Matcher, MatchMode } from '../../domain/sets/matcher.ts'
import { seededHashing, type NameHashing } from '../../domain/sets/name-hash.ts'
import { holdNames, streamedNames } from '../../domain/sets/name-matcher.ts'
import { NotASet } from '../../domain/sets/not-a-set.ts'
import { givingWay } from '../giving-way.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { untilAborted } from './abort.ts'
import { createCache } from './cache.ts'
import { RecentNames } from './recent-names.ts'
import { tellOnce, type Tell } from './tell-once.ts'

/** Twenty-nine of the largest sets there may be (contract N-06: 2,000,000 members, of 4.5 bytes as names), or 11,000 of 5,000 names. */
export const SETS_BUDGET_BYTES = 256 * 1024 * 1024
/** What a member may take while its set is loaded: an IPv6 prefix 17 bytes in a list that has room for as many again, a name 13; and a set without any. */
const LOADING = { IPSet: 34, DomainNameSet: 13, empty: 1_024 } as const
/** Ten searches: a set that was replaced, or whose feed is gone, makes room then. */
const SET_KEPT_MS = 10 * 60_000
/** 90 MB at 40 MB a second, and what unpacking takes. */
const LOAD_TIMEOUT_MS = 120_000

/** A set as one search matches it. */
export interface SearchMatcher extends Matcher {
  /**
   * Decides what was guessed, by the set's text in the store.
   * @returns whether there were guesses: the same values are to be matched again then, and get exact answers
   * @throws FeedFailure `BlobMissing`
   */
  settle(signal: AbortSignal): Promise<boolean>
}

/** Sets ready to be matched, by content hash: feeds and searches of a worker share them. */
export interface MatcherCache {
  /** @throws FeedFailure `BlobMissing` when the set is absent, damaged, or no set of this content. */
  matcher(content: Content, set: SetRef, mode: MatchMode, signal: AbortSignal): Promise<SearchMatcher>
}

export interface MatcherCacheOptions {
  readonly budgetBytes?: number
  readonly clock?: () => number
  readonly hashing?: NameHashing
  readonly tell?: Tell
}

/** Sets within a budget. One for which there is no room is not loaded: whoever searches with it reads it from the store as a stream, and it is said. */
export function createMatcherCache(
  blobs: Pick<BlobStore, 'get'>,
  {
    budgetBytes = SETS_BUDGET_BYTES,
    clock = () => performance.now(),
    hashing = seededHashing(crypto.getRandomValues(new Uint32Array(2))),
    tell,
  }: MatcherCacheOptions = {},
): MatcherCache {
  const cache = createCache<HeldSet>({ budgetBytes, bytesOf: ({ bytes }) => bytes, clock })
  const names = new RecentNames()
  const once = tellOnce(tell)

  /** Reads a set from the store, from its beginning to its verified end. */
  async function reading<T>({ sha256 }: SetRef, signal: AbortSignal, read: (text: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    try {
      return await read(blobs.get(sha256, signal))
    } catch (error) {
      if (error instanceof NotASet) throw new FeedFailure('BlobMissing', 'wait', `Blob ${sha256.slice(0, 12)} holds no such set: ${error.message}`)
      throw error
    }
  }

  function load(content: Content, set: SetRef): Promise<HeldSet> {
    const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS)
    const giveWay = givingWay(signal)
    return reading(set, signal, (text) =>
      content === 'IPSet' ? holdAddresses(text, set.members, giveWay) : holdNames(text, set.members, { hashing, decided: names.of(set.sha256), giveWay }),
    )
  }

  function settling(key: string, set: SetRef, matcher: GuessingMatcher): SearchMatcher {
    return {
      match: (value) => matcher.match(value),
      async settle(signal) {
        if (!matcher.guessed) return false
        try {
          await reading(set, signal, (text) => matcher.confirm(text, givingWay(signal)))
        } catch (error) {
          // Nobody can confirm by what is no longer there: whoever asks next is told that the set is missing.
          if (error instanceof FeedFailure && error.code === 'BlobMissing') cache.forget(key)
          throw error
        }
        return true
      },
    }
  }

  return {
    async matcher(content, set, mode, signal) {
      const key = `${content} ${set.sha256}`
      const held = cache.within(LOADING.empty + set.members * LOADING[content], key, SET_KEPT_MS, () => load(content, set))
      if (held !== null) return settling(key, set, (await untilAborted(held, signal)).matcher(mode))
      once(key, 'a set is read from the store at each search: the memory for sets is full', { set: set.sha256.slice(0, 12), members: set.members, budgetBytes })
      return settling(key, set, content === 'IPSet' ? streamedAddresses() : streamedNames(hashing, mode))
    },
  }
}
