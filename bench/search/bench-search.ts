import { seeded } from '../measure/random.ts'
import { type Machine, thisMachine } from '../measure/machine.ts'
import { generateWorld, MINUTE, type World } from './generate-logs.ts'
import { loadLogs, seenLately, type Counts } from './load-logs.ts'
import type { Cost } from './measure.ts'
import { product } from './ours.ts'
import { measureDay } from './day.ts'
import { measureFeeds } from './feeds.ts'
import { measureMinute, measureNames } from './minute.ts'
import { measurePlans } from './plan.ts'
import { measurePulls, type PullRow } from './pulls.ts'
import { measureQuiet } from './quiet.ts'
import { measureScale, type ScaleRow } from './scale.ts'
import { startElasticsearch } from './server.ts'
import { hostSet, nameSet, networkSet, quietSet, union, type BenchSet } from './sets.ts'

/** Parts of the bench, each of which can be measured alone. */
export const PARTS = ['minute', 'names', 'feeds', 'plan', 'day', 'scale', 'pulls'] as const
export type Part = (typeof PARTS)[number]

export interface SearchOptions {
  readonly counts: Counts
  readonly parts: readonly Part[]
  /** Where Elasticsearch keeps its data. */
  readonly folder: string
  readonly progress: (line: string) => void
}

/** A table: ways to the same hits, with their costs. */
export interface Comparison {
  /** What the goals know it by. */
  readonly key: string
  readonly title: string
  readonly costs: readonly Cost[]
  /** Of the planner's two ways the one it took. */
  readonly chosen?: string
}

export interface SearchBench {
  readonly machine: Machine
  readonly counts: Counts
  readonly comparisons: readonly Comparison[]
  readonly scale: readonly ScaleRow[]
  readonly pulls: readonly PullRow[]
}

/** The sets of docs/performance.md: as large as the published lists that it names. */
export interface Sets {
  readonly hosts: readonly BenchSet[]
  readonly networks: BenchSet
  readonly both: BenchSet
  readonly quiet: BenchSet
  names(count: number): BenchSet
  /** Of one of many feeds, each with its own; the first has something to find. */
  feed(number: number): BenchSet
}

/** What Java compiles while a server is young would count otherwise: half a minute of a free core. */
const WARM_SEARCHES = 400

export async function benchSearch({ counts, parts, folder, progress }: SearchOptions): Promise<SearchBench> {
  const machine = thisMachine()
  const world = generateWorld()
  const server = await startElasticsearch(folder, progress)
  try {
    await loadLogs(server.client, world, counts, progress)
    progress('making sets')
    const flows = { kind: 'flow', after: counts.flow - 1 - MINUTE.flow, upTo: counts.flow - 1 } as const
    const queries = { kind: 'dns', after: counts.dns - 1 - MINUTE.dns, upTo: counts.dns - 1 } as const
    const seen = {
      hosts: await seenLately(server.client, 'flow', world.externals, flows),
      names: await seenLately(server.client, 'dns', world.names, queries),
    }
    const bench = { server, ours: await product(server.client), sets: makeSets(world, seen), counts, progress }
    progress('warming up')
    const few = bench.sets.names(1_000)
    const [someHosts = bench.sets.quiet] = bench.sets.hosts
    for (let time = 0; time < WARM_SEARCHES; time++) {
      await bench.ours.forward(flows, [bench.sets.quiet, someHosts])
      await bench.ours.forward(queries, [few])
    }
    await server.watchIdle()
    const measures: Readonly<Record<'minute' | 'names' | 'feeds' | 'plan' | 'day', () => Promise<readonly Comparison[]>>> = {
      minute: async () => [...(await measureMinute(bench, flows)), await measureQuiet(bench, flows)],
      names: () => measureNames(bench, queries),
      feeds: () => measureFeeds(bench, flows),
      plan: () => measurePlans(bench),
      day: () => measureDay(bench, { kind: 'flow', after: -1, upTo: counts.flow - 1 }),
    }
    const comparisons: Comparison[] = []
    for (const part of parts) if (part !== 'scale' && part !== 'pulls') comparisons.push(...(await measures[part]()))
    const scale = parts.includes('scale') ? await measureScale(bench, flows) : []
    const pulls = parts.includes('pulls') ? await measurePulls(server, progress) : []
    return { machine, counts, comparisons, scale, pulls }
  } finally {
    await server.close()
  }
}

function makeSets(world: World, seen: { readonly hosts: readonly string[]; readonly names: readonly string[] }): Sets {
  const random = seeded(17)
  const hosts = [200, 5_000, 120_430].map((count) => hostSet(count, world, random, seen.hosts))
  const networks = networkSet(10_862, random)
  return {
    hosts,
    networks,
    both: union('both', hosts.at(-1) ?? networks, networks),
    quiet: quietSet(5_000, world, random),
    names: (count) => nameSet(count, world, seeded(count), seen.names),
    feed: (number) => union('5,200 members', hostSet(5_000, world, seeded(1_000 + number), number === 0 ? seen.hosts : []), networkSet(200, seeded(2_000 + number))),
  }
}
