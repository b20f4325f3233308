import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { readConfig } from '../../worker/config.ts'
import { runWorker } from '../../worker/worker.ts'
import { Cluster, eventually, flow } from './cluster.ts'
import { openFeedServer } from './feed-server.ts'
import type { FeedServer } from './feed-server.ts'
import { openMoodyKubernetes } from './moody-kubernetes.ts'
import type { KubernetesRequest } from './moody-kubernetes.ts'
import { openWatchedStore } from './watched-store.ts'
import type { Act, StoreRequest, WatchedStore } from './watched-store.ts'

/** A cluster whose worker reaches both of its servers through doors at which a test stands. */
export interface TerminatingStage {
  readonly cluster: Cluster
  readonly host: FeedServer
  readonly store: WatchedStore
  /** Once, before the first such request reaches the API server; `refuse` breaks the connection in its place. */
  beforeKubernetes(matches: (request: KubernetesRequest) => boolean, act: Act): void
  /** Called before every request reaches the API server, which waits for it. */
  look: (request: KubernetesRequest) => Promise<void>
}

/** Open before the first test of a file, closed after the last. */
export function setTerminatingStage(opened: (stage: TerminatingStage) => void): void {
  let close = (): Promise<void> => Promise.resolve()
  beforeAll(async () => {
    const cluster = await Cluster.open(inject('servers'))
    const host = await openFeedServer()
    const store = await openWatchedStore(cluster.env['ELASTICSEARCH_URL'] ?? '')
    const kubernetes = await openMoodyKubernetes(cluster.env['KUBECONFIG'] ?? '')
    const moments: { readonly matches: (request: KubernetesRequest) => boolean; readonly act: Act }[] = []
    const stage: TerminatingStage = {
      cluster,
      host,
      store,
      beforeKubernetes: (matches, act) => void moments.push({ matches, act }),
      look: () => Promise.resolve(),
    }
    kubernetes.before = async (request) => {
      await stage.look(request)
      const at = moments.findIndex(({ matches }) => matches(request))
      if (at >= 0 && (await moments.splice(at, 1)[0]?.act()) === 'refuse') throw new Error('the connection is broken by the test')
    }
    const config = readConfig({ ...cluster.env, KUBECONFIG: kubernetes.kubeconfig, ELASTICSEARCH_URL: store.url })
    const worker = await runWorker(config, { logger: new DefaultLogger('ERROR'), searchIntervalMs: 1000, workflowBundle: inject('workflowBundle') })
    opened(stage)
    close = async () => {
      const names = (await cluster.feeds()).map(({ metadata }) => metadata.name)
      for (const name of names) await cluster.remove(name)
      for (const name of names) await eventually(`the run of ${name} ends`, () => cluster.running(name), (runs) => !runs)
      await worker.shutdown()
      await cluster.close()
      await store.close()
      await kubernetes.close()
      await host.close()
    }
  })
  afterAll(() => close())
}

export const writesDocument = (id: () => string) => ({ method, path }: StoreRequest): boolean => method === 'PUT' && path.split('?')[0]?.endsWith(`/_doc/${id()}`) === true
/** The record of a body, and not the empty write before its host is asked, which finds out whether the index takes any. */
export const keepsBody = (feed: { readonly uid: string }) => (request: StoreRequest): boolean => writesDocument(() => `${feed.uid}-pull`)(request) && request.body.includes('snapshot')
export const removesDocument = (id: () => string) => ({ method, path }: StoreRequest): boolean => method === 'DELETE' && path.split('?')[0]?.endsWith(`/_doc/${id()}`) === true

const NETWORK_SETS = '/apis/projectcalico.org/v3/globalnetworksets'
/** The API server's path of an object of a feed holds its name; that of a new one does not. */
export const makesNetworkSet = ({ method, path }: KubernetesRequest): boolean => method === 'POST' && path === NETWORK_SETS
export const changesNetworkSetOf = (feed: string, verb: 'PUT' | 'DELETE') => ({ method, path }: KubernetesRequest): boolean =>
  method === verb && path.startsWith(`${NETWORK_SETS}/`) && path.endsWith(`.${feed}`)

/** More objects than any feed of these tests has. */
const MOST_OBJECTS = 8

/** A feed whose run is terminated at a moment of a test's choice. */
export class TerminatedFeed {
  readonly name: string
  readonly #stage: TerminatingStage
  uid = ''
  terminations = 0

  constructor(name: string, stage: TerminatingStage) {
    this.name = name
    this.#stage = stage
  }

  /** As an operator does by hand, and at once what makes the controller start the next run. Its step goes on until it learns of it. */
  readonly terminate = async (): Promise<undefined> => {
    await this.kill()
    await this.#stage.cluster.patch(this.name, { metadata: { annotations: { touched: String(Date.now()) } } })
  }

  /** The same, with the server gone for the step that was under way. */
  readonly terminateAndBreak = async (): Promise<'refuse'> => {
    await this.terminate()
    return 'refuse'
  }

  /** Without any sign to the controller, which has to find out. */
  readonly kill = async (): Promise<undefined> => {
    const { cluster } = this.#stage
    await cluster.temporal.workflow.getHandle(`threatfeed/${cluster.name}/${this.name}`).terminate(`at a moment of ${this.name}`)
    this.terminations += 1
  }

  get listUrl(): string {
    return `${this.#stage.host.origin}/${this.name}.txt`
  }

  /** With the stanza of a pull, or without. */
  async apply(spec: Record<string, unknown> = { pull: { period: '1h', http: { url: this.listUrl } } }): Promise<void> {
    this.uid = (await this.#stage.cluster.apply(this.name, spec)).metadata.uid
  }

  lists(members: readonly string[]): void {
    this.#stage.host.answer(`/${this.name}.txt`, `${members.join('\n')}\n`)
  }

  /** A log of each address, known by a word. */
  async log(word: string, addresses: readonly string[]): Promise<void> {
    await this.#stage.cluster.log('flow', addresses.map((dest_ip) => flow({ _id: `${this.name} ${word} ${dest_ip}`, dest_ip })))
  }

  async isWell(): Promise<void> {
    const { cluster } = this.#stage
    const well = ({ status }: Awaited<ReturnType<Cluster['feed']>>): boolean => status?.lastSuccessfulSync !== undefined && (status.errorConditions ?? []).length === 0
    await eventually(`${this.name} is well`, () => cluster.feed(this.name), well, 90_000)
  }

  /** Waits for events of these logs, `word address` each, and then there are no others and none twice. */
  async hasEventsOf(logs: readonly string[]): Promise<void> {
    const { cluster } = this.#stage
    const wanted = logs.map((log) => `${this.name} ${log}`).sort()
    const ids = async (): Promise<readonly string[]> => (await cluster.events(this.name)).map((event) => (event['record'] as { flow_log_id: string }).flow_log_id).sort()
    await eventually(`events of ${this.name}`, ids, (found) => wanted.every((id) => found.includes(id)), 90_000)
    expect(await ids()).toEqual(wanted)
  }

  async wasTerminated(times = 1): Promise<void> {
    await eventually(`the moment of ${this.name}`, async () => this.terminations, (count) => count === times)
  }

  /** What its network set covers, by object. */
  async nets(): Promise<readonly (readonly string[])[]> {
    const prefixes = ['threatfeed', ...Array.from({ length: MOST_OBJECTS }, (_, at) => `threatfeed-${String(at + 1)}`)]
    const sets = await Promise.all(prefixes.map((prefix) => this.#stage.cluster.networkSet(`${prefix}.${this.name}`)))
    return sets.flatMap((set) => (set === null ? [] : [set.spec.nets]))
  }

  /** Documents of its life in the index of what runs know. */
  async records(): Promise<number> {
    const { elasticsearch, name } = this.#stage.cluster
    const index = `.threatfeed.state.${name}`
    await elasticsearch.indices.refresh({ index })
    return (await elasticsearch.count({ index, query: { term: { uid: this.uid } } })).count
  }
}
