import { createHash } from 'node:crypto'
import { workflowId } from '../../../domain/run/names.ts'
import type { FeedState } from '../../../domain/run/state.ts'
import type { RunningServers } from '../../../local/index.ts'
import { lookAgainSignal, refreshSignal, stateQuery } from '../../../workflows/messages.ts'
import type { RunReport } from '../../../workflows/messages.ts'
import { ChildWorker } from '../../end-to-end/child-worker.ts'
import { Cluster, eventually } from '../../end-to-end/cluster.ts'
import type { FeedServer } from '../../end-to-end/feed-server.ts'
import type { Kind } from '../kinds.ts'
import type { Offered } from '../model/searches.ts'
import type { PlannedFeed } from '../plan.ts'
import type { Source } from '../recording/happenings.ts'
import { newestWindow } from '../recording/windows.ts'
import type { BuiltWorker } from '../worker/build.ts'
import { LOOKBACK_MS } from './log-documents.ts'
import { LogIndices } from './log-indices.ts'
import { persistently } from './persistently.ts'

const PATIENCE_MS = 240_000

/** What all seeds of one go share. */
export interface Ground {
  readonly servers: Pick<RunningServers<'temporal' | 'elasticsearch'>, 'kill' | 'restart'>
  /** The settings that reach them and the API server. */
  readonly env: Readonly<Record<string, string>>
  readonly worker: BuiltWorker
  readonly host: FeedServer
}

/** One cluster with its feeds and logs, and what was done to it so far, for people. */
export class World {
  readonly cluster: Cluster
  readonly feeds: readonly PlannedFeed[]
  readonly logs: LogIndices
  readonly story: string[] = []
  readonly #ground: Ground
  readonly #onTold: (line: string) => void
  readonly #began = performance.now()
  readonly #offers = new Map<string, Map<Source, Offered>>()
  /** The oldest first. */
  readonly #workers: ChildWorker[] = []

  private constructor(ground: Ground, cluster: Cluster, feeds: readonly PlannedFeed[], onTold: (line: string) => void) {
    this.#ground = ground
    this.#onTold = onTold
    this.cluster = cluster
    this.feeds = feeds
    this.logs = new LogIndices(cluster)
    for (const { name } of feeds) this.#offers.set(name, new Map())
  }

  static async open(ground: Ground, feeds: readonly PlannedFeed[], onTold: (line: string) => void = () => undefined): Promise<World> {
    return new World(ground, await Cluster.open(ground.env), feeds, onTold)
  }

  tell(what: string): void {
    const line = `${((performance.now() - this.#began) / 1000).toFixed(1).padStart(6)} s  ${what}`
    this.story.push(line)
    this.#onTold(line)
  }

  get servers(): Ground['servers'] {
    return this.#ground.servers
  }

  async startWorker(): Promise<void> {
    const { program, env } = this.#ground.worker
    const lookback = `${String(LOOKBACK_MS / 3_600_000)}h`
    this.#workers.push(await ChildWorker.start({ ...this.cluster.env, ...env, SEARCH_LOOKBACK: lookback }, [program]))
  }

  /** The one that has run longest. */
  async endWorker(signal: NodeJS.Signals): Promise<void> {
    await this.#workers.shift()?.end(signal)
  }

  async endWorkers(): Promise<void> {
    while (this.#workers.length > 0) await this.endWorker('SIGKILL')
  }

  /** What the worker that was started last has logged. */
  get workerSaid(): string {
    return this.#workers.at(-1)?.output ?? ''
  }

  feed(name: string): PlannedFeed {
    const feed = this.feeds.find((one) => one.name === name)
    if (feed === undefined) throw new Error(`there is no feed ${name}`)
    return feed
  }

  offersOf(feed: string): Map<Source, Offered> {
    return this.#offers.get(feed) ?? new Map<Source, Offered>()
  }

  newest(kind: Kind): Promise<number> {
    return newestWindow(this.cluster.elasticsearch, this.cluster.name, kind)
  }

  async createFeeds(): Promise<void> {
    for (const { name, kind, source, match, lookback } of this.feeds) {
      const annotation = (key: string): string => `threatfeeds.projectcalico.org/${key}`
      const pull = source === 'pull' ? { pull: { period: '1h', http: { url: `${this.#ground.host.origin}${this.#path(name)}` } } } : {}
      const options = { [annotation('match')]: match, ...(lookback ? {} : { [annotation('lookback')]: '0s' }) }
      await this.cluster.apply(name, { content: kind === 'flow' ? 'IPSet' : 'DomainNameSet', ...pull }, options)
    }
  }

  /** Puts a set where the product will find it. */
  async offer(feed: PlannedFeed, members: readonly string[]): Promise<void> {
    const offers = this.offersOf(feed.name)
    const offered: Offered = { name: `v${String(offers.size + 1)}`, members, newest: await this.newest(feed.kind) }
    const body = `${members.join('\n')}\n`
    if (feed.source === 'pull') {
      // What is offered again was offered the first time as far as anyone can tell.
      const source = createHash('sha256').update(body).digest('hex')
      offers.set(source, { ...offered, ...(offers.has(source) ? { newest: offers.get(source)?.newest ?? 0 } : {}) })
      this.#ground.host.answer(this.#path(feed.name), body)
    } else {
      const content = feed.kind === 'flow' ? 'IPSet' : 'DomainNameSet'
      const document = { [content === 'IPSet' ? 'ips' : 'domains']: members }
      const written = await this.cluster.elasticsearch.index({ index: this.cluster.setIndex(content), id: feed.name, document })
      offers.set(String(written._seq_no), offered)
    }
  }

  /** The first set that was offered is in force. */
  async untilBegun({ name }: PlannedFeed): Promise<void> {
    const isThere = (state: FeedState | null): boolean => state !== null && state.version !== null
    // Until the controller has started its run there is none to ask.
    await eventually(`${name} has a set in force`, () => this.cluster.state(name).catch(() => null), isThere, PATIENCE_MS)
  }

  /** Pulls or reads what was offered, and returns once it is in force. */
  async untilInForce(feed: PlannedFeed): Promise<void> {
    await eventually(`what was offered to ${feed.name} is in force`, () => this.#refreshed(feed), (outcome) => outcome === 'updated' || outcome === 'unchanged', PATIENCE_MS)
  }

  async #refreshed({ name }: PlannedFeed): Promise<string> {
    try {
      return (await this.cluster.refresh(name)).outcome
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** What the feed's run knows. */
  async state(name: string): Promise<FeedState> {
    return (await this.report(name)).state
  }

  /** The same with what it last saw of its resource. */
  report(name: string): Promise<RunReport> {
    return persistently(() => this.cluster.temporal.workflow.getHandle(workflowId(this.cluster.name, name)).query(stateQuery))
  }

  async askToRefresh({ name }: PlannedFeed): Promise<void> {
    await persistently(() => this.cluster.temporal.workflow.getHandle(workflowId(this.cluster.name, name)).signal(refreshSignal))
  }

  /** Has the feed's run look at its resource at once, and try again what waits after a failure. */
  async nudge({ name }: PlannedFeed): Promise<void> {
    await persistently(() => this.cluster.temporal.workflow.getHandle(workflowId(this.cluster.name, name)).signal(lookAgainSignal, { uid: '' }))
  }

  async nudgeAll(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => this.nudge(feed)))
  }

  /** Ends the workers and takes away what the servers hold of this world. */
  async close(): Promise<void> {
    await this.endWorkers()
    const { cluster } = this
    for (const { metadata } of await cluster.feeds()) await cluster.remove(metadata.name)
    for (const { name } of this.feeds) await cluster.temporal.workflow.getHandle(workflowId(cluster.name, name)).terminate('the seed is over').catch(() => undefined)
    const { indices } = cluster.elasticsearch
    // By their names: Elasticsearch deletes nothing by a pattern.
    const index = Object.keys(await indices.getSettings({ index: `*${cluster.name}*`, expand_wildcards: 'all' }))
    if (index.length > 0) await indices.delete({ index })
    await cluster.close()
  }

  #path(feed: string): string {
    return `/${this.cluster.name}/${feed}.txt`
  }
}
