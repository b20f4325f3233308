import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { elasticsearchClient } from '../../adapters/elasticsearch/client.ts'
import { indexNames } from '../../adapters/elasticsearch/indices.ts'
import { readConfig } from '../../client/config.ts'
import { connect } from '../../client/connect.ts'
import type { FeedClient } from '../../client/feed-client.ts'
import { findKubectl, startServers } from '../index.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { listServers } from '../running/list-servers.ts'
import { leaveSettings, takeSettingsAway } from '../running/settings-file.ts'
import { eventLine } from './event-line.ts'
import type { ToldEvent } from './event-line.ts'
import { EventTail } from './event-tail.ts'
import { readExampleFeeds } from './example-feeds.ts'
import { startFeedHost } from './feed-host.ts'
import { FeedNews } from './feed-news.ts'
import { loadLogs } from './load-logs.ts'
import { installLogTemplates } from './log-templates.ts'
import { pushDocuments } from './push-documents.ts'
import type { ExpectedEvent } from './sample-logs.ts'
import { commandsToTry } from './to-try.ts'
import { startWorker } from './worker-process.ts'
import type { WorkerProcess } from './worker-process.ts'

export interface QuickstartOptions {
  /** Where the servers' data and logs are; the worker's log lies beside it. */
  readonly stateDir: string
  /** End after the expected events. */
  readonly once: boolean
  /** One line for people, without its end. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

const CLUSTER = 'cluster'
/** The shortest that the worker takes, so that a newcomer need not wait a minute (contract Q-08). */
const SEARCH_INTERVAL = '10s'
const POLL_MS = 1_000
/** A pull takes a second and its search two intervals; on a busy machine some times that. */
const SYNC_MS = 120_000
/** A window is cut within an interval and searched in the next. */
const EVENTS_MS = 180_000

/**
 * From nothing to security events: servers, worker, feeds, logs. Resolves when everything has ended; without `once` that is when the
 * signal is aborted.
 * @throws what did not come up or did not come in time.
 */
export async function quickstart({ stateDir, once, report, signal }: QuickstartOptions): Promise<void> {
  const endings: (() => Promise<void>)[] = []
  try {
    const ranBefore = listServers(stateDir).some(({ state }) => state === 'running')
    const servers = await startServers({ stateDir, owned: true, report, signal })
    endings.push(() => servers.stop())
    // Where servers ran before, their settings are there already and stay.
    if (!ranBefore) {
      await leaveSettings(stateDir, servers.env)
      endings.push(() => takeSettingsAway(stateDir))
    }
    const settings = { ...servers.env, CLUSTER_NAME: CLUSTER }
    const config = readConfig(settings, {})

    const workerLog = `${stateDir}-worker.log`
    const worker = await startWorker({ ...settings, SEARCH_INTERVAL, LOG_LEVEL: 'info' }, workerLog, signal)
    endings.push(() => worker.stop())
    report(`the worker is ready; its log is ${workerLog}`)

    const host = await startFeedHost(join(PACKAGE_ROOT, 'examples/bodies'), (file) => report(`the feed host served ${file}`))
    endings.push(() => host.close())
    const store = elasticsearchClient(config.elasticsearch)
    endings.push(() => store.close())
    await installLogTemplates(store, CLUSTER, {}, AbortSignal.any([signal]))
    const client = connect(config)
    endings.push(() => client.close())

    const feeds = await readExampleFeeds(join(PACKAGE_ROOT, 'examples'), host.url)
    for (const feed of feeds) {
      const { name, resource } = await client.feeds.apply(feed, AbortSignal.any([signal]))
      report(`feed ${name}: ${resource}`)
    }
    await pushDocuments(store, CLUSTER, feeds, join(PACKAGE_ROOT, 'examples/bodies'), signal)
    const names = feeds.map(({ name }) => name)
    await untilSynced(client.feeds, names, worker, report, signal)

    const tail = new EventTail(store, indexNames(CLUSTER).events, new Date())
    const samples = await readFile(join(PACKAGE_ROOT, 'examples/logs.ndjson'), 'utf8')
    const expected = await loadLogs(store, CLUSTER, samples, signal)
    report(`sample logs are loaded, dated now; ${expected.length} security events are expected within ${2 * Number.parseInt(SEARCH_INTERVAL, 10)} s`)
    await untilFound(tail, expected, worker, report, signal)

    if (servers.temporal.uiUrl !== undefined) report(`Temporal UI: ${servers.temporal.uiUrl}`)
    const kubectl = await findKubectl({ report, signal })
    report('Try, in this folder:')
    for (const command of commandsToTry(servers.env, kubectl, names)) report(`  ${command}`)
    report('ready')
    if (!once) await watchOn(tail, worker, report, signal)
  } finally {
    // In the opposite order; one that fails must not keep the others.
    for (const end of endings.reverse()) await end().catch((error: unknown) => report(`ending: ${String(error)}`))
  }
}

async function untilSynced(
  client: FeedClient,
  names: readonly string[],
  worker: WorkerProcess,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const news = new FeedNews(names)
  for (const until = Date.now() + SYNC_MS; ; await sleep(POLL_MS, undefined, { signal })) {
    await worker.check()
    for (const line of news.of(await client.list(AbortSignal.any([signal])))) report(line)
    if (news.waiting.length === 0) return
    if (Date.now() > until) throw new Error(`not synced after ${SYNC_MS / 1000} s: ${news.waiting.join(', ')}; see ${worker.logFile}`)
  }
}

async function untilFound(
  tail: EventTail,
  expected: readonly ExpectedEvent[],
  worker: WorkerProcess,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let missing = expected
  for (const until = Date.now() + EVENTS_MS; ; await sleep(POLL_MS, undefined, { signal })) {
    await worker.check()
    missing = without(missing, await tell(tail, report, signal))
    if (missing.length === 0) return
    if (Date.now() > until) {
      const list = missing.map(({ feed, value }) => `  feed=${feed} value=${value}`).join('\n')
      throw new Error(`these events did not come in ${EVENTS_MS / 1000} s:\n${list}\nsee ${worker.logFile}`)
    }
  }
}

async function watchOn(tail: EventTail, worker: WorkerProcess, report: (line: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    await worker.check()
    await tell(tail, report, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

async function tell(tail: EventTail, report: (line: string) => void, signal: AbortSignal): Promise<readonly ToldEvent[]> {
  const events = await tail.next(signal)
  for (const event of events) report(eventLine(event))
  return events
}

/** Each event answers one expectation. */
function without(expected: readonly ExpectedEvent[], events: readonly ToldEvent[]): readonly ExpectedEvent[] {
  const left = [...expected]
  for (const { feed, value } of events) {
    const at = left.findIndex((one) => one.feed === feed && one.value === value)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}
