import { randomBytes } from 'node:crypto'
import { Client as Elasticsearch } from '@elastic/elasticsearch'
import { CoreV1Api, CustomObjectsApi, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { Client as Temporal, Connection } from '@temporalio/client'
import { workflowId } from '../../domain/run/names.ts'
import type { Content } from '../../domain/feed/content.ts'
import { installLogTemplates } from '../../local/quickstart/log-templates.ts'
import type { FeedState } from '../../domain/run/state.ts'
import { refreshUpdate, stateQuery } from '../../workflows/messages.ts'
import type { RefreshOutcome } from '../../workflows/messages.ts'
import { decoded } from './decoded.ts'

export interface FeedResource {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion?: string; readonly generation: number; readonly annotations?: Record<string, string> }
  readonly spec: Record<string, unknown>
  readonly status?: {
    readonly lastSuccessfulSync?: string
    readonly lastSuccessfulSearch?: string
    readonly errorConditions?: readonly { readonly type: string; readonly message: string }[]
  }
}

/** Which group serves each of the two kinds (contract V-20). */
export interface Groups {
  readonly feeds: string
  readonly sets: string
}
const PAGE: Groups = { feeds: 'projectcalico.org/v3', sets: 'projectcalico.org/v3' }

function kind<Plural extends string>(apiVersion: string, plural: Plural) {
  const [group = '', version = ''] = apiVersion.split('/')
  return { group, version, plural }
}

/** One cluster under its own name on the servers of a test run, as its users reach it: kubectl, the logs, the store, Temporal. */
export class Cluster {
  readonly name = `e2e-${randomBytes(3).toString('hex')}`
  readonly env: Readonly<Record<string, string>>
  readonly elasticsearch: Elasticsearch
  readonly temporal: Temporal
  /** Where its Kubernetes API is. */
  readonly apiServer: URL
  readonly #custom: CustomObjectsApi
  readonly #core: CoreV1Api
  readonly #connection: Connection

  readonly #groups: Groups
  readonly #feeds
  readonly #sets

  private constructor(env: Readonly<Record<string, string>>, connection: Connection, groups: Groups) {
    this.#groups = groups
    this.#feeds = kind(groups.feeds, 'globalthreatfeeds')
    this.#sets = kind(groups.sets, 'globalnetworksets')
    this.env = { ...env, CLUSTER_NAME: this.name, HEALTH_PORT: '0' }
    this.elasticsearch = new Elasticsearch({ node: env['ELASTICSEARCH_URL'] ?? '', maxRetries: 0 })
    const kubernetes = new KubeConfig()
    kubernetes.loadFromFile(env['KUBECONFIG'] ?? '')
    this.apiServer = new URL(kubernetes.getCurrentCluster()?.server ?? '')
    this.#custom = kubernetes.makeApiClient(CustomObjectsApi)
    this.#core = kubernetes.makeApiClient(CoreV1Api)
    this.#connection = connection
    this.temporal = new Temporal({ connection })
  }

  static async open(env: Readonly<Record<string, string>>, groups = PAGE): Promise<Cluster> {
    const cluster = new Cluster(env, await Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '' }), groups)
    await installLogTemplates(cluster.elasticsearch, cluster.name, {}, AbortSignal.timeout(30_000))
    return cluster
  }

  /** Removes the feeds there are and waits until their runs have ended, then terminates the controller. */
  async close(): Promise<void> {
    for (const { metadata } of await this.feeds()) await this.remove(metadata.name)
    await this.temporal.workflow
      .getHandle(`threatfeed-controller/${this.name}`)
      .terminate('the test is over')
      .catch(() => undefined)
    await this.elasticsearch.close()
    await this.#connection.close()
  }

  async feeds(): Promise<readonly FeedResource[]> {
    const list: unknown = await this.#custom.listClusterCustomObject(this.#feeds)
    return (list as { items: FeedResource[] }).items
  }

  async apply(name: string, spec: Record<string, unknown>, annotations: Record<string, string> = {}): Promise<FeedResource> {
    const body = { apiVersion: this.#groups.feeds, kind: 'GlobalThreatFeed', metadata: { name, annotations }, spec }
    return (await this.#custom.createClusterCustomObject({ ...this.#feeds, body })) as FeedResource
  }

  /** A merge patch, as `kubectl patch --type merge` sends it. */
  async patch(name: string, body: object): Promise<void> {
    await this.#custom.patchClusterCustomObject({ ...this.#feeds, name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
  }

  async feed(name: string): Promise<FeedResource> {
    return (await this.#custom.getClusterCustomObject({ ...this.#feeds, name })) as FeedResource
  }

  async remove(name: string): Promise<void> {
    await this.#custom.deleteClusterCustomObject({ ...this.#feeds, name })
  }

  async networkSet(name: string): Promise<{ metadata: { labels: Record<string, string> }; spec: { nets: string[] } } | null> {
    try {
      return (await this.#custom.getClusterCustomObject({ ...this.#sets, name })) as { metadata: { labels: Record<string, string> }; spec: { nets: string[] } }
    } catch (error) {
      if ((error as { code?: number }).code === 404) return null
      throw error
    }
  }

  async createNetworkSet(name: string, nets: readonly string[]): Promise<void> {
    const body = { apiVersion: this.#groups.sets, kind: 'GlobalNetworkSet', metadata: { name }, spec: { nets } }
    await this.#custom.createClusterCustomObject({ ...this.#sets, body })
  }

  async editNetworkSet(name: string, body: object): Promise<void> {
    await this.#custom.patchClusterCustomObject({ ...this.#sets, name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
  }

  async removeNetworkSet(name: string): Promise<void> {
    await this.#custom.deleteClusterCustomObject({ ...this.#sets, name })
  }

  setIndex(content: Content): string {
    return content === 'IPSet' ? `.tigera.ipset.${this.name}` : `.tigera.domainnameset.${this.name}`
  }

  /** Members of a feed's set document, or null where there is none. */
  async document(content: Content, name: string): Promise<readonly string[] | null> {
    const got = await this.elasticsearch.get<Record<string, string[]>>({ index: this.setIndex(content), id: name }, { ignore: [404] })
    return got.found ? (got._source?.[content === 'IPSet' ? 'ips' : 'domains'] ?? []) : null
  }

  async push(content: Content, name: string, members: unknown): Promise<void> {
    await this.elasticsearch.index({ index: this.setIndex(content), id: name, document: { [content === 'IPSet' ? 'ips' : 'domains']: members } })
  }

  /** Writes logs as the product's collectors would; they can be found only once something refreshes their index. */
  async log(kind: 'flow' | 'dns', logs: readonly (Record<string, unknown> & { readonly _id?: string })[]): Promise<void> {
    const index = `tigera_secure_ee_${kind === 'flow' ? 'flows' : 'dns'}.${this.name}.test`
    const operations = logs.flatMap(({ _id, ...log }) => [{ index: _id === undefined ? {} : { _id } }, log])
    const { errors } = await this.elasticsearch.bulk({ index, operations })
    if (errors) throw new Error('a log was refused')
  }

  async events(feed?: string): Promise<readonly Record<string, unknown>[]> {
    const index = await this.#eventsIndex()
    if (index === null) return []
    const found = await this.elasticsearch.search<Record<string, unknown>>({ index, size: 10_000 })
    const all = found.hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]))
    return feed === undefined ? all : all.filter((event) => (event['record'] as { feeds?: string[] } | undefined)?.feeds?.includes(feed))
  }

  /** Refreshed, and once its shard has started: one that was just made answers 503 until then. Null before there is one. */
  async #eventsIndex(): Promise<string | null> {
    const index = `tigera_secure_ee_events.${this.name}`
    if (!(await this.elasticsearch.indices.exists({ index }))) return null
    await this.elasticsearch.cluster.health({ index, wait_for_status: 'yellow', timeout: '30s' })
    await this.elasticsearch.indices.refresh({ index })
    return index
  }

  /** Number of the newest window of logs, and of the last one that a feed has searched; 0 before the first. */
  async windows(kind: 'flow' | 'dns', feed: string): Promise<{ readonly newest: number; readonly searched: number }> {
    const index = `.threatfeed.windows.${this.name}`
    const newest = await this.elasticsearch.get<{ number: number }>({ index, id: `${kind}-newest` }, { ignore: [404] })
    const { state } = await this.temporal.workflow.getHandle(workflowId(this.name, feed)).query(stateQuery)
    return { newest: newest._source?.number ?? 0, searched: state.cursor?.number ?? 0 }
  }

  async countEvents(feed: string): Promise<number> {
    const index = await this.#eventsIndex()
    if (index === null) return 0
    return (await this.elasticsearch.count({ index, query: { term: { 'record.feeds': feed } } })).count
  }

  async running(name: string): Promise<boolean> {
    try {
      return (await this.temporal.workflow.getHandle(workflowId(this.name, name)).describe()).status.name === 'RUNNING'
    } catch {
      return false
    }
  }

  /** Makes a Secret where headers are looked for, in place of one of that name. */
  async secret(name: string, data: Readonly<Record<string, string>>, namespace = 'tigera-intrusion-detection'): Promise<void> {
    await this.#core.deleteNamespacedSecret({ namespace, name }).catch((error: unknown) => {
      if ((error as { code?: number }).code !== 404) throw error
    })
    const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]))
    await this.#core.createNamespacedSecret({ namespace, body: { metadata: { name }, data: encoded } })
  }

  /** Changes values of a Secret in place. */
  async rotate(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    const body = { stringData: data }
    await this.#core.patchNamespacedSecret({ namespace: 'tigera-intrusion-detection', name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
  }

  /** What the feed's run knows. */
  async state(name: string): Promise<FeedState> {
    return (await this.temporal.workflow.getHandle(workflowId(this.name, name)).query(stateQuery)).state
  }

  /** Pulls now. @returns what became of it. */
  async refresh(name: string): Promise<RefreshOutcome> {
    return await this.temporal.workflow.getHandle(workflowId(this.name, name)).executeUpdate(refreshUpdate)
  }

  /** Kubernetes events of all namespaces, as JSON. */
  async kubernetesEvents(): Promise<string> {
    return JSON.stringify((await this.#core.listEventForAllNamespaces()).items)
  }

  /** Every event of every run of a feed's workflow, as JSON with payloads as text: what anyone who may read the namespace can read. */
  historyText(name: string): Promise<string> {
    return this.historyTextOf(workflowId(this.name, name))
  }

  /** The same for any workflow, by its id. */
  async historyTextOf(id: string): Promise<string> {
    const parts: string[] = []
    for await (const { runId } of this.temporal.workflow.list({ query: `WorkflowId = "${id}"` })) {
      parts.push(decoded(await this.temporal.workflow.getHandle(id, runId).fetchHistory()))
    }
    return parts.join('\n')
  }
}

/** Waits for the world to come round: real servers take their time. Fails with what was waited for and the last that was seen. */
export async function eventually<T>(what: string, look: () => Promise<T>, holds: (seen: T) => boolean, withinMs = 60_000, everyMs = 200): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > end) throw new Error(`not within ${String(withinMs / 1000)} s: ${what}; last seen ${JSON.stringify(seen)?.slice(-900)}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

let counted = 0
/** A flow log as the product writes it, from a pod to an address, a minute ago. */
export function flow(changes: Record<string, unknown> = {}): Record<string, unknown> {
  counted += 1
  const now = Math.floor(Date.now() / 1000)
  return {
    _id: `flow-${String(process.pid)}-${String(counted)}`,
    start_time: now - 360,
    end_time: now - 60,
    source_ip: '10.0.0.7',
    source_name: 'web-1',
    source_name_aggr: 'web-*',
    source_namespace: 'shop',
    source_type: 'wep',
    source_port: 40_000,
    dest_ip: '192.0.2.250',
    dest_name: '-',
    dest_name_aggr: 'pub',
    dest_namespace: '-',
    dest_port: 443,
    dest_type: 'net',
    proto: 'tcp',
    action: 'allow',
    reporter: 'src',
    bytes_in: 1,
    bytes_out: 1,
    num_flows: 1,
    host: 'node-1',
    '@timestamp': (now - 60) * 1000,
    ...changes,
  }
}

/** A DNS log of a pod's question. */
export function dns(changes: Record<string, unknown> = {}): Record<string, unknown> {
  counted += 1
  const now = Date.now()
  return {
    _id: `dns-${String(process.pid)}-${String(counted)}`,
    start_time: new Date(now - 360_000).toISOString(),
    end_time: new Date(now - 60_000).toISOString(),
    count: 1,
    client_name: 'web-1',
    client_name_aggr: 'web-*',
    client_namespace: 'shop',
    client_ip: '10.0.0.7',
    qname: 'www.fine.example',
    qtype: 'A',
    qclass: 'IN',
    rcode: 'NoError',
    rrsets: [],
    servers: [],
    host: 'node-1',
    ...changes,
  }
}
