import { expectedOf } from './model/expected.ts'
import { searchesOf } from './model/searches.ts'
import { KINDS } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { planOf } from './plan.ts'
import type { Plan, PlannedFeed } from './plan.ts'
import { seeded } from './random.ts'
import { readEvents } from './recording/events.ts'
import { happeningsOf } from './recording/happenings.ts'
import type { Happening } from './recording/happenings.ts'
import { readLogs } from './recording/logs.ts'
import { stepsOf } from './recording/steps-of.ts'
import { readWindows } from './recording/windows.ts'
import { differencesOf } from './differences.ts'
import type { Difference } from './differences.ts'
import { workflowId } from '../../domain/run/names.ts'
import { carryOut } from './world/deeds.ts'
import { LOOKBACK_MS } from './world/log-documents.ts'
import { untilAtRest } from './world/rest.ts'
import { World } from './world/world.ts'
import type { Ground } from './world/world.ts'
import { LogWriter } from './world/writer.ts'

export interface Judged {
  readonly seed: number
  readonly differences: readonly Difference[]
  /** Feeds and logs that match. */
  readonly events: number
  readonly logs: number
  readonly windows: number
  readonly seconds: number
  /** What was done, and what befell each feed, for people. */
  readonly story: readonly string[]
}

/**
 * Lives one seed's story on real servers and holds the product's events against those of the model.
 * @param onTold called with each line of the story as it happens.
 */
export async function runSeed(seed: number, ground: Ground, onTold?: (line: string) => void): Promise<Judged> {
  const began = performance.now()
  const plan = planOf(seed)
  const world = await World.open(ground, plan.feeds, onTold)
  try {
    await live(world, plan, seed)
    const judged = await judge(world)
    return { seed, seconds: (performance.now() - began) / 1000, ...judged }
  } catch (error) {
    const said = world.workerSaid.slice(-4_000)
    const why = error instanceof Error ? error.message : String(error)
    throw new Error([`seed ${String(seed)}: ${why}`, ...world.story, `the worker said last: ${said}`].join('\n'), { cause: error })
  } finally {
    await world.close()
  }
}

async function live(world: World, { first, deeds, settings, workers }: Plan, seed: number): Promise<void> {
  world.tell(`${String(workers)} workers; ${JSON.stringify(world.feeds)}; ${JSON.stringify(settings)}`)
  for (const kind of KINDS) await world.logs.rollOver(kind, settings[kind])
  // Of its own, since its writers take from it in whatever order their answers come.
  const writer = new LogWriter(world.cluster, world.logs, seeded(seed + 1_000_000))
  try {
    await Promise.all(Array.from({ length: workers }, () => world.startWorker()))
    for (const { feed, members } of first) {
      world.tell(`there is ${feed} ${JSON.stringify(members)}`)
      await world.offer(world.feed(feed), members)
    }
    await world.createFeeds()
    await Promise.all(world.feeds.map((feed) => world.untilBegun(feed)))
    for (const deed of deeds) await carryOut(world, writer, deed)
  } finally {
    await writer.end()
  }
  world.tell('the last log is written')
  await untilAtRest(world)
  world.tell('at rest')
}

async function judge(world: World): Promise<Pick<Judged, 'differences' | 'events' | 'logs' | 'windows' | 'story'>> {
  const { cluster, feeds } = world
  const { elasticsearch } = cluster
  await world.endWorkers()
  const logs = { flow: await readLogs(elasticsearch, 'flow', world.logs.pattern('flow')), dns: await readLogs(elasticsearch, 'dns', world.logs.pattern('dns')) }
  const all = await readWindows(elasticsearch, cluster.name)
  const windowsOf = (kind: Kind) => all.filter((window) => window.kind === kind)
  const events = await readEvents(elasticsearch, `tigera_secure_ee_events.${cluster.name}`)
  const story = [...world.story]
  const differences: Difference[] = []
  let expectedEvents = 0
  for (const feed of feeds) {
    const happenings = happeningsOf(await stepsOf(cluster.temporal, workflowId(cluster.name, feed.name)))
    story.push(...befell(feed, happenings))
    const searches = searchesOf(happenings, { offers: world.offersOf(feed.name), lookback: feed.lookback, endedAt: Date.now() })
    const expected = expectedOf(searches, feed.match, { logs: logs[feed.kind], windows: windowsOf(feed.kind), lookbackMs: LOOKBACK_MS })
    expectedEvents += expected.size
    differences.push(...differencesOf(feed.name, expected, events, logs[feed.kind]))
  }
  return { differences, events: expectedEvents, logs: logs.flow.length + logs.dns.length, windows: all.length, story }
}

function befell({ name }: PlannedFeed, happenings: readonly Happening[]): readonly string[] {
  const told = happenings.filter(({ what }, at) => what !== 'searched' || happenings[at + 1]?.what !== 'searched')
  return told.map((happening) => `${name}: ${JSON.stringify(happening)}`)
}
