import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { seeded } from '../measure/random.ts'
import { generateWorld } from './generate-logs.ts'
import type { Stretch } from './literal.ts'
import type { Bench } from './minute.ts'
import { hostSet, type BenchSet } from './sets.ts'

/** One minute of logs searched for so many feeds, their sets held already. */
export interface ScaleRow {
  readonly feeds: number
  readonly serverMs: number
  readonly requests: number
  /** Of the process that searches, as the worker does. */
  readonly ownMs: number
  /** More than before the first of these feeds was searched for, once all garbage is gone. */
  readonly heldBytes: number
  readonly hits: number
}

const NUMBERS = [1, 10, 100, 1_000]
const MEMBERS = 5_000

export async function measureScale({ server, ours, progress }: Bench, stretch: Stretch): Promise<readonly ScaleRow[]> {
  const world = generateWorld()
  const random = seeded(29)
  // Lists of members as texts alone, since rivals are not asked here.
  const sets: BenchSet[] = []
  const rows: ScaleRow[] = []
  for (const feeds of NUMBERS) {
    progress(`${feeds} feeds of ${MEMBERS.toLocaleString('en')}`)
    while (sets.length < feeds) sets.push({ ...hostSet(MEMBERS, world, random), members: [] })
    ours.hold(sets)
    const before = heldBytes()
    // Sets are read and made ready in the first round, as when a worker has just started.
    await ours.forward(stretch, sets)
    const held = heldBytes() - before
    const [cpu, own, requests] = [server.cpuMs(), process.cpuUsage(), server.requests()]
    const hits = await ours.forward(stretch, sets)
    const used = process.cpuUsage(own)
    rows.push({
      feeds,
      serverMs: server.cpuMs() - cpu,
      requests: server.requests() - requests,
      ownMs: (used.user + used.system) / 1_000,
      heldBytes: held + (rows.at(-1)?.heldBytes ?? 0),
      hits: hits.size,
    })
  }
  return rows
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
