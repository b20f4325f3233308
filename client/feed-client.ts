import { setTimeout as sleep } from 'node:timers/promises'
import type { EventReader } from '../adapters/elasticsearch/event-reader.ts'
import type { FoundEvent } from '../domain/events/found-event.ts'
import { FeedFailure } from '../domain/failure.ts'
import { ClientError } from './client-error.ts'
import { describeFeed } from './describe-feed.ts'
import { followEvents, type FollowOptions } from './follow-events.ts'
import type { FeedManifest } from './manifest.ts'
import type { FeedRecords, FeedResource, FeedResources, FeedRuns } from './parts.ts'
import { summarise } from './read-resource.ts'
import type { CancelResult, EventResult, FeedDescription, FeedSummary, RefreshResult, StartResult } from './results.ts'

export interface FeedClientParts {
  readonly cluster: string
  readonly resources: FeedResources
  readonly runs: FeedRuns
  readonly records: FeedRecords
  readonly events: EventReader
}

export interface EventsQuery {
  /** null: of every feed. */
  readonly feed: string | null
  /** Milliseconds since the epoch: those found since then. */
  readonly since: number
  /** How many of the newest at most. */
  readonly limit: number
}

/** Writers that lose three times in a row meet something that writes for ever. */
const WRITE_ATTEMPTS = 3

/**
 * What people and programs do with feeds: each method one request, ending with its result or a ClientError. The resource is the one
 * source of truth (docs/architecture.md): starting and stopping a feed changes the resource, and its run follows.
 */
export class FeedClient {
  readonly #parts: FeedClientParts

  constructor(parts: FeedClientParts) {
    this.#parts = parts
  }

  /** Enables a feed and makes its run look at it now. @throws ClientError `not-found`. */
  async start(name: string, signal: AbortSignal): Promise<StartResult> {
    const resource = await this.#existing(name, signal)
    const enabled = summarise(resource, null).mode === 'Enabled'
    if (!enabled && !(await this.#parts.resources.setMode(name, resource.uid, 'Enabled', signal))) throw notFound(name)
    return this.#started(resource, enabled ? 'unchanged' : 'enabled', signal)
  }

  /** Creates a feed, or puts this spec in place of its own, enabled in either case, and makes its run look at it now. */
  async apply(manifest: FeedManifest, signal: AbortSignal): Promise<StartResult> {
    const { resources } = this.#parts
    const enabled = { ...manifest, spec: { ...manifest.spec, mode: 'Enabled' } }
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
      const current = await resources.read(manifest.name, signal)
      const written = current === null ? await resources.create(enabled, signal) : await resources.replace(current, enabled, signal)
      if (written !== null) return this.#started(written, current === null ? 'created' : 'changed', signal)
    }
    throw new ClientError('failed', `feed ${manifest.name} is being written by someone else: try again`)
  }

  /**
   * Cancels a feed's run, and returns once it has ended and the feed is disabled (contract L-06). `signal` bounds the waiting; a
   * cancellation that was requested holds even when nobody waits for it any more.
   */
  async cancel(name: string, signal: AbortSignal): Promise<CancelResult> {
    const { resources, runs } = this.#parts
    const resource = await this.#existing(name, signal)
    if (summarise(resource, null).mode === 'Disabled') return { name, outcome: 'already-disabled', runId: null }
    const run = await runs.find(name, signal)
    if (run === null || run.status !== 'running') {
      if (!(await resources.setMode(name, resource.uid, 'Disabled', signal))) throw notFound(name)
      return { name, outcome: 'disabled', runId: null }
    }
    const ended = await runs.cancel(run, signal)
    const after = await resources.read(name, signal)
    if (after === null || after.uid !== resource.uid) throw new ClientError('failed', `feed ${name} was deleted meanwhile`)
    if (summarise(after, null).mode !== 'Disabled') {
      throw new ClientError('failed', `the run of feed ${name} ${ended === 'terminated' ? 'was terminated' : 'ended'} without disabling it: try again`)
    }
    return { name, outcome: 'cancelled', runId: run.runId }
  }

  /** Pulls, or reads the pushed document, now (contract L-04). With `wait`: returns the outcome of the attempt. */
  async refresh(name: string, options: { readonly wait: boolean }, signal: AbortSignal): Promise<RefreshResult> {
    const { cluster, runs } = this.#parts
    const asked = await runs.refresh(name, options.wait, signal)
    if (asked !== null) return { name, ...asked }
    // No run: either there is no such feed, or its run is not started yet.
    const resource = await this.#existing(name, signal)
    await runs.lookAgain({ cluster, name, uid: resource.uid }, signal)
    const again = await runs.refresh(name, options.wait, signal)
    if (again === null) throw new ClientError('failed', `the run of feed ${name} ended before it could be asked: try again`)
    return { name, ...again }
  }

  /** Every feed of the cluster, by name. Without Temporal `running` is null. */
  async list(signal: AbortSignal): Promise<readonly FeedSummary[]> {
    const [resources, running] = await Promise.all([this.#parts.resources.list(signal), orUnknown(this.#parts.runs.running(signal))])
    return resources
      .map((resource) => summarise(resource, running === null ? null : running.has(resource.name)))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** All that is known of one feed; what cannot be asked now is null and said in `unavailable`. */
  async describe(name: string, signal: AbortSignal): Promise<FeedDescription> {
    return describeFeed(await this.#existing(name, signal), this.#parts, signal)
  }

  /**
   * The newest security events, oldest of them first, in the order in which they were found (contract E-01, E-02). They outlive their feed, so that
   * they are told of one that was deleted, too. Without an index of events there are none.
   * @throws ClientError `not-found` where there is neither a feed of that name nor any event of it; FeedFailure `SearchFailed`.
   */
  async events({ feed, since, limit }: EventsQuery, signal: AbortSignal): Promise<readonly EventResult[]> {
    const found = await this.#parts.events.newest({ feed, since }, limit, signal)
    if (found.length === 0) await this.#known(feed, signal)
    return found.map(eventResult)
  }

  /**
   * Security events as they come into sight, each once, in pages of at most 500, until the signal is aborted.
   * @throws as `events`, and in the middle when Elasticsearch has not answered for a minute.
   */
  async *followEvents(options: FollowOptions, signal: AbortSignal): AsyncGenerator<readonly EventResult[], void, undefined> {
    await this.#known(options.feed, signal)
    const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)
    for await (const page of followEvents(options, { events: this.#parts.events, now: Date.now, pause }, signal)) yield page.map(eventResult)
  }

  /** Events outlive their feed, and a feed may have none yet: a name is unknown when it has neither. */
  async #known(feed: string | null, signal: AbortSignal): Promise<void> {
    if (feed !== null && !(await this.#parts.events.has(feed, signal))) await this.#existing(feed, signal)
  }

  async #existing(name: string, signal: AbortSignal): Promise<FeedResource> {
    const resource = await this.#parts.resources.read(name, signal)
    if (resource === null) throw notFound(name)
    return resource
  }

  async #started({ name, uid }: FeedResource, resource: StartResult['resource'], signal: AbortSignal): Promise<StartResult> {
    const { cluster, runs } = this.#parts
    await runs.lookAgain({ cluster, name, uid }, signal)
    const run = await runs.find(name, signal)
    if (run === null) throw new ClientError('failed', `the run of feed ${name} could not be started`)
    return { name, uid, resource, workflowId: run.workflowId }
  }
}

function eventResult({ id, document }: FoundEvent): EventResult {
  return { ...document, id }
}

function notFound(name: string): ClientError {
  return new ClientError('not-found', `there is no feed named ${name.slice(0, 253)}`)
}

async function orUnknown<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ClientError || error instanceof FeedFailure) return null
    throw error
  }
}
