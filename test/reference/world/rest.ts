import { setTimeout as sleep } from 'node:timers/promises'
import type { Kind } from '../kinds.ts'
import { KINDS } from '../kinds.ts'
import type { PlannedFeed } from '../plan.ts'
import type { World } from './world.ts'

const PATIENCE_MS = 240_000
const LOOK_EVERY_MS = 300
/** What failed while a server was away is tried again after half a minute, or when the run is told to look. */
const NUDGE_EVERY = 8

/**
 * Returns when everything that was written is searched and nothing is owed: every feed has searched a window that was cut after the last
 * log, and has the last set in force that was offered to it.
 * @throws with what each feed still waits for.
 */
export async function untilAtRest(world: World): Promise<void> {
  await Promise.all(world.feeds.map((feed) => world.untilInForce(feed)))
  // Windows hold what is on disk, which of an index that writes there every five seconds alone the last logs are not.
  await world.cluster.elasticsearch.indices.flush({ index: KINDS.map((kind) => world.logs.pattern(kind)) })
  // One window may be in the making, with numbers that it read before the last log came.
  const last: Record<Kind, number> = { flow: 0, dns: 0 }
  for (const kind of KINDS) last[kind] = (await world.newest(kind)) + 2
  const until = performance.now() + PATIENCE_MS
  for (let looks = 0; ; looks += 1) {
    const waiting = (await Promise.all(world.feeds.map((feed) => waitsFor(world, feed, last[feed.kind])))).flat()
    if (waiting.length === 0) return
    if (performance.now() > until) throw new Error(`it did not come to rest: ${waiting.join('; ')}`)
    if (looks % NUDGE_EVERY === NUDGE_EVERY - 1) await world.nudgeAll()
    await sleep(LOOK_EVERY_MS)
  }
}

async function waitsFor(world: World, { name }: PlannedFeed, last: number): Promise<readonly string[]> {
  const { cursor, owed, debts, pending, conditions } = await world.state(name)
  const failing = conditions.filter(({ type }) => type === 'SearchFailed').map(({ message }) => message)
  return [
    ...((cursor?.number ?? 0) >= last ? [] : [`${name} has searched window ${String(cursor?.number)} and not ${String(last)}`]),
    ...(owed === null ? [] : [`${name} owes members to window ${String(owed.upTo.number)}`]),
    ...(debts.length === 0 ? [] : [`${name} owes ${String(debts.length)} spans`]),
    ...(pending === null ? [] : [`${name} has a body to adopt`]),
    ...failing.map((message) => `${name}: ${message}`),
  ]
}
