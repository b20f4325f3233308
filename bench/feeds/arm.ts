import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { startServers } from '../../local/index.ts'
import { listServers } from '../../local/running/list-servers.ts'
import { type Usage, usageOf } from '../measure/run-process.ts'
import { countHistory, type Counted, emptyCount, type Span } from './count-history.ts'

export type Arm = 'bare' | 'ours'

export interface ArmOptions {
  readonly arm: Arm
  readonly feeds: number
  readonly intervalMs: number
  readonly measureMs: number
  readonly continueAfterEvents: number
  /** The workflows as a bundle. */
  readonly code: string
  /** A folder of its own. */
  readonly folder: string
}

/** What the worker's process is told. */
export interface WorkerOrder extends Pick<ArmOptions, 'arm' | 'feeds' | 'intervalMs' | 'continueAfterEvents'> {
  readonly address: string
  readonly taskQueue: string
  readonly codePath: string
}

/** What it tells: that it runs, and how often each feed has made its step, at least. */
export type WorkerNews = { readonly kind: 'ready' } | { readonly kind: 'rounds'; readonly least: number }

export interface ArmResult {
  readonly arm: Arm
  readonly feeds: number
  readonly intervalMs: number
  readonly measuredMs: number
  readonly server: Usage
  readonly worker: Usage
  readonly counted: Counted
  /** From the start of a worker after the first was killed until each feed has made a step: milliseconds, and its processor time. */
  readonly restart: { readonly wallMs: number; readonly cpuMs: number }
}

const TASK_QUEUE = 'feeds'
const STARTS_AT_ONCE = 8
const PROGRAM = fileURLToPath(new URL('./programs/feed-worker.js', import.meta.url))
/** Every feed comes by once an interval; what comes on top is for machines that are too slow for so many. */
const PATIENCE_INTERVALS = 10
const PATIENCE_MS = 120_000

/** Runs one shape of feeds on a server and a worker of its own, measures both, kills the worker and measures the next one's start. */
export async function runArm(options: ArmOptions): Promise<ArmResult> {
  const { arm, feeds, intervalMs, measureMs, folder } = options
  mkdirSync(folder, { recursive: true })
  const codePath = join(folder, 'bundle.js')
  writeFileSync(codePath, options.code)
  const stateDir = join(folder, 'servers')
  const servers = await startServers({ stateDir, owned: true, only: ['temporal'] })
  const { address } = servers.temporal
  const connection = await Connection.connect({ address })
  const client = new Client({ connection })
  const order: WorkerOrder = { arm, feeds, intervalMs, continueAfterEvents: options.continueAfterEvents, address, taskQueue: TASK_QUEUE, codePath }
  const children: ChildProcess[] = []
  const startWorker = async (): Promise<FeedWorker> => {
    const worker = new FeedWorker(order)
    children.push(worker.child)
    await worker.ready
    return worker
  }
  try {
    const server = listServers(stateDir).flatMap(({ processes }) => processes)[0]?.pid
    const first = await startWorker()
    const runs = await startFeeds(client, options)
    const patience = PATIENCE_MS + PATIENCE_INTERVALS * intervalMs
    await first.rounds(2, patience)

    const [serverBefore, workerBefore, from] = [usage(server), usage(first.child.pid), Date.now()]
    await sleep(measureMs)
    const [serverAfter, workerAfter, to] = [usage(server), usage(first.child.pid), Date.now()]
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')

    const started = performance.now()
    const second = await startWorker()
    await second.rounds(1, patience)
    const restart = { wallMs: performance.now() - started, cpuMs: usage(second.child.pid).cpuMs }

    const counted = await countAll(client, runs, { from, to })
    return { arm, feeds, intervalMs, measuredMs: to - from, server: spent(serverBefore, serverAfter), worker: spent(workerBefore, workerAfter), counted, restart }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await connection.close()
    await servers.stop()
  }
}

class FeedWorker {
  readonly child: ChildProcess
  readonly ready: Promise<void>
  #least = 0
  #news = (): void => undefined

  constructor(order: WorkerOrder) {
    this.child = fork(PROGRAM, [JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.ready = new Promise((resolve, reject) => {
      this.child.once('exit', (code) => reject(new Error(`a worker of the bench ended (${code ?? 'killed'})`)))
      this.child.on('message', (news: WorkerNews) => {
        if (news.kind === 'ready') resolve()
        else {
          this.#least = news.least
          this.#news()
        }
      })
    })
    this.ready.catch(() => undefined)
  }

  /** Resolves once each feed has made so many steps on this worker. */
  async rounds(wanted: number, patienceMs: number): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#news = () => {
        if (this.#least >= wanted) resolve()
      }
      this.#news()
    })
    const late = new AbortController()
    const giveUp = sleep(patienceMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`not every feed made ${wanted} steps within ${Math.round(patienceMs / 1000)} s: the machine is too slow for so many`)
    })
    giveUp.catch(() => undefined)
    try {
      await Promise.race([arrived, giveUp])
    } finally {
      late.abort()
    }
  }
}

interface Run {
  readonly workflowId: string
  readonly firstRunId: string
}

async function startFeeds(client: Client, { arm, feeds, intervalMs }: ArmOptions): Promise<readonly Run[]> {
  const runs: Run[] = []
  const numbers = Array.from({ length: feeds }, (_, number) => number).values()
  const start = async (): Promise<void> => {
    for (const number of numbers) {
      const name = `feed-${number}`
      const workflowId = `threatfeed/bench/${name}`
      const input = arm === 'bare' ? { name, intervalMs, phase: number / feeds } : { feed: { cluster: 'bench', name, uid: `uid-${number}` } }
      const handle = await client.workflow.start(arm === 'bare' ? 'bareFeed' : 'threatFeed', { workflowId, taskQueue: TASK_QUEUE, args: [input] })
      runs.push({ workflowId, firstRunId: handle.firstExecutionRunId })
    }
  }
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, start))
  return runs
}

async function countAll(client: Client, runs: readonly Run[], span: Span): Promise<Counted> {
  const counted = emptyCount()
  for (const { workflowId, firstRunId } of runs) {
    for (let runId: string | null | undefined = firstRunId; runId != null; ) {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
      countHistory(events ?? [], span, counted)
      runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
    }
  }
  return counted
}

function usage(pid: number | undefined): Usage {
  const found = usageOf(pid)
  if (found === null) throw new Error('what a process uses is not told here: the bench takes Linux')
  return found
}

function spent(before: Usage, after: Usage): Usage {
  return { cpuMs: after.cpuMs - before.cpuMs, peakBytes: after.peakBytes }
}
