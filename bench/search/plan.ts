import type { Comparison } from './bench-search.ts'
import { MINUTE } from './generate-logs.ts'
import { compare } from './measure.ts'
import type { Bench } from './minute.ts'
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
  for (const { title, minutes } of SPANS) {
    const logs = Math.min(counts.flow, minutes * MINUTE.flow)
    const stretch = { kind: 'flow', after: -1, upTo: logs - 1 } as const
    for (const set of [...sets.hosts, sets.networks, sets.both]) {
      const key = `plan ${title}, ${set.title}`
      progress(key)
      const costs = await compare(server, key, [
        { name: WAYS.digest, run: () => ours.oneWay('digest', stretch, set) },
        { name: WAYS.list, run: () => ours.oneWay('terms', stretch, set) },
        { name: WAYS.ours, run: () => ours.backward(stretch, set) },
      ])
      const cut = logs < minutes * MINUTE.flow * 0.9 ? ` (${logs.toLocaleString('en')} logs)` : ''
      all.push({ key, title: `${title}${cut}, ${set.title}`, costs, chosen: ours.chosen() === 'terms' ? WAYS.list : WAYS.digest })
    }
  }
  return all
}
