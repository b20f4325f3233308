import type { RunReport } from '../../../workflows/messages.ts'
import { eventually } from '../../end-to-end/cluster.ts'
import { KINDS } from '../kinds.ts'
import type { Kind } from '../kinds.ts'
import type { Deed, Killed } from '../plan.ts'
import type { World } from './world.ts'
import type { LogWriter } from './writer.ts'

const PATIENCE_MS = 240_000
/** Milliseconds between two looks for a new window where a worker has to die before it searched it. */
const CUT_LOOK_MS = 10

export async function carryOut(world: World, writer: LogWriter, deed: Deed): Promise<void> {
  world.tell(said(deed))
  switch (deed.do) {
    case 'offer': {
      const feed = world.feed(deed.feed)
      await world.offer(feed, deed.members)
      if (deed.awaited) await world.untilInForce(feed)
      else if (feed.source === 'pull') await world.askToRefresh(feed)
      return
    }
    case 'settle':
      return untilSettled(world, deed.feed)
    case 'disable':
      await untilSearched(world, deed.feed)
      return setMode(world, deed.feed, 'Disabled')
    case 'enable':
      return setMode(world, deed.feed, 'Enabled')
    case 'roll logs over':
      return world.logs.rollOver(deed.kind, deed.settings)
    case 'roll events over':
      return rollEventsOver(world)
    case 'close':
      return loseIndex(world, writer, deed.kind)
    case 'open':
      return world.logs.open(deed.kind)
    case 'kill':
      return kill(world, writer, deed.what)
    case 'restart the worker':
      await world.endWorker('SIGTERM')
      return world.startWorker()
    case 'pour logs':
      return writer.pour(deed.kind)
    case 'let time pass':
      return passTime(world)
  }
}

function said(deed: Deed): string {
  return Object.values(deed).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')
}

async function setMode(world: World, name: string, mode: 'Enabled' | 'Disabled'): Promise<void> {
  await world.cluster.patch(name, { spec: { mode } })
  await world.nudge(world.feed(name))
  const isEnabled = mode === 'Enabled'
  // Enabled, it has begun once it knows where: before that nobody can say which logs are its.
  const holds = ({ observed, state }: RunReport): boolean => observed?.enabled === isEnabled && (!isEnabled || state.cursor !== null)
  await eventually(`${name} is ${mode}`, () => world.report(name), holds, PATIENCE_MS)
}

/** A search of new logs that began after this has ended well. */
async function untilSearched(world: World, name: string): Promise<void> {
  const newest = await world.newest(world.feed(name).kind)
  await world.nudge(world.feed(name))
  await eventually(`${name} has searched`, () => world.state(name), ({ cursor }) => (cursor?.number ?? 0) > newest, PATIENCE_MS)
}

/** Nothing is owed to older logs, nor to shards that were away. */
async function untilSettled(world: World, name: string): Promise<void> {
  await untilSearched(world, name)
  await world.nudge(world.feed(name))
  await eventually(`${name} owes nothing`, () => world.state(name), ({ owed, debts }) => owed === null && debts.length === 0, PATIENCE_MS)
}

async function kill(world: World, writer: LogWriter, what: readonly Killed[]): Promise<void> {
  const servers = what.filter((one) => one !== 'worker')
  await Promise.all([...(what.includes('worker') ? [world.endWorker('SIGKILL')] : []), ...servers.map((server) => world.servers.kill(server, 'SIGKILL'))])
  await Promise.all(servers.map((server) => world.servers.restart(server)))
  if (servers.includes('elasticsearch')) {
    await world.cluster.elasticsearch.cluster.health({ wait_for_status: 'yellow', timeout: '60s' })
    // As many as it may have lost, which bear their numbers then.
    await Promise.all(KINDS.map((kind) => writer.pour(kind)))
  }
  if (what.includes('worker')) await world.startWorker()
  await world.nudgeAll()
}

/** The worker dies between a cut and the searches of what was cut, and the next one finds the index closed. */
async function loseIndex(world: World, writer: LogWriter, kind: Kind): Promise<void> {
  let newest: number
  do {
    newest = await world.newest(kind)
    await writer.pour(kind, world.logs.former(kind))
    await world.logs.sync(kind)
    // What was cut by now has most likely been searched too.
  } while ((await world.newest(kind)) > newest)
  await eventually(`a window of ${kind} logs is cut`, () => world.newest(kind), (now) => now > newest, PATIENCE_MS, CUT_LOOK_MS)
  await world.endWorker('SIGKILL')
  world.tell(`closed ${await world.logs.close(kind)}`)
  await world.startWorker()
  await world.nudgeAll()
}

async function rollEventsOver(world: World): Promise<void> {
  const alias = `tigera_secure_ee_events.${world.cluster.name}`
  const { elasticsearch } = world.cluster
  await eventually('there is an event', () => elasticsearch.indices.existsAlias({ name: alias }), (exists) => exists)
  await elasticsearch.indices.rollover({ alias })
}

/** A kind whose only feed may be disabled cuts no windows then. */
async function passTime(world: World): Promise<void> {
  await Promise.all(KINDS.filter((kind) => world.feeds.filter((feed) => feed.kind === kind).length > 1).map((kind) => untilCut(world, kind)))
}

async function untilCut(world: World, kind: Kind): Promise<void> {
  const newest = await world.newest(kind)
  await eventually(`a window of ${kind} logs is cut`, () => world.newest(kind), (now) => now > newest, PATIENCE_MS)
}
