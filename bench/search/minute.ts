import type { Comparison, Sets } from './bench-search.ts'
import type { Counts } from './load-logs.ts'
import { emptySearch, largeTerms, literal, type Stretch } from './literal.ts'
import { compare, type Way } from './measure.ts'
import type { Product } from './ours.ts'
import type { BenchServer } from './server.ts'
import type { BenchSet } from './sets.ts'
import { WAYS } from './ways.ts'

/** The last is five times the largest of the published lists. */
const NAMES = [1_000, 140_626, 1_200_000]

export interface Bench {
  readonly server: BenchServer
  readonly ours: Product
  readonly sets: Sets
  readonly counts: Counts
  readonly progress: (line: string) => void
}

/** New logs of a minute against each set. */
export async function measureMinute(bench: Bench, stretch: Stretch): Promise<readonly Comparison[]> {
  const { sets } = bench
  const all: Comparison[] = []
  for (const set of [...sets.hosts, sets.networks, sets.both]) all.push(await against(bench, stretch, set, ['prefixes', 'bare', 'large']))
  all.push(await sizes(bench, 'flow sizes', 'one minute of flows, hosts', stretch, sets.hosts))
  return all
}

/** New DNS logs of a minute. Of names every list is bare. */
export async function measureNames(bench: Bench, stretch: Stretch): Promise<readonly Comparison[]> {
  const all: Comparison[] = []
  const sets = NAMES.map((count) => bench.sets.names(count))
  for (const set of sets) all.push(await against(bench, stretch, set, ['bare', 'large']))
  all.push(await sizes(bench, 'dns sizes', 'one minute of DNS logs, names', stretch, sets))
  return all
}

/** Ours alone, set beside set: what Java still compiles from one comparison to the next would count as the sets' sizes otherwise. */
async function sizes(bench: Bench, key: string, title: string, stretch: Stretch, sets: readonly BenchSet[]): Promise<Comparison> {
  bench.progress(key)
  const ways = sets.map((set) => ({ name: set.title, run: () => bench.ours.forward(stretch, [set]).then(() => null) }))
  return { key, title: `${title}: threatfeed, sizes in turns`, costs: await compare(bench.server, key, ways) }
}

async function against(bench: Bench, stretch: Stretch, set: BenchSet, rivals: readonly ('prefixes' | 'bare' | 'large')[]): Promise<Comparison> {
  const key = `minute ${stretch.kind} ${set.title}`
  bench.progress(key)
  const ways = ['ours' as const, ...rivals].map((name) => way(bench, name, stretch, set))
  return { key, title: `one minute of ${stretch.kind === 'flow' ? 'flows' : 'DNS logs'}, ${set.title}`, costs: await compare(bench.server, key, ways) }
}

export function way({ server: { client }, ours }: Bench, name: 'ours' | 'prefixes' | 'bare' | 'large' | 'empty', stretch: Stretch, set: BenchSet): Way {
  switch (name) {
    case 'ours':
      return { name: WAYS.ours, run: () => ours.forward(stretch, [set]) }
    case 'prefixes':
    case 'bare':
      return { name: WAYS[name], run: () => literal(client, stretch, set, name) }
    case 'large':
      return { name: WAYS.large, run: () => largeTerms(client, stretch, set) }
    case 'empty':
      return { name: WAYS.empty, run: () => emptySearch(client, stretch).then(() => null) }
  }
}
