import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feedName, listedAddress, listOf, MOST_FEEDS, serveLists } from '../../../bench/load/lists.ts'
import { flow, popular } from '../../../bench/load/log-stream.ts'

describe('the lists of the load bench', () => {
  it('hold one listed address each, of those kept for benchmarks', () => {
    expect([listedAddress(0), listedAddress(256), listedAddress(MOST_FEEDS - 1)]).toEqual(['198.18.0.0', '198.18.1.0', '198.19.255.255'])
  })

  it('hold as many addresses as is said, none twice and none of another feed', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 2_000 }), (feed, members) => {
        const two = [...listOf(feed, members), ...listOf(feed + 1, members)]
        expect(new Set(two).size).toBe(2 * members)
      }),
      { numRuns: 20 },
    )
  })

  it('hold no address of any other log', () => {
    const listed = new Set(listOf(7, 5_000))
    for (let number = 0; number < 5_000; number++) {
      const { source_ip: source, dest_ip: dest } = flow(number, popular(number), 0)
      expect([listed.has(String(source)), listed.has(String(dest))]).toEqual([false, false])
    }
  })

  it('are served by the name of their feed', async () => {
    const lists = await serveLists(3)
    const answers = ['feed-2', 'everything'].map(async (name) => (await fetch(lists.url(name))).text())
    expect(await Promise.all(answers)).toEqual([`${listOf(2, 3).join('\n')}\n`, '0.0.0.0/0\n'])
    await lists.close()
    expect(feedName(2)).toBe('feed-2')
  })
})

describe('the logs of the load bench', () => {
  it('come from 3,000 pods with an address each, and go to few addresses often', () => {
    const flows = Array.from({ length: 30_000 }, (_, number) => flow(number, popular(number), 0))
    expect(new Set(flows.map((one) => one['source_ip'])).size).toBe(3_000)
    const counts = new Map<unknown, number>()
    for (const { dest_ip: dest } of flows) counts.set(dest, (counts.get(dest) ?? 0) + 1)
    expect(Math.max(...counts.values())).toBeGreaterThan(1_000)
    expect(counts.size).toBeGreaterThan(5_000)
  })
})
