import { isClusterName, workflowId } from '../domain/run/names.ts'
import type { Answers, FeedRequest, NamedFeed } from '../domain/run/requests.ts'
import { ClientError } from './client-error.ts'
import { descriptionOf } from './edge/description.ts'
import { type Fetch, HttpApi } from './edge/http-api.ts'
import { listRuns } from './edge/list-runs.ts'
import { ask } from './edge/requests.ts'
import type { EdgeFeedDescription, EdgeFeedSummary } from './edge/results.ts'
import type { CancelResult, RefreshResult, StartResult } from './results.ts'

export interface EdgeClientOptions {
  /** Where Temporal serves its HTTP API, as `https://temporal.example:7243`. */
  readonly url: string
  /** @default 'default' */
  readonly namespace?: string
  /** The worker's CLUSTER_NAME. @default 'cluster' */
  readonly cluster?: string
  /** Sent as `Authorization: Bearer`, to https and to this machine alone. */
  readonly apiKey?: string
  /** @default the runtime's own */
  readonly fetch?: Fetch
}

export interface EdgeRefreshOptions {
  readonly wait: boolean
  /** One key is one refresh, however often it is asked for: letters, digits, "-" and "_", at most 100. @default one of its own */
  readonly key?: string
}

/** Names of objects are no longer in Kubernetes. */
const MAX_NAME = 253
const LATER = { outcome: 'requested', message: 'the feed is asked to refresh once a worker is there' }

/**
 * What `FeedClient` does, where gRPC, Kubernetes and Elasticsearch are not to be had: over Temporal's HTTP API with `fetch`, on web standards
 * alone. What is asked for is done by the worker, with its credentials: each request is a short workflow of its own, so that it waits
 * for a worker rather than being lost. Errors are ClientErrors with the codes of `FeedClient`. `signal` bounds the waiting, ten minutes do in
 * any case; what was asked for may still be done after that.
 */
export class EdgeClient {
  readonly #api: HttpApi
  readonly #cluster: string

  /** @throws ClientError `invalid`, naming the option and never its value. */
  constructor({ url, namespace = 'default', cluster = 'cluster', apiKey, fetch = (to, init) => globalThis.fetch(to, init) }: EdgeClientOptions) {
    if (!isClusterName(cluster)) throw new ClientError('invalid', 'cluster must be lower-case letters, digits, ".", "-" and "_", at most 100')
    this.#api = new HttpApi({ url, namespace, apiKey: apiKey ?? null, fetch })
    this.#cluster = cluster
  }

  /** Enables a feed and makes its run look at it now. @throws ClientError `not-found`. */
  async start(name: string, signal: AbortSignal): Promise<StartResult> {
    const { uid, resource } = await this.#answer(name, { kind: 'start' }, signal)
    return { name, uid, resource, workflowId: workflowId(this.#cluster, name) }
  }

  /** Cancels a feed's run, and returns once it has ended and the feed is disabled (contract L-06). @throws ClientError `not-found`. */
  async cancel(name: string, signal: AbortSignal): Promise<CancelResult> {
    return { name, ...(await this.#answer(name, { kind: 'cancel' }, signal)) }
  }

  /**
   * Pulls, or reads the pushed document, now (contract L-04). With `wait`: returns the outcome of the attempt. Without: once a worker has
   * asked the run, or, where none does in five seconds, once Temporal has the request, which is then kept for a day.
   * @throws ClientError `not-found`, where a worker said so in that time.
   */
  async refresh(name: string, { wait, key }: EdgeRefreshOptions, signal: AbortSignal): Promise<RefreshResult> {
    const request = { kind: 'refresh', wait } as const
    const feed = this.#feed(name)
    return { name, ...(await ask(this.#api, { feed, request, key: key ?? crypto.randomUUID(), ...(wait ? {} : { otherwise: LATER }) }, signal)) }
  }

  /** The feeds with a running run, by name: one that was just made has none yet. Needs no worker. */
  list(signal: AbortSignal): Promise<readonly EdgeFeedSummary[]> {
    return listRuns(this.#api, this.#cluster, signal)
  }

  /** What Temporal and the feed's run know of one feed; the rest is null and said in `unavailable`. @throws ClientError `not-found`. */
  async describe(name: string, signal: AbortSignal): Promise<EdgeFeedDescription> {
    return descriptionOf(name, workflowId(this.#cluster, name), await this.#answer(name, { kind: 'describe' }, signal))
  }

  #answer<Kind extends FeedRequest['kind']>(name: string, request: Extract<FeedRequest, { readonly kind: Kind }>, signal: AbortSignal): Promise<Answers[Kind]> {
    return ask<Kind>(this.#api, { feed: this.#feed(name), request, key: crypto.randomUUID() }, signal)
  }

  #feed(name: string): NamedFeed {
    if (name === '' || name.length > MAX_NAME) throw new ClientError('not-found', `there is no feed named ${name.slice(0, MAX_NAME)}`)
    return { cluster: this.#cluster, name }
  }
}
