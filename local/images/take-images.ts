import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { elasticsearchClient } from '../../adapters/elasticsearch/client.ts'
import { readConfig } from '../../client/config.ts'
import { connect } from '../../client/connect.ts'
import type { FeedClient } from '../../client/feed-client.ts'
import { findKubectl, startServers } from '../index.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { runCommand } from '../process/run-command.ts'
import { installLogTemplates } from '../quickstart/log-templates.ts'
import { loadLogs } from '../quickstart/load-logs.ts'
import { startWorker } from '../quickstart/worker-process.ts'
import { findExecutable } from '../tools/find-executable.ts'
import { SHOWN, feedsShown } from './feeds-shown.ts'
import { startMoodyHost } from './moody-host.ts'
import { TemporalPages } from './temporal-pages.ts'

const CLUSTER = 'cluster'
const POLL_MS = 500
/** A pull takes seconds, and a step that failed while the indices were made half a minute. */
const SETTLED_MS = 120_000
/** Rows of a timeline that show the life of a feed, and not yet a run that continues as new. */
const SEARCHES_MS = 25_000
const BODIES = join(PACKAGE_ROOT, 'examples/bodies')

export interface ImagesOptions {
  /** Where the images and texts are written. */
  readonly folder: string
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

/** Brings up servers of its own and a worker, makes feeds of each kind, and writes what people see of them. */
export async function takeImages({ folder, report, signal }: ImagesOptions): Promise<void> {
  const chromium = process.env['CHROMIUM'] ?? (await findExecutable('chromium', process.env))
  if (chromium === undefined) throw new Error('a Chromium is needed: install the package chromium, or set CHROMIUM to its path')
  const work = await mkdtemp(join(tmpdir(), 'threatfeed-images-'))
  const endings: (() => Promise<void>)[] = [() => rm(work, { recursive: true, force: true })]
  try {
    const servers = await startServers({ stateDir: join(work, 'servers'), owned: true, report, signal })
    endings.push(() => servers.stop())
    const { uiUrl } = servers.temporal
    if (uiUrl === undefined) throw new Error('the UI of a Temporal server that TEMPORAL_ADDRESS names is not known here: unset it')
    const env = { ...servers.env, CLUSTER_NAME: CLUSTER }
    const worker = await startWorker({ ...env, SEARCH_INTERVAL: '10s' }, join(work, 'worker.log'), signal)
    endings.push(() => worker.stop())
    const host = await startMoodyHost(BODIES)
    endings.push(() => host.close())
    const config = readConfig(env, {})
    const store = elasticsearchClient(config.elasticsearch)
    endings.push(() => store.close())
    const client = connect(config)
    endings.push(() => client.close())

    const kubectl = await findKubectl({ report, signal })
    const run = (program: string, ...args: string[]): Promise<string> => runCommand(program, args, { cwd: PACKAGE_ROOT, env, signal })
    const threatfeed = (...args: string[]): Promise<string> => run(process.execPath, join(PACKAGE_ROOT, 'dist/client/threatfeed.js'), ...args)
    await installLogTemplates(store, CLUSTER, {}, AbortSignal.any([signal]))
    await loadLogs(store, CLUSTER, await readFile(join(PACKAGE_ROOT, 'examples/logs.ndjson'), 'utf8'), signal)
    const manifest = join(work, 'feeds.json')
    await writeFile(manifest, feedsShown(host.url))
    report((await run(kubectl, 'apply', '--filename', manifest)).trimEnd())
    const pulled: readonly string[] = [SHOWN.healthy, SHOWN.names, SHOWN.failing, SHOWN.cancelled]
    await until('all are well', client.feeds, (feeds) => feeds.filter(({ name }) => pulled.includes(name)).every(isWell), signal)
    host.fail('scanners.csv')
    await client.feeds.refresh(SHOWN.failing, { wait: true }, AbortSignal.any([signal]))
    await sleep(SEARCHES_MS, undefined, { signal })
    const runOf = async (name: string): Promise<{ readonly workflowId: string; readonly runId: string }> => {
      const { run } = await client.feeds.describe(name, AbortSignal.any([signal]))
      if (run === null) throw new Error(`${name} has no run`)
      return run
    }
    const cancelled = await runOf(SHOWN.cancelled)
    await client.feeds.cancel(SHOWN.cancelled, AbortSignal.any([signal]))
    await until('one fails', client.feeds, (feeds) => feeds.some(({ errorConditions }) => errorConditions.length > 0), signal)

    await mkdir(folder, { recursive: true })
    const texts: readonly (readonly [file: string, command: string, text: Promise<string>])[] = [
      ['kubectl-get', 'kubectl get globalthreatfeeds', run(kubectl, 'get', 'globalthreatfeeds')],
      ...[SHOWN.healthy, SHOWN.failing].flatMap((name) => [
        [`kubectl-describe-${name}`, `kubectl describe globalthreatfeed ${name}`, run(kubectl, 'describe', 'globalthreatfeed', name)] as const,
        [`threatfeed-describe-${name}`, `threatfeed describe ${name}`, threatfeed('describe', name)] as const,
      ]),
      ['threatfeed-list', 'threatfeed list', threatfeed('list')],
    ]
    for (const [file, command, text] of texts) await writeFile(join(folder, `${file}.txt`), `$ ${command}\n${(await text).trimEnd()}\n`)

    const pages = await TemporalPages.open(chromium, uiUrl)
    endings.push(() => pages.close())
    await pages.list('WorkflowType="threatFeed"', join(folder, 'temporal-list.png'))
    await pages.list('FeedHealth="Failing" AND ExecutionStatus="Running"', join(folder, 'temporal-failing.png'))
    const shown = [SHOWN.healthy, SHOWN.failing, SHOWN.disabled].map(async (name) => [name, await runOf(name)] as const)
    for (const [name, { workflowId, runId }] of [...(await Promise.all(shown)), [SHOWN.cancelled, cancelled] as const]) {
      await pages.timeline(workflowId, runId, join(folder, `temporal-timeline-${name}.png`))
      await pages.details(workflowId, runId, join(folder, `temporal-details-${name}.png`))
    }
    report(`images and texts are in ${folder}`)
  } finally {
    // In the opposite order; one that fails must not keep the others.
    for (const end of endings.reverse()) await end().catch((error: unknown) => report(`ending: ${String(error)}`))
  }
}

type Feeds = Awaited<ReturnType<FeedClient['list']>>

function isWell({ lastSuccessfulSearch, errorConditions }: Feeds[number]): boolean {
  return lastSuccessfulSearch !== null && errorConditions.length === 0
}

async function until(what: string, client: FeedClient, holds: (feeds: Feeds) => boolean, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + SETTLED_MS; ; await sleep(POLL_MS, undefined, { signal })) {
    const feeds = await client.list(AbortSignal.any([signal]))
    if (feeds.length > 0 && holds(feeds)) return
    if (Date.now() > end) throw new Error(`not after ${SETTLED_MS / 1000} s: ${what}`)
  }
}
