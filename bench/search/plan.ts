import type { Comparison } from './bench-search.ts'
import { MINUTE } from './generate-logs.ts'
import type { Stretch } from './literal.ts'
import { compare, type Way } from './measure.ts'
import type { Bench } from './minute.ts'
import type { BenchSet } from './sets.ts'
import { WAYS } from './ways.ts'

/** Spans of goal 5, in minutes; of fewer logs than a day's, all there are. */
const SPANS = [
  { title: '1 min', minutes: 1 },
  { title: '5 min', minutes: 5 },
  { title: '1 h', minutes: 60 },
  { title: '24 h', minutes: 1_440 },
] as const

/** Older logs searched for each set in either way and as planned, over spans from the first log on. */
export async function measurePlans({ server, ours, sets, counts, progress }: Bench): Promise<readonly Comparison[]> {
  const all: Comparison[] = []
  const ways = (stretch: Stretch, set: BenchSet): readonly Way[] => [
    { name: WAYS.digest, run: () => ours.oneWay('digest', stretch, set) },
    { name: WAYS.list, run: () => ours.oneWay('terms', stretch, set) },
    { name: WAYS.ours, run: () => ours.backward(stretch, set) },
  ]
  // What a young server's first searches take, the planner remembers for some fifty of them: the first row would tell of that alone.
  for (const set of sets.hosts.slice(0, 1)) await compare(server, 'warming up the planner', ways(first(counts.flow, 1), set))
  for (const { title, minutes } of SPANS) {
    const stretch = first(counts.flow, minutes)
    const logs = stretch.upTo + 1
    for (const set of [...sets.hosts, sets.networks, sets.both]) {
      const key = `plan ${title}, ${set.title}`
      progress(key)
      const costs = await compare(server, key, ways(stretch, set))
      const cut = logs < minutes * MINUTE.flow * 0.9 ? ` (${logs.toLocaleString('en')} logs)` : ''
      all.push({ key, title: `${title}${cut}, ${set.title}`, costs, chosen: ours.chosen() === 'terms' ? WAYS.list : WAYS.digest })
    }
  }
  return all
}

function first(flows: number, minutes: number): Stretch {
  return { kind: 'flow', after: -1, upTo: Math.min(flows, minutes * MINUTE.flow) - 1 }
}
