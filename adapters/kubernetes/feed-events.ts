import { randomBytes } from 'node:crypto'
import type { FeedObject } from '../../activities/ports/feed-api.ts'
import type { FeedEvents } from '../../activities/ports/feed-events.ts'
import { FeedFailure } from '../../domain/failure.ts'
import type { FeedEvent } from '../../domain/status/events-of.ts'
import { refused, text } from './answer.ts'
import type { ApiServer } from './api-server.ts'

/** Where events on objects without a namespace belong. */
const PATH = '/apis/events.k8s.io/v1/namespaces/default/events'
const CONTROLLER = 'threatfeeds.projectcalico.org/worker'
/** The longest that the API server takes: characters, and bytes. */
const MAX_INSTANCE = 128
const MAX_NOTE = 1_024
/** An event is told in passing: the step has a minute, and must not spend it on one. */
const TIMEOUT_MS = 5_000
/** A thousand feeds that fail and recover, at some 300 bytes each; the API server forgets after an hour in any case. */
const REMEMBERED = 2_000

export interface FeedEventsOptions {
  /** Which worker tells: the pod's name. */
  readonly identity: string
  readonly now: () => Date
  /** Told once for each time that events begin to fail. */
  readonly onFailure: (failure: FeedFailure) => void
}

interface Told {
  readonly path: string
  readonly count: number
}

/**
 * Events of the group `events.k8s.io`. The same again from this worker becomes a series of the one that there is, as `kubectl describe`
 * shows with a count; after an hour or so, when the API server has forgotten it, a new one.
 */
export class KubernetesFeedEvents implements FeedEvents {
  readonly #server: ApiServer
  readonly #options: FeedEventsOptions
  /** By uid and what was said, the newest last. */
  readonly #told = new Map<string, Told>()
  #failing = false

  constructor(server: ApiServer, options: FeedEventsOptions) {
    this.#server = server
    this.#options = options
  }

  async tell(feed: FeedObject, events: readonly FeedEvent[], signal: AbortSignal): Promise<void> {
    for (const event of events) {
      try {
        await this.#tell(feed, event, signal)
        this.#failing = false
      } catch (error) {
        if (error instanceof FeedFailure && !this.#failing) this.#options.onFailure(error)
        this.#failing = true
        // What hung once would hang for each.
        return
      }
    }
  }

  async #tell(feed: FeedObject, event: FeedEvent, signal: AbortSignal): Promise<void> {
    const key = JSON.stringify([feed.uid, event.reason, event.note])
    const known = this.#told.get(key)
    if (known !== undefined && (await this.#count(known, signal))) return this.#remember(key, { ...known, count: known.count + 1 })
    const name = `${feed.name}.${randomBytes(8).toString('hex')}`
    const body = this.#eventOf(name, feed, event)
    const answer = await this.#server.request({ method: 'POST', path: PATH, body, timeoutMs: TIMEOUT_MS }, signal)
    if (answer.status !== 201) throw refused(answer, `an event on the feed ${feed.name}`)
    this.#remember(key, { path: `${PATH}/${name}`, count: 1 })
  }

  /** @returns false when the API server has it no longer, or takes no more of it. */
  async #count({ path, count }: Told, signal: AbortSignal): Promise<boolean> {
    const body = { series: { count: count + 1, lastObservedTime: microTime(this.#options.now()) } }
    const answer = await this.#server.request({ method: 'PATCH', path, body, timeoutMs: TIMEOUT_MS }, signal)
    return answer.status === 200
  }

  #remember(key: string, told: Told): void {
    this.#told.delete(key)
    this.#told.set(key, told)
    const [oldest] = this.#told.keys()
    if (this.#told.size > REMEMBERED && oldest !== undefined) this.#told.delete(oldest)
  }

  #eventOf(name: string, { name: feed, uid, object }: FeedObject, { type, reason, note }: FeedEvent): object {
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace: 'default' },
      eventTime: microTime(this.#options.now()),
      reportingController: CONTROLLER,
      reportingInstance: this.#options.identity.slice(0, MAX_INSTANCE),
      action: 'Reconcile',
      reason,
      regarding: { apiVersion: text(object['apiVersion']), kind: text(object['kind']), name: feed, uid },
      note: bounded(note),
      type,
    }
  }
}

/** RFC 3339 with the six digits that `MicroTime` has. */
function microTime(at: Date): string {
  return at.toISOString().replace('Z', '000Z')
}

/** Bytes are what the API server counts; a character that would be cut in two goes whole. */
function bounded(note: string): string {
  const bytes = new TextEncoder().encode(note)
  return bytes.length <= MAX_NOTE ? note : new TextDecoder().decode(bytes.subarray(0, MAX_NOTE)).replace(/\uFFFD$/, '')
}
