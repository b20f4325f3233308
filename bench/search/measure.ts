import { spreadOf } from '../measure/spread.ts'
import type { BenchServer } from './server.ts'

export type MeasuredServer = Pick<BenchServer, 'cpuMs' | 'idleShare' | 'requests' | 'progress'>

/** Ways to the same hits. */
export interface Way {
  readonly name: string
  /** @returns the ids of the logs that it found; null where it looks for none. */
  readonly run: () => Promise<ReadonlySet<string> | null>
}

/** Of one search, each figure the median of the turns. */
export interface Cost {
  readonly name: string
  readonly hits: number | null
  /** Processor time of Elasticsearch, without what it uses when nobody asks, and of this process; the time from start to end, in milliseconds. */
  readonly serverMs: number
  readonly ownMs: number
  readonly wallMs: number
  readonly requests: number
}

const TURNS = 3
/** What is quick is also what is easily disturbed. */
const TURNS_OF_SHORT = 7
/** A turn is as many searches as take Elasticsearch about so long, so that what it does besides does not matter. */
const TURN_MS = 250
const MOST_IN_A_TURN = 60
const LEAST_OF_SHORT = 8
const FEW = 3
/** What takes less is searched a few times more before it is measured. */
const SHORT_MS = 200
/** A search that takes Elasticsearch so long is measured once. */
const LONG_MS = 1_500

interface Sample {
  readonly serverMs: number
  readonly ownMs: number
  readonly wallMs: number
  readonly requests: number
}

/**
 * Measures ways side by side: in turns, so that what else the machine does falls on all alike.
 * @throws Error when two of them do not find the same logs.
 */
export async function compare(server: MeasuredServer, title: string, ways: readonly Way[]): Promise<readonly Cost[]> {
  const measured: { readonly way: Way; readonly hits: ReadonlySet<string> | null; readonly times: number; readonly turns: number; readonly samples: Sample[] }[] = []
  for (const way of ways) {
    // The first searches warm both sides, and tell how long one takes.
    const { sample, hits } = await sampled(server, way, 1)
    const isLong = sample.serverMs >= LONG_MS
    const warm = sample.serverMs >= SHORT_MS ? sample : (await sampled(server, way, FEW)).sample
    const isShort = warm.serverMs < SHORT_MS
    const least = isShort ? LEAST_OF_SHORT : 1
    const times = Math.max(least, Math.min(MOST_IN_A_TURN, Math.round(TURN_MS / warm.serverMs)))
    measured.push({ way, hits, times, turns: isShort ? TURNS_OF_SHORT : isLong ? 0 : TURNS, samples: isLong ? [sample] : [] })
  }
  mustAgree(title, measured.map(({ way, hits }) => ({ name: way.name, hits })))
  for (let turn = 0; turn < TURNS_OF_SHORT; turn++) {
    // Each turn begins with another way: what one leaves to be collected falls on the next.
    for (const one of [...measured.slice(turn % measured.length), ...measured.slice(0, turn % measured.length)]) {
      if (turn < one.turns) one.samples.push((await sampled(server, one.way, one.times)).sample)
    }
  }
  const costs = measured.map(({ way, hits, samples }) => {
    const median = (figure: keyof Sample): number => spreadOf(samples.map((sample) => sample[figure]))?.median ?? 0
    return {
      name: way.name,
      hits: hits?.size ?? null,
      serverMs: median('serverMs'),
      ownMs: median('ownMs'),
      wallMs: median('wallMs'),
      requests: median('requests'),
    }
  })
  for (const { name, serverMs, wallMs } of costs) server.progress(`  ${serverMs.toFixed(1)} ms of CPU, ${wallMs.toFixed(1)} ms: ${name}`)
  return costs
}

async function sampled(server: MeasuredServer, { run }: Way, times: number): Promise<{ readonly sample: Sample; readonly hits: ReadonlySet<string> | null }> {
  let hits: ReadonlySet<string> | null = null
  const [cpu, own, requests, started] = [server.cpuMs(), process.cpuUsage(), server.requests(), performance.now()]
  for (let time = 0; time < times; time++) hits = await run()
  const wallMs = performance.now() - started
  const used = process.cpuUsage(own)
  const sample = {
    serverMs: Math.max(0, server.cpuMs() - cpu - wallMs * server.idleShare()) / times,
    ownMs: (used.user + used.system) / 1_000 / times,
    wallMs: wallMs / times,
    requests: (server.requests() - requests) / times,
  }
  return { sample, hits }
}

function mustAgree(title: string, found: readonly { readonly name: string; readonly hits: ReadonlySet<string> | null }[]): void {
  const [first, ...others] = found.filter(({ hits }) => hits !== null)
  for (const { name, hits } of others) {
    const missing = [...(first?.hits ?? [])].filter((id) => !hits?.has(id)).length
    if (missing > 0 || hits?.size !== first?.hits?.size) {
      throw new Error(`${title}: ${name} found ${hits?.size ?? 0} logs, ${first?.name ?? ''} ${first?.hits?.size ?? 0}, of which the other has ${missing} not`)
    }
  }
}
