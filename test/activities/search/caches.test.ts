import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCache } from '../../../activities/search/cache.ts'
import { createMatcherCache, type SearchMatcher } from '../../../activities/search/matcher-cache.ts'
import { RecentNames } from '../../../activities/search/recent-names.ts'
import type { Content } from '../../../domain/feed/content.ts'
import type { SetRef } from '../../../domain/sets/indicator-set.ts'
import { seededHashing } from '../../../domain/sets/name-hash.ts'
import { memoryBlobStore } from '../../fakes/memory-blob-store.ts'

const signal = (): AbortSignal => AbortSignal.timeout(5_000)

async function stored(members: readonly string[], blobs = memoryBlobStore()) {
  const text = new TextEncoder().encode(members.join('\n'))
  await blobs.put((async function* () { yield text })(), signal())
  let reads = 0
  const { get } = blobs
  blobs.get = (sha256, aborted) => {
    reads++
    return get(sha256, aborted)
  }
  return { blobs, ref: { sha256: createHash('sha256').update(text).digest('hex'), members: members.length }, reads: () => reads }
}

describe('a cache', () => {
  function cacheOf(budgetBytes: number) {
    const clock = { at: 0 }
    const made: string[] = []
    const unkept: string[] = []
    const cache = createCache<number>({ budgetBytes, bytesOf: (size) => size, clock: () => clock.at, unkept: (key) => unkept.push(key) })
    const make = (key: string, size: number) => async (): Promise<number> => {
      made.push(key)
      return size
    }
    return { cache, clock, made, unkept, make, get: (key: string, size: number) => cache.get(key, 100, make(key, size)) }
  }

  it('Q-10 does work once for all who ask, and what is in stays: results that do not fit together are not made in turns', async () => {
    const { made, unkept, get } = cacheOf(10)
    await Promise.all([get('a', 4), get('a', 4), get('b', 4)])
    for (let turn = 0; turn < 3; turn++) for (const key of ['a', 'b', 'c']) expect(await get(key, 4)).toBe(4)
    expect(made).toEqual(['a', 'b', 'c', 'c', 'c'])
    expect(unkept).toEqual(['c', 'c', 'c'])
  })

  it('Q-10 gives the room of what nobody asked for in its time to others, the longest unused first', async () => {
    const { clock, made, get } = cacheOf(10)
    await get('a', 4)
    clock.at = 50
    await get('b', 4)
    clock.at = 90
    await get('a', 4)
    clock.at = 151
    await get('c', 4)
    expect([await get('a', 0), await get('c', 0)]).toEqual([4, 4])
    await get('b', 4)
    expect(made).toEqual(['a', 'b', 'c', 'b'])
  })

  it('Q-10 keeps what took longer to make than it is used, and counts it as long as it is in', async () => {
    const { cache, clock, made, get } = cacheOf(10)
    let end: (size: number) => void = () => undefined
    const slow = cache.get('a', 100, () => new Promise<number>((resolve) => { end = resolve }))
    clock.at = 50
    await get('b', 6)
    clock.at = 151
    end(6)
    await slow
    expect([cache.has('a'), cache.has('b')]).toEqual([true, false])
    expect([await get('c', 6), await get('c', 6)]).toEqual([6, 6])
    expect(made).toEqual(['b', 'c'])
  })

  it('Q-10 gives what is larger than its budget and does not keep it, and keeps the rest', async () => {
    const { made, get } = cacheOf(10)
    await get('small', 3)
    expect([await get('large', 11), await get('large', 11), await get('small', 3)]).toEqual([11, 11, 3])
    expect(made).toEqual(['small', 'large', 'large'])
  })

  it('Q-10 begins nothing for which there is no room, what others are being made with counted', async () => {
    const { cache, made, make } = cacheOf(10)
    const first = cache.within(8, 'a', 100, make('a', 3))
    expect(cache.within(8, 'b', 100, make('b', 3))).toBeNull()
    expect(await first).toBe(3)
    expect(await cache.within(7, 'b', 100, make('b', 3))).toBe(3)
    expect(made).toEqual(['a', 'b'])
  })

  it('Q-06 asks again after a failure, and after it was told to forget', async () => {
    const { cache, made, make } = cacheOf(10)
    await expect(cache.within(10, 'a', 100, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await cache.within(10, 'a', 100, make('a', 1))).toBe(1)
    cache.forget('a')
    expect([cache.has('a'), await cache.get('a', 100, make('a', 2))]).toEqual([false, 2])
    expect(made).toEqual(['a', 'a'])
  })
})

/** What a search learns of values with a set of the worker. */
async function settled(matcher: SearchMatcher, values: readonly string[]): Promise<readonly (string | null)[]> {
  values.forEach((value) => matcher.match(value))
  await matcher.settle(signal())
  const found = values.map((value) => matcher.match(value))
  expect(await matcher.settle(signal())).toBe(false)
  return found
}

describe('sets in memory', () => {
  it('Q-03 Q-04 are read once to be held and once to confirm what was found, whatever the way of matching', async () => {
    const { blobs, ref, reads } = await stored(['bad.example'])
    const cache = createMatcherCache(blobs)
    const exact = await cache.matcher('DomainNameSet', ref, 'exact', signal())
    const below = await cache.matcher('DomainNameSet', ref, 'subdomains', signal())
    expect([await settled(exact, ['www.bad.example', 'other.example']), reads()]).toEqual([[null, null], 1])
    expect([await settled(below, ['www.bad.example', 'WWW.bad.example']), reads()]).toEqual([['bad.example', 'bad.example'], 2])
    const later = await cache.matcher('DomainNameSet', ref, 'subdomains', signal())
    expect([await settled(later, ['mail.bad.example']), reads()]).toEqual([['bad.example'], 2])
  })

  it('Q-01 are read once of addresses', async () => {
    const { blobs, ref, reads } = await stored(['10.0.0.0/8', '192.0.2.1/32'])
    const cache = createMatcherCache(blobs)
    for (let turn = 0; turn < 3; turn++) {
      const matcher = await cache.matcher('IPSet', ref, 'exact', signal())
      expect(await settled(matcher, ['10.1.2.3', '192.0.2.1', '192.0.2.2'])).toEqual(['10.0.0.0/8', '192.0.2.1/32', null])
    }
    expect(reads()).toBe(1)
  })

  it('Q-03 whose hashes all collide report what is in them and nothing else', async () => {
    const { blobs, ref } = await stored(['bad.example', 'worse.example'])
    const cache = createMatcherCache(blobs, { hashing: seededHashing([1, 2], 0) })
    const matcher = await cache.matcher('DomainNameSet', ref, 'subdomains', signal())
    expect(await settled(matcher, ['a.bad.example', 'good.example', 'worse.example'])).toEqual(['bad.example', null, 'worse.example'])
  })

  it('Q-06 that are not in the store, or not what they should be, are said to be missing', async () => {
    const { blobs, ref } = await stored(['bad.example'])
    const ask = (content: Content, set: SetRef) => createMatcherCache(blobs).matcher(content, set, 'exact', signal())
    for (const asked of [
      ask('IPSet', { sha256: 'f'.repeat(64), members: 1 }),
      ask('IPSet', ref),
      ask('DomainNameSet', { ...ref, members: 2 }),
    ]) await expect(asked).rejects.toMatchObject({ code: 'BlobMissing', failureClass: 'wait' })
  })

  it('Q-06 that are gone from the store when a guess is to be confirmed are missing from then on', async () => {
    const { blobs, ref } = await stored(['bad.example'])
    const cache = createMatcherCache(blobs)
    const matcher = await cache.matcher('DomainNameSet', ref, 'exact', signal())
    blobs.blobs.clear()
    matcher.match('bad.example')
    await expect(matcher.settle(signal())).rejects.toMatchObject({ code: 'BlobMissing' })
    await expect(cache.matcher('DomainNameSet', ref, 'exact', signal())).rejects.toMatchObject({ code: 'BlobMissing' })
  })

  it('Q-06 are loaded for all who wait, also where the first to ask was aborted', async () => {
    const { blobs, ref, reads } = await stored(['10.0.0.0/8'])
    const cache = createMatcherCache(blobs)
    const aborted = new AbortController()
    const first = cache.matcher('IPSet', ref, 'exact', aborted.signal)
    const second = cache.matcher('IPSet', ref, 'exact', signal())
    aborted.abort(new Error('cancelled'))
    await expect(first).rejects.toThrow('cancelled')
    expect([(await second).match('10.1.2.3'), reads()]).toEqual(['10.0.0.0/8', 1])
  })
})

describe('sets for which there is no memory', () => {
  it('Q-10 are read at each search, those that were in stay, hits are the same, and it is said once', async () => {
    const addresses = ['10.0.0.0/8', '10.1.0.0/16', '192.0.2.1/32']
    const names = ['bad.example', 'mail.bad.example']
    const values = { IPSet: ['10.1.2.3', '10.2.0.0', '192.0.2.1', '192.0.2.2', '::1'], DomainNameSet: ['www.mail.bad.example', 'BAD.example', 'good.example'] }
    const expected = { IPSet: ['10.1.0.0/16', '10.0.0.0/8', '192.0.2.1/32', null, null], DomainNameSet: ['mail.bad.example', 'bad.example', null] }
    // Each fits alone, and they do not fit together.
    for (const [content, members, other, budgetBytes] of [['IPSet', addresses, '10.9.0.0/16', 1_140], ['DomainNameSet', names, 'other.example', 1_060]] as const) {
      expect(await createMatcherCache((await stored(members)).blobs, { budgetBytes, tell: () => { throw new Error('it fits') } }).matcher(content, (await stored(members)).ref, 'exact', signal())).toBeDefined()
      const { blobs, ref, reads } = await stored(members)
      const { ref: rival } = await stored([other], blobs)
      const said: unknown[] = []
      const cache = createMatcherCache(blobs, { budgetBytes, tell: (...words) => said.push(words) })
      await cache.matcher(content, rival, 'exact', signal())
      for (let window = 1; window <= 3; window++) {
        const matcher = await cache.matcher(content, ref, 'subdomains', signal())
        expect([await settled(matcher, values[content]), reads()]).toEqual([expected[content], 1 + window])
        await cache.matcher(content, rival, 'exact', signal())
      }
      expect(said).toEqual([[
        'a set is read from the store at each search: the memory for sets is full',
        { set: ref.sha256.slice(0, 12), members: members.length, budgetBytes },
      ]])
    }
  })

  it('Q-10 get the room of sets that no search has asked for in ten minutes', async () => {
    const { blobs, ref, reads } = await stored(['10.0.0.0/8'])
    const { ref: rival } = await stored(['11.0.0.0/8'], blobs)
    const clock = { at: 0 }
    const cache = createMatcherCache(blobs, { budgetBytes: 1_100, clock: () => clock.at, tell: () => undefined })
    await cache.matcher('IPSet', rival, 'exact', signal())
    clock.at = 600_001
    for (let window = 0; window < 3; window++) expect(await settled(await cache.matcher('IPSet', ref, 'exact', signal()), ['10.1.2.3'])).toEqual(['10.0.0.0/8'])
    expect(reads()).toBe(2)
  })
})

describe('names that were compared with a set', () => {
  it('Q-10 are remembered in bounded memory, those that were asked for last the longest', () => {
    const recent = new RecentNames(2)
    const [one, other] = [recent.of('a'), recent.of('b')]
    one.set('x.example', true)
    other.set('x.example', false)
    expect(one.get('x.example')).toBe(true)
    one.set('y.example', false)
    expect([one.get('x.example'), one.get('y.example'), other.get('x.example')]).toEqual([true, false, undefined])
  })
})
