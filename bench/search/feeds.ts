import type { Comparison } from './bench-search.ts'
import { largeTerms, literal, type Stretch } from './literal.ts'
import { compare } from './measure.ts'
import type { Bench } from './minute.ts'
import { union } from './sets.ts'
import { WAYS } from './ways.ts'

/** Numbers of feeds that search one minute, each with its own set. */
export const NUMBERS = [1, 10, 50] as const

export async function measureFeeds({ server, ours, sets, progress }: Bench, stretch: Stretch): Promise<readonly Comparison[]> {
  const { client } = server
  const all: Comparison[] = []
  for (const number of NUMBERS) {
    const feeds = Array.from({ length: number }, (_, at) => sets.feed(at))
    const together = union('all', ...feeds)
    const key = `feeds ${number}`
    progress(key)
    const costs = await compare(server, key, [
      { name: WAYS.ours, run: () => ours.forward(stretch, feeds) },
      {
        name: WAYS.bare,
        async run() {
          const found = new Set<string>()
          for (const set of feeds) for (const id of await literal(client, stretch, set, 'bare')) found.add(id)
          return found
        },
      },
      { name: `${WAYS.large}, of all feeds together`, run: () => largeTerms(client, stretch, together) },
    ])
    all.push({ key, title: `one minute of flows, ${number} feeds of 5,200`, costs })
  }
  return all
}
