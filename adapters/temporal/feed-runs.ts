import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client'
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import type { FeedRuns } from '../../activities/ports/feed-runs.ts'
import { FeedFailure } from '../../domain/failure.ts'
import { SEARCH_ATTRIBUTES, workflowId } from '../../domain/run/names.ts'
import type { FeedKey } from '../../domain/run/references.ts'
import { bind } from '../bound.ts'
import { deletedSignal, lookAgainSignal } from '../../workflows/messages.ts'

export interface FeedRunsOptions {
  /** Where the feeds' runs are worked on. */
  readonly taskQueue: string
  /** Whether the server has our search attributes now: a start that sets one that it lacks is refused. */
  readonly searchAttributes: () => boolean
}

/** A call is small; the server itself gives up after 10 s, the client asks again within this. Milliseconds. */
const CALL_MS = 20_000
/** A list is pages of 1,000. */
const LIST_MS = 60_000
const LIST_MAX = 100_000

const NAME = defineSearchAttributeKey(SEARCH_ATTRIBUTES.name, SearchAttributeType.KEYWORD)
const CLUSTER = defineSearchAttributeKey(SEARCH_ATTRIBUTES.cluster, SearchAttributeType.KEYWORD)

/** Feeds' runs on a Temporal server. Failures are FeedFailure `ApiUnavailable` with the gRPC status and nothing else of the error. */
export class TemporalFeedRuns implements FeedRuns {
  readonly #client: Client
  readonly #options: FeedRunsOptions

  constructor(client: Client, options: FeedRunsOptions) {
    this.#client = client
    this.#options = options
  }

  async lookAgain(feed: FeedKey, signal: AbortSignal): Promise<void> {
    await this.#signal(lookAgainSignal, feed, signal)
  }

  async deleted(feed: FeedKey, signal: AbortSignal): Promise<void> {
    await this.#signal(deletedSignal, feed, signal)
  }

  async running(cluster: string, signal: AbortSignal): Promise<readonly string[]> {
    const prefix = workflowId(cluster, '')
    const query = `WorkflowId STARTS_WITH "${prefix.replace(/["\\]/g, '\\$&')}" AND ExecutionStatus = "Running"`
    return this.#call(LIST_MS, signal, async () => {
      const names = new Set<string>()
      for await (const { workflowId: id } of this.#client.workflow.list({ query, pageSize: 1000 })) {
        if (id.startsWith(prefix)) names.add(id.slice(prefix.length))
        if (names.size >= LIST_MAX) throw new FeedFailure('ApiUnavailable', 'user', `more than ${LIST_MAX} runs of feeds`)
      }
      return [...names]
    })
  }

  async #signal(message: typeof lookAgainSignal, feed: FeedKey, signal: AbortSignal): Promise<void> {
    const { taskQueue, searchAttributes } = this.#options
    // Of which life is not known: a run that is there is told, and none is started for a life that is none.
    if (feed.uid === '') {
      const { name, cluster, uid } = feed
      await this.#call(CALL_MS, signal, async () => {
        try {
          await this.#client.workflow.getHandle(workflowId(cluster, name)).signal(message, { uid })
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error
        }
      })
      return
    }
    const attributes = new TypedSearchAttributes([
      { key: NAME, value: feed.name },
      { key: CLUSTER, value: feed.cluster },
    ])
    await this.#call(CALL_MS, signal, () =>
      this.#client.workflow.signalWithStart('threatFeed', {
        workflowId: workflowId(feed.cluster, feed.name),
        taskQueue,
        args: [{ feed }],
        signal: message,
        signalArgs: [{ uid: feed.uid }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        memo: { feed: feed.name, cluster: feed.cluster },
        ...(searchAttributes() ? { typedSearchAttributes: attributes } : {}),
      }),
    )
  }

  async #call<T>(timeoutMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    // A signal of its own: the client never takes its listener off the one it is given.
    const bound = bind(signal, timeoutMs)
    try {
      return await this.#client.withDeadline(Date.now() + timeoutMs, () => this.#client.withAbortSignal(bound.signal, work))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof FeedFailure) throw error
      throw new FeedFailure('ApiUnavailable', 'wait', `Temporal did not take the call (${statusOf(error)})`)
    } finally {
      bound.release()
    }
  }
}

/** The number of a gRPC status, as in "14 UNAVAILABLE"; its details may quote what was sent. */
function statusOf(error: unknown): string {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error
  return isGrpcServiceError(cause) ? `gRPC status ${cause.code}` : 'connection error'
}
