import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCache } from '../../../activities/search/cache.ts'
import { createMatcherCache } from '../../../activities/search/matcher-cache.ts'
import { memoryBlobStore } from '../../fakes/memory-blob-store.ts'

const signal = (): AbortSignal => AbortSignal.timeout(5_000)

async function stored(members: readonly string[]) {
  const blobs = memoryBlobStore()
  const text = new TextEncoder().encode(members.join('\n'))
  await blobs.put((async function* () { yield text })(), signal())
  return { blobs, ref: { sha256: createHash('sha256').update(text).digest('hex'), members: members.length } }
}

describe('a cache', () => {
  it('Q-10 does work once for all who ask, keeps it within its budget, and forgets what was used least', async () => {
    const made: string[] = []
    const cache = createCache<number>(10, (size) => size)
    const get = (key: string, size: number) => cache.get(key, async () => { made.push(key); return size })
    await Promise.all([get('a', 4), get('a', 4), get('b', 4)])
    await get('a', 4)
    await get('c', 4)
    expect(made).toEqual(['a', 'b', 'c'])
    await get('a', 4)
    await get('b', 4)
    expect(made).toEqual(['a', 'b', 'c', 'b'])
  })

  it('Q-10 gives what is larger than its budget and does not keep it, and keeps the rest', async () => {
    let made = 0
    const cache = createCache<number>(10, (size) => size)
    await cache.get('small', async () => 3)
    expect(await cache.get('large', async () => { made++; return 11 })).toBe(11)
    await cache.get('large', async () => { made++; return 11 })
    expect(made).toBe(2)
    expect(await cache.get('small', async () => 0)).toBe(3)
  })

  it('Q-06 asks again after a failure', async () => {
    const cache = createCache<number>(10, (size) => size)
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await cache.get('a', async () => 1)).toBe(1)
  })
})

describe('sets in memory', () => {
  it('Q-01 Q-04 are loaded once for each way of matching', async () => {
    const { blobs, ref } = await stored(['bad.example'])
    const cache = createMatcherCache(blobs)
    const exact = await cache.matcher('DomainNameSet', ref, 'exact', signal())
    const below = await cache.matcher('DomainNameSet', ref, 'subdomains', signal())
    expect([exact.match('www.bad.example'), below.match('www.bad.example')]).toEqual([null, 'bad.example'])
    blobs.blobs.clear()
    expect(await cache.matcher('DomainNameSet', ref, 'exact', signal())).toBe(exact)
  })

  it('Q-06 that are not in the store are said to be missing', async () => {
    const { blobs } = await stored(['bad.example'])
    const missing = createMatcherCache(blobs).matcher('IPSet', { sha256: 'f'.repeat(64), members: 1 }, 'exact', signal())
    await expect(missing).rejects.toMatchObject({ code: 'BlobMissing' })
  })
})
