import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import { elasticsearchClient } from '../../adapters/elasticsearch/client.ts'
import { indexNames } from '../../adapters/elasticsearch/indices.ts'
import { readConfig } from '../../client/config.ts'
import { connect } from '../../client/connect.ts'
import type { FeedClient } from '../../client/feed-client.ts'
import { startServers } from '../../local/index.ts'
import { freePorts } from '../../local/process/free-port.ts'
import { installLogTemplates } from '../../local/quickstart/log-templates.ts'
import { listServers } from '../../local/running/list-servers.ts'
import { type Machine, thisMachine } from '../measure/machine.ts'
import { type Usage, usageOf } from '../measure/run-process.ts'
import { type Lag, lagOf, readEvents } from './lag.ts'
import { EVERYTHING, feedName, serveLists } from './lists.ts'
import { LogStream } from './log-stream.ts'
import { endWorker, startWorker } from './worker-process.ts'

export interface LoadOptions {
  readonly feeds: number
  readonly members: number
  readonly logsPerSecond: number
  readonly measureMs: number
  readonly intervalS: number
  /** One feed more, which matches every log. */
  readonly everything: boolean
  /** A folder of our own for the servers; whoever made it removes it. */
  readonly folder: string
  /** Where the worker's log is kept. */
  readonly logFile: string
  readonly progress: (line: string) => void
}

export interface LoadResult {
  readonly machine: Machine
  readonly options: Omit<LoadOptions, 'folder' | 'logFile' | 'progress'>
  /** From the first feed applied until the last had its set. */
  readonly adoptedMs: number
  readonly measuredMs: number
  /** Processor time within the measure and the most memory, by process. */
  readonly usage: Readonly<Record<string, Usage>>
  readonly logs: { readonly written: number; readonly latestMs: number }
  readonly lag: Lag
  /** Events of the feed that holds everything, by the end; null without it. */
  readonly everythingEvents: number | null
}

const CLUSTER = 'bench'
const APPLIED_AT_ONCE = 4
const ADOPT_MS = 30 * 60_000

/**
 * Runs feeds on servers of their own and one worker while flow logs come in. Each feed lists one address that logs hold now and then: from
 * when such a log is written until its event is made is the feed's lag.
 * @throws Error when not all feeds have their sets in time, or logs are refused.
 */
export async function benchLoad({ folder, logFile, progress, ...options }: LoadOptions): Promise<LoadResult> {
  const { feeds, members, logsPerSecond, measureMs, intervalS, everything } = options
  const machine = thisMachine()
  const endings: (() => Promise<void>)[] = []
  try {
    const stateDir = join(folder, 'servers')
    const servers = await startServers({ stateDir, owned: true })
    endings.push(() => servers.stop())
    const [port = 0] = await freePorts(1)
    const settings = { ...servers.env, CLUSTER_NAME: CLUSTER, SEARCH_INTERVAL: `${intervalS}s`, LOG_LEVEL: 'warn' }
    const worker = await startWorker(settings, port, logFile)
    endings.push(() => endWorker(worker))
    const config = readConfig(settings, {})
    const store = elasticsearchClient(config.elasticsearch)
    endings.push(() => store.close())
    await installLogTemplates(store, CLUSTER, {}, AbortSignal.timeout(60_000))
    const client = connect(config)
    endings.push(() => client.close())
    const lists = await serveLists(members)
    endings.push(() => lists.close())

    const logs = new LogStream(store, { index: `tigera_secure_ee_flows.${CLUSTER}.bench`, perSecond: logsPerSecond, feeds })
    const names = [...Array.from({ length: feeds }, (_, number) => feedName(number)), ...(everything ? [EVERYTHING] : [])]
    progress(`${names.length} feeds are applied`)
    const begun = performance.now()
    await apply(client.feeds, names, (name) => lists.url(name))
    await untilAdopted(client.feeds, names, progress)
    const adoptedMs = performance.now() - begun

    logs.start()
    endings.push(() => logs.stop())
    // The first logs bring the first window, from which each feed goes on.
    progress(`all sets are adopted; two intervals to settle, then ${measureMs / 60_000} min`)
    await sleep(2 * intervalS * 1000)
    const pids = { ...pidsOf(stateDir), worker: worker.pid, bench: process.pid }
    const [before, from] = [usageOfAll(pids), Date.now()]
    await sleep(measureMs)
    const [after, to] = [usageOfAll(pids), Date.now()]
    await logs.stop()
    // What was written last may be searched as late as two intervals from now.
    await sleep(2 * intervalS * 1000 + 10_000)
    const events = indexNames(CLUSTER).events
    const listed = new Map([...logs.listed].filter(([, { at }]) => at >= from && at < to))
    const lag = lagOf(listed, await readEvents(store, events), feedName)
    return {
      machine,
      options,
      adoptedMs,
      measuredMs: to - from,
      usage: Object.fromEntries(Object.entries(after).map(([name, usage]) => [name, { cpuMs: usage.cpuMs - (before[name]?.cpuMs ?? 0), peakBytes: usage.peakBytes }])),
      logs: { written: logs.written, latestMs: logs.latestMs },
      lag,
      everythingEvents: everything ? await countEvents(store, events) : null,
    }
  } finally {
    for (const end of endings.reverse()) await end().catch((error: unknown) => progress(`ending: ${String(error)}`))
  }
}

async function apply(client: FeedClient, names: readonly string[], url: (name: string) => string): Promise<void> {
  const left = names.values()
  const one = async (): Promise<void> => {
    for (const name of left) {
      const spec = { content: 'IPSet', pull: { period: '24h', http: { url: url(name), format: { newlineDelimited: {} } } } }
      await client.apply({ name, labels: {}, annotations: {}, spec }, AbortSignal.timeout(60_000))
    }
  }
  await Promise.all(Array.from({ length: APPLIED_AT_ONCE }, one))
}

async function untilAdopted(client: FeedClient, names: readonly string[], progress: (line: string) => void): Promise<void> {
  for (const until = Date.now() + ADOPT_MS; ; await sleep(5_000)) {
    const synced = (await client.list(AbortSignal.timeout(60_000))).filter(({ lastSuccessfulSync }) => lastSuccessfulSync !== null).length
    progress(`${synced} of ${names.length} have their set`)
    if (synced === names.length) return
    if (Date.now() > until) throw new Error(`only ${synced} of ${names.length} feeds had their set after ${ADOPT_MS / 60_000} min`)
  }
}

function pidsOf(stateDir: string): Readonly<Record<string, number>> {
  return Object.fromEntries(listServers(stateDir).flatMap(({ processes }) => processes.map(({ name, pid }) => [name, pid])))
}

function usageOfAll(pids: Readonly<Record<string, number | undefined>>): Readonly<Record<string, Usage>> {
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const usage = usageOf(pid)
      if (usage === null) throw new Error(`what ${name} uses is not told here: the bench takes Linux`)
      return [name, usage]
    }),
  )
}

async function countEvents(store: Client, index: string): Promise<number> {
  const { count } = await store.count({ index, query: { term: { origin: EVERYTHING } } })
  return count
}
