import type { Comparison } from './bench-search.ts'
import { largeTerms, literal, type Stretch } from './literal.ts'
import { compare } from './measure.ts'
import type { Bench } from './minute.ts'
import { union } from './sets.ts'
import { WAYS } from './ways.ts'

/** Numbers of feeds that search one minute, each with its own set. */
const NUMBERS = [1, 10, 50] as const

/** What the table calls so many feeds. */
export function manyFeeds(number: (typeof NUMBERS)[number]): string {
  return `${number} feeds of 5,200`
}

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
  all.push(await together({ server, ours, sets, progress }, stretch))
  return all
}

/** Ours alone, number beside number, and what the most feeds ask for: the distinct values that all share, and the logs of those that found some. */
async function together({ server, ours, sets, progress }: Omit<Bench, 'counts'>, stretch: Stretch): Promise<Comparison> {
  const key = 'feeds in turns'
  progress(key)
  const feeds = Array.from({ length: NUMBERS.at(-1) ?? 1 }, (_, at) => sets.feed(at))
  await ours.forward(stretch, feeds)
  const { digests, finds } = ours.asked()
  const signal = AbortSignal.timeout(600_000)
  const { logs } = ours.ports
  const ways = NUMBERS.map((number) => ({ name: manyFeeds(number), run: () => ours.forward(stretch, feeds.slice(0, number)).then(() => null) }))
  const costs = await compare(server, key, [
    ...ways,
    {
      name: `of the last: ${digests.length} digest`,
      async run() {
        for (const selection of digests) await logs.digest(selection, signal)
        return null
      },
    },
    {
      name: `of the last: logs found, for ${finds.length} feeds`,
      async run() {
        for (const { selection, by } of finds) for await (const page of logs.find(selection, by, signal)) void page
        return null
      },
    },
  ])
  return { key, title: 'one minute of flows: threatfeed, numbers of feeds in turns', costs }
}
